package messaging

import (
	"context"
	"strconv"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// pendingRun is the processing of an inbound message that has not ended, in an account that is
// stored. A value never changes: a change makes a new one, because the storage reads it later. It
// is updated in one transaction with what was done, so after a restart nothing is done twice or
// left out, except that the app may get a request again whose answer was not recorded.
type pendingRun struct {
	Route  directory.Route `json:"route"`
	Params webhook.Params  `json:"params"`
	Token  string          `json:"token"` // of the first request
	Until  time.Time       `json:"until"` // when the first request leaves
	Faults fault.List      `json:"faults,omitempty"`

	// Answered is the exchange whose document runs, "" before the first answer, and Verbs how many
	// verbs of that document were carried out.
	Answered  string `json:"answered,omitempty"`
	Verbs     int    `json:"verbs,omitempty"`
	Documents int    `json:"documents,omitempty"` // fetched so far
	Replies   int    `json:"replies,omitempty"`   // created so far
}

// updateRun changes what is stored of the message's run, if it is stored.
func (m *Message) updateRun(change func(*pendingRun)) {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	m.updateRunLocked(change)
}

func (m *Message) updateRunLocked(change func(*pendingRun)) {
	if m.run == nil {
		return
	}
	changed := *m.run
	change(&changed)
	m.run = &changed
	m.touchLocked()
}

// answeredLocked notes that the answer to a request for a document is recorded.
func (m *Message) answeredLocked(x *journal.Exchange, documents int) {
	m.updateRunLocked(func(p *pendingRun) { p.Answered, p.Verbs, p.Documents = x.Name, 0, documents })
}

// endRun notes that nothing more is to be done.
func (m *Message) endRun() {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	if m.run != nil {
		m.run = nil
		m.touchLocked()
	}
}

// runToken returns the idempotency token of the run's first request, if it is stored; "" for a new
// one.
func (m *Message) runToken(purpose journal.Purpose) string {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	if m.run == nil || purpose != journal.Inbound {
		return ""
	}
	return m.run.Token
}

// resumeRun goes on with a run after a restart: with the first request if it has no answer yet,
// else with the verbs that the last document has behind those that were carried out.
func (m *Message) resumeRun() {
	a := m.account
	a.mu.Lock()
	p := m.run
	a.mu.Unlock()
	if p == nil {
		return
	}
	r := &run{account: a, message: m, params: p.Params, faults: p.Faults, documents: p.Documents,
		replies: p.Replies, receipt: Receipt{Message: m}}
	ctx := context.Background()
	thing, ok := a.Journal.Thing(journal.Webhooks, p.Answered)
	if !ok {
		r.follow(ctx, p.Route)
		return
	}
	defer m.endRun()
	x := thing.(*journal.Exchange)
	broken := r.goOn(ctx, x, p.Verbs)
	if x.Purpose != journal.Fallback {
		r.fallBack(ctx, p.Route, broken)
	}
}

// goOn runs the document of a recorded exchange from a verb on, and those to which it redirects.
// The alerts about the exchange and its document were stored with it. It reads the recorded answer
// as fetch and read do the real one: a change there may need one here.
func (r *run) goOn(ctx context.Context, x *journal.Exchange, verbs int) breakdown {
	switch {
	case x.Dropped() || x.Code == webhook.CodeOutside:
		return breakdown{}
	case x.Code != "":
		return breakdown{x.Code, x.URL}
	case x.ResponseBody == "" && x.ResponseHeader.Get("Content-Length") == "": // F-058
		return breakdown{strconv.Itoa(codeEmptyBody), x.URL}
	}
	contentType := x.ResponseHeader.Get("Content-Type")
	if _, ok := r.account.Bin(x.URL); ok {
		contentType = binType
	}
	document, fatal := parse(x, contentType, []byte(x.ResponseBody))
	if fatal != nil {
		return breakdown{strconv.Itoa(fatal.Code), x.URL}
	}
	r.skip = verbs
	next, broken := r.runDocument(document, x.Name, x.URL)
	r.skip = 0
	if next == nil {
		return broken
	}
	return r.read(ctx, *next)
}
