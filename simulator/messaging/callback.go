package messaging

import (
	"context"
	"strconv"
	"sync"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// callbackJob is one status to report.
type callbackJob struct {
	status carrier.Status
	code   int
}

// callBack reports a step to the app, now or when the step says, as often as the step says.
func (m *Message) callBack(step carrier.Step) {
	if m.Facts().Callback.URL == "" {
		return
	}
	job := callbackJob{step.Status, step.Code}
	for range callbacks(step) {
		if at := m.start.Add(step.Send); step.Send > step.At {
			m.account.Clock.At(at, func() { m.report(job) })
		} else {
			m.report(job)
		}
	}
}

// callbacks is how many callbacks a step causes.
func callbacks(step carrier.Step) int {
	if step.Lost || !reported(step.Status) {
		return 0
	}
	return max(step.Copies, 1)
}

// reported tells whether Twilio calls back for a status that a message has come to. Nobody has seen a callback for
// sending (F-157, F-491), and there is none for inbound messages (F-165).
func reported(status carrier.Status) bool {
	return status != carrier.Sending && status != carrier.Receiving && status != carrier.Received
}

// report calls the app, or lines up behind the callback of this message that is in flight. Where a rule asks for
// overlap, the callbacks wait for the last one instead, and go out together.
func (m *Message) report(job callbackJob) {
	a := m.account
	a.mu.Lock()
	m.ready = append(m.ready, job)
	m.owed--
	if m.calling || m.overlap && m.owed > 0 {
		a.mu.Unlock()
		return
	}
	m.calling = true
	for len(m.ready) > 0 {
		jobs := m.takeLocked()
		a.mu.Unlock()
		m.sendTogether(jobs)
		a.mu.Lock()
	}
	m.calling, m.ready = false, nil
	a.mu.Unlock()
}

// takeLocked takes the next callback from the line, or all of them under overlap.
func (m *Message) takeLocked() []callbackJob {
	n := 1
	if m.overlap {
		n = len(m.ready)
	}
	jobs := m.ready[:n:n]
	m.ready = m.ready[n:]
	return jobs
}

// sendTogether makes several callbacks at once and waits for all answers.
func (m *Message) sendTogether(jobs []callbackJob) {
	var wait sync.WaitGroup
	for _, job := range jobs[1:] {
		wait.Go(func() { m.send(job) })
	}
	m.send(jobs[0])
	wait.Wait()
}

// send makes one status callback. The body of the answer is ignored (F-113, F-181).
func (m *Message) send(job callbackJob) {
	f := m.Facts()
	request := &webhook.Request{
		Purpose: journal.Status, SID: f.SID, Method: f.Callback.Method, URL: f.Callback.URL,
		Params: statusParams(f, job, m.account.Clock.Now()), ContentType: webhook.StatusType,
	}
	answer := m.account.call(context.Background(), request, func(*journal.Exchange) {})
	if answer.Failure != nil {
		m.account.raiseFailure(answer.Failure, f.SID, answer.Exchange.Name) // F-184, F-185: this callback is lost
	}
}

// statusParams returns the parameters of section D.2 in the order of a captured request (F-182).
func statusParams(f Facts, job callbackJob, now time.Time) webhook.Params {
	params := make(webhook.Params, 0, 10)
	add := func(name, value string) { params = append(params, webhook.Param{Name: name, Value: value}) }
	status := string(job.status)
	if job.status == carrier.Delivered || job.status == carrier.Undelivered {
		add("RawDlrDoneDate", now.UTC().Format("0601021504")) // F-175
	}
	if job.code != 0 && (job.status == carrier.Failed || job.status == carrier.Undelivered) {
		add("ErrorCode", strconv.Itoa(job.code)) // F-174
	}
	add("SmsSid", f.SID)
	add("SmsStatus", status) // F-172
	add("MessageStatus", status)
	add("To", f.To)
	add("MessageSid", f.SID)
	add("AccountSid", f.AccountSID)
	add("From", f.From)
	add("ApiVersion", apiVersion)
	return params
}
