package messaging

import (
	"context"
	"strconv"
	"sync"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/webhook"
)

// callbackJob is one status to report.
type callbackJob struct {
	status carrier.Status
	code   int
	// when the message came to it, in milliseconds of Unix time: jobs are many, and small
	at     int64
	faults fault.List // what a rule does to it; none if no rule has seen it yet
	// a director wants it to be in flight together with the next one
	together bool
	// of its request, in an account that is stored; else "", and the request gets one when it leaves
	token string
}

// callBackLocked queues the callbacks of the message's latest step, or schedules that for the time
// in the step. Each copy has an idempotency token of its own, because the *2 of a rule means two
// callbacks, and no retry.
func (m *Message) callBackLocked(step carrier.Step) {
	if m.current.Callback.URL == "" {
		return
	}
	directed := m.planLocked()
	job := callbackJob{status: step.Status, code: step.Code, at: m.current.Updated.UnixMilli(),
		faults: directed.Faults, together: directed.Together}
	for range m.account.callbacks(step) {
		if m.account.recorder != nil {
			job.token = m.account.ids.UUID()
		}
		if step.Send > step.At {
			m.laterLocked(lateJob{at: m.start.Add(step.Send), what: lateReport, job: job})
		} else {
			m.queue().add(job)
		}
	}
}

// callbacks returns how many callbacks a step causes.
func (a *Account) callbacks(step carrier.Step) int {
	if step.Lost || !a.reported(step.Status) {
		return 0
	}
	return max(step.Copies, 1)
}

// callbacksOf returns how many callbacks the steps of a script cause.
func (a *Account) callbacksOf(script carrier.Script) int {
	n := 0
	for _, step := range script {
		n += a.callbacks(step)
	}
	return n
}

// reported reports whether Twilio calls back for a status that a message has come to. No source has
// a callback for sending (F-157, F-491), and there is none for inbound messages (F-165).
func (a *Account) reported(status carrier.Status) bool {
	if status == carrier.Sending {
		return a.quirk().On(quirk.SendingCallback)
	}
	return status != carrier.Receiving && status != carrier.Received
}

// sendReady sends the callbacks that are due, unless another goroutine already sends those of this
// message: that one drains the queue. Call it without the account's lock after anything was added
// to the queue or its state has changed. It returns when the queue is empty, when somebody else
// drains it, or when it has to wait for the clock; what is behind an unanswered callback goes on
// after the time that Twilio would have waited (goOn).
func (m *Message) sendReady() {
	a := m.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if m.callbacks == nil || !m.callbacks.begin() {
		return
	}
	defer m.tidyLocked()
	for m.resets == a.resets {
		jobs := m.queue().next()
		if len(jobs) == 0 {
			return
		}
		a.mu.Unlock()
		jobs, paused := m.applyFaults(jobs)
		var unanswered time.Duration
		if len(jobs) > 0 {
			unanswered = m.sendTogether(jobs)
		}
		a.mu.Lock()
		m.queue().flight = nil
		if len(jobs) > 0 {
			m.queue().sent()
		}
		switch {
		case paused: // the work that resumes the queue sends the rest
			return
		case unanswered > 0 && m.resets == a.resets && m.queue().rest():
			a.Clock.After(unanswered, m.goOn)
			return
		}
	}
	m.queue().drop()
}

// goOn sends the callbacks behind one that the app did not answer.
func (m *Message) goOn() {
	m.account.mu.Lock()
	m.queue().resume()
	m.account.mu.Unlock()
	m.sendReady()
}

// sendTogether sends several callbacks at once and waits for all answers. SIDs, signatures and
// places in the journal follow the order of the queue, whichever goroutine runs first and whichever
// answer comes first, so that every run gives the same journal. It returns how long Twilio waits
// for answers that did not come, of which no time has passed yet.
func (m *Message) sendTogether(jobs []callbackJob) (unanswered time.Duration) {
	if len(jobs) == 1 {
		c := m.prepare(jobs[0])
		answer := c.make(context.Background())
		m.finish(c, answer)
		return answer.Unanswered
	}
	calls := make([]*call, len(jobs))
	for i, job := range jobs {
		calls[i] = m.prepare(job)
	}
	answers := make([]*webhook.Answer, len(calls))
	var wait sync.WaitGroup
	for i, c := range calls {
		c.hold()
		wait.Go(func() { answers[i] = c.make(context.Background()) })
	}
	wait.Wait()
	for i, c := range calls {
		c.release()
		m.finish(c, answers[i])
		unanswered = max(unanswered, answers[i].Unanswered)
	}
	return unanswered
}

// prepare prepares the request of one status callback. The body of the answer is ignored (F-113,
// F-181). The parameters are those of the message at this moment, but the status is the job's: a
// late callback reports what was then.
func (m *Message) prepare(job callbackJob) *call {
	f := m.Snapshot()
	c := m.account.prepare(webhook.Request{
		Purpose: journal.Status, SID: f.SID, Method: f.Callback.Method, URL: f.Callback.URL,
		Params: m.account.statusParams(f, job), ContentType: webhook.StatusType, Faults: job.faults,
		Idempotency: job.token,
	}, nil)
	if m.account.recorder != nil {
		token := job.token
		c.landed = func(*journal.Exchange) { m.landedLocked(token) }
	}
	return c
}

// landedLocked says that the answer to a callback is recorded, so that it is not sent again after a
// restart. Without a token the account is not stored, and there is nothing to note.
func (m *Message) landedLocked(token string) {
	if token == "" {
		return
	}
	m.queue().flight = without(m.queue().flight, token)
	m.touchLocked()
}

// without returns the jobs but that of a token. It does not change the list, which others use.
func without(jobs []callbackJob, token string) []callbackJob {
	var others []callbackJob
	for _, job := range jobs {
		if job.token != token {
			others = append(others, job)
		}
	}
	return others
}

// finish raises the alert about a callback that failed, which is not sent again (F-184, F-185).
func (m *Message) finish(c *call, answer *webhook.Answer) {
	defer c.settle()
	if answer.Exchange.Name == "" {
		return // removed, as the message was
	}
	if answer.Failure != nil {
		m.account.raiseFailure(answer.Failure, c.request.SID, answer.Exchange.Name)
	}
	m.account.adviseOnAnswer(answer)
}

// StatusParams returns the parameters that Twilio sends with a status callback (section D.2).
func StatusParams() []string {
	return []string{
		"MessageSid", "MessageStatus", "AccountSid", "From", "To", "ApiVersion", "SmsSid",
		"SmsStatus", "MessagingServiceSid",
		"ErrorCode", "ErrorMessage", "RawDlrDoneDate", "ChannelInstallSid", "ChannelPrefix",
		"ChannelToAddress", "StructuredMessage", "EventType",
		"ChannelStatusMessage",
	}
}

// statusParams returns the parameters of section D.2 in the order of a captured request (F-182).
func (a *Account) statusParams(f Snapshot, job callbackJob) webhook.Params {
	params := make(webhook.Params, 0, 10)
	add := func(name, value string) {
		params = append(params, webhook.Param{Name: name, Value: value})
	}
	if f.channel() != "" {
		return a.channelStatusParams(f, job)
	}
	status := string(job.status)
	if job.status == carrier.Delivered || job.status == carrier.Undelivered {
		add("RawDlrDoneDate", time.UnixMilli(job.at).UTC().Format("0601021504")) // F-175
	}
	if job.code != 0 && (job.status == carrier.Failed || job.status == carrier.Undelivered) {
		add("ErrorCode", strconv.Itoa(job.code)) // F-174
		if a.quirk().On(quirk.CallbackErrorMessage) {
			add("ErrorMessage", errcode.Title(job.code)) // F-492
		}
	}
	add("SmsSid", f.SID)
	add("SmsStatus", status) // F-172
	add("MessageStatus", status)
	add("To", f.To)
	if f.MessagingServiceSID != "" { // F-173
		add("MessagingServiceSid", f.MessagingServiceSID)
	}
	add("MessageSid", f.SID)
	add("AccountSid", f.AccountSID)
	add("From", f.From)
	add("ApiVersion", apiVersion)
	return params
}
