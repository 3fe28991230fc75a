package messaging

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// call is one webhook that is about to be made: it has its token, its time and its signature already.
type call struct {
	account *Account
	request *webhook.Request
	attempt func(*journal.Exchange) // hears of each attempt; nil for nobody
	status  string                  // that a callback reports
	resets  int
	held    bool
	kept    []*journal.Exchange // attempts that are not in the journal yet
}

// call signs a request with the account's token, makes it, and writes each attempt into the journal. attempt hears of
// each as well.
func (a *Account) call(ctx context.Context, r *webhook.Request, attempt func(*journal.Exchange)) *webhook.Answer {
	return a.prepare(r, attempt).make(ctx)
}

// prepare gives a request what it takes from the account.
func (a *Account) prepare(r *webhook.Request, attempt func(*journal.Exchange)) *call {
	r.Token, r.At = a.Token, a.Clock.Now()
	if r.Idempotency == "" {
		r.Idempotency = a.ids.UUID()
	}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	c := &call{account: a, request: r, attempt: attempt}
	if r.Purpose == journal.Status {
		c.status = r.Params.Get("MessageStatus")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.Spoil == "" {
		r.Spoil, a.spoil = a.spoil, ""
	}
	bad, _ := r.Faults.Get(fault.BadSignature)
	replays := r.Spoil == fault.SignatureReplayed || bad.Signature == fault.SignatureReplayed
	if replays && a.valid != nil {
		r.Stolen = a.valid.Header.Get("X-Twilio-Signature")
	}
	c.resets = a.resets
	return c
}

// hold keeps the attempts until release, so that calls in flight together come into the journal in their order. Each call's
// attempts are its own goroutine's until then.
func (c *call) hold() { c.held = true }

func (c *call) release() {
	for _, x := range c.kept {
		c.write(x)
	}
}

// make calls the app.
func (c *call) make(ctx context.Context) *webhook.Answer {
	if bin, ok := c.account.Bin(c.request.URL); ok { // as the URL of a callback: its document is of no interest (F-181)
		x := c.account.serveBin(bin, c.request)
		c.keep(x)
		return &webhook.Answer{Exchange: x}
	}
	return c.account.hooks.Do(ctx, c.request, c.keep)
}

func (c *call) keep(x *journal.Exchange) {
	if c.held {
		c.kept = append(c.kept, x)
		return
	}
	c.write(x)
}

// write puts an attempt into the journal.
func (c *call) write(x *journal.Exchange) {
	if c.request.Purpose == journal.Status && c.account.wasReset(c.resets) {
		return // the message is forgotten, and so is this
	}
	c.account.record(x, c.status)
	c.account.remember(x)
	if c.attempt != nil {
		c.attempt(x)
	}
}

// remember keeps a webhook with a valid signature, for the next one that is to replay it.
func (a *Account) remember(x *journal.Exchange) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if x.Signature == "valid" && !x.Dropped() {
		a.valid = x
	}
}

// wasReset reports whether the account was reset since it had been so many times.
func (a *Account) wasReset(resets int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.resets != resets
}

// record names an exchange and writes it into the journal. status is what a callback reports.
func (a *Account) record(x *journal.Exchange, status string) {
	x.Name = a.Journal.NextID("W")
	event := journal.Event{Type: journal.WebhookAttempt, SID: x.SID, Status: status, Exchange: x.Name, HTTP: x.Status, Note: x.Error}
	if len(x.Faults) > 0 {
		event.Rule = "rule " + x.Faults.Rule()
	}
	a.Journal.Append(event, journal.Webhooks, x)
}

// SpoilNext makes the signature of the next webhook wrong on purpose. A replayed one repeats the signature of the last
// webhook, so there must have been one.
func (a *Account) SpoilNext(how fault.Signature) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.checkSpoilLocked(how); err != nil {
		return err
	}
	a.spoil = how
	return nil
}

func (a *Account) checkSpoilLocked(how fault.Signature) error {
	switch how {
	case fault.SignatureBad, fault.SignatureMissing, fault.SignatureStale, fault.SignatureWrongURL:
	case fault.SignatureReplayed:
		if a.valid == nil {
			return fmt.Errorf("there is no signature to replay: no webhook was made yet")
		}
	default:
		near := suggest.Nearest(string(how), fault.Signatures())
		return fmt.Errorf("unknown signature fault %q: did you mean %q? (%s)", how, first(near, "bad"),
			strings.Join(fault.Signatures(), ", "))
	}
	return nil
}
