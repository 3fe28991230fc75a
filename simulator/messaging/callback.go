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
	at     time.Time // when the message came to it
}

// callBackLocked lines up the callbacks of the message's latest step, as many as the step says, now or for when it says.
func (m *Message) callBackLocked(step carrier.Step) {
	if m.facts.Callback.URL == "" {
		return
	}
	job := callbackJob{step.Status, step.Code, m.facts.Updated}
	for range callbacks(step) {
		if step.Send > step.At {
			m.account.Clock.At(m.start.Add(step.Send), func() { m.report(job) })
		} else {
			m.lineUpLocked(job)
		}
	}
}

func (m *Message) lineUpLocked(job callbackJob) {
	m.ready = append(m.ready, job)
	m.owed--
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

// report makes a callback whose time has come.
func (m *Message) report(job callbackJob) {
	m.account.mu.Lock()
	m.lineUpLocked(job)
	m.account.mu.Unlock()
	m.sendReady()
}

// sendReady makes the callbacks that are lined up, unless another callback of this message is in flight: whoever makes that
// one makes these. Where a rule asks for overlap, the callbacks wait for the last one instead, and go out together.
func (m *Message) sendReady() {
	a := m.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if m.calling || m.overlap && m.owed > 0 {
		return
	}
	m.calling = true
	for len(m.ready) > 0 && m.resets == a.resets {
		jobs := m.takeLocked()
		a.mu.Unlock()
		m.sendTogether(jobs)
		a.mu.Lock()
	}
	m.calling, m.ready = false, nil
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
		Params: statusParams(f, job), ContentType: webhook.StatusType,
	}
	answer := m.account.call(context.Background(), request, func(*journal.Exchange) {})
	if answer.Failure != nil && answer.Exchange.Name != "" {
		m.account.raiseFailure(answer.Failure, f.SID, answer.Exchange.Name) // F-184, F-185: this callback is lost
	}
}

// statusParams returns the parameters of section D.2 in the order of a captured request (F-182).
func statusParams(f Facts, job callbackJob) webhook.Params {
	params := make(webhook.Params, 0, 10)
	add := func(name, value string) { params = append(params, webhook.Param{Name: name, Value: value}) }
	status := string(job.status)
	if job.status == carrier.Delivered || job.status == carrier.Undelivered {
		add("RawDlrDoneDate", job.at.UTC().Format("0601021504")) // F-175
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
