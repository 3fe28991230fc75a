package messaging

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// call is one webhook that is about to be sent. Its token, time and signature are fixed, so that
// calls in flight together do not depend on which goroutine runs first. prepare, make and settle
// follow each other; hold comes before make, and release after it.
type call struct {
	account *Account
	request webhook.Request
	attempt func(*journal.Exchange) // is called with each attempt; may be nil
	status  string                  // that a callback reports
	resets  int32
	held    bool
	kept    []attempt // that are not in the journal yet
	// landed is called with the account's lock held when the last attempt is recorded; nil is no call
	landed func(last *journal.Exchange)
	end    func() // of the group that began when it landed; nil before
}

// attempt is one request of a call, and whether it was the last.
type attempt struct {
	exchange *journal.Exchange
	last     bool
}

// call signs a request with the account's token, sends it, and writes each attempt into the
// journal. It then calls attempt, which may be nil. The error of the app, if any, is in the answer:
// there always is one.
func (a *Account) call(ctx context.Context, r *webhook.Request,
	attempt func(*journal.Exchange)) *webhook.Answer {
	return a.prepare(*r, attempt).make(ctx)
}

// prepare sets what a request takes from the account. It fixes all that depends on the order of
// calls: the time, the token of idempotency and a spoiled signature. The latter is used up here, so
// that exactly one webhook has it.
func (a *Account) prepare(request webhook.Request, attempt func(*journal.Exchange)) *call {
	c := &call{account: a, request: request, attempt: attempt}
	r := &c.request
	r.Token, r.At = a.Token, a.Clock.Now()
	if a.Clock.Rate() == 0 && a.options.Patience != nil {
		r.Patience = a.options.Patience()
	}
	if r.Idempotency == "" {
		r.Idempotency = a.ids.UUID()
	}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	quirks := a.quirk()
	if code := quirks.Get(quirk.WebhookErrorCode); code != webhook.CodeRetrieval {
		r.ErrorStatusCode = code // F-488
	}
	r.MaxRedirects = quirks.Int(quirk.MaxRedirects)                            // F-489
	r.KeepMethod = quirks.Get(quirk.RedirectMethod) == "same"                  // F-489
	r.RetryOn5xx = r.Purpose == journal.Status && quirks.On(quirk.StatusRetry) // F-490
	r.KeepParams = quirks.Get(quirk.RedirectParameters) == "kept"              // F-056
	r.Wire = webhook.Wire{                                                     // F-808
		SortQuery: quirks.Get(quirk.WireQuery) == "sorted",
		SignRaw:   quirks.Get(quirk.GetSignature) == "raw",
	}
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

// hold keeps the attempts until release, so that calls in flight together are in the journal in
// their order. Until then only the call's own goroutine uses them.
func (c *call) hold() { c.held = true }

func (c *call) release() {
	for _, kept := range c.kept {
		c.write(kept.exchange, kept.last)
	}
}

// make sends the request to the app. No lock is held, as it takes as long as the app does.
func (c *call) make(ctx context.Context) *webhook.Answer {
	// as the URL of a callback, whose answer is ignored (F-181)
	if bin, ok := c.account.Bin(c.request.URL); ok {
		x := c.account.serveBin(bin, &c.request)
		c.keep(x, true)
		return &webhook.Answer{Exchange: x}
	}
	c.account.awaitPast() // for cookies
	// The token of the request must be stored before the app can have seen it. If it cannot be stored,
	// the server has said so.
	_ = c.account.sync()
	return c.account.hooks.Do(ctx, &c.request, c.keep)
}

func (c *call) keep(x *journal.Exchange, last bool) {
	if c.held {
		c.kept = append(c.kept, attempt{x, last})
		return
	}
	c.write(x, last)
}

// write puts an attempt into the journal. An exchange that is not written has no name.
func (c *call) write(x *journal.Exchange, last bool) {
	if c.request.Purpose == journal.Status && c.account.wasReset(c.resets) {
		return // the message was removed, and so is this
	}
	c.recordAttempt(x, last)
	c.account.remember(x)
	if c.attempt != nil {
		c.attempt(x)
	}
}

// recordAttempt records an attempt. With the last one the call has landed, in the same moment for
// the storage, which also stores with them what the caller does until settle: the alerts about the
// answer. A restart between the answer and what follows from it would send the webhook again,
// although the journal shows that it was answered.
func (c *call) recordAttempt(x *journal.Exchange, last bool) {
	a := c.account
	if c.landed == nil || !last || a.recorder == nil {
		a.record(x, c.status)
		return
	}
	c.end = a.together()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.record(x, c.status)
	c.landed(x)
}

// settle says that everything about the answer is in the journal.
func (c *call) settle() {
	if c.end != nil {
		c.end()
		c.end = nil
	}
}

// remember keeps a webhook with a valid signature, for a later one that is to replay the signature.
func (a *Account) remember(x *journal.Exchange) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if x.Signature == "valid" && !x.Dropped() {
		a.valid = x
	}
}

// wasReset reports whether the account was reset since its count of resets was this.
func (a *Account) wasReset(resets int32) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.resets != resets
}

// record names an exchange and writes it into the journal. status is what a callback reports.
func (a *Account) record(x *journal.Exchange, status string) {
	x.Name = a.Journal.NextID("W")
	event := journal.Event{Type: journal.WebhookAttempt, SID: x.SID, Status: status,
		Exchange: x.Name, HTTP: x.Status, Note: x.Error}
	if len(x.Faults) > 0 {
		event.Rule = "rule " + x.Faults.Rule()
	}
	a.Journal.Append(event, journal.Webhooks, x)
	if a.director != nil {
		a.director.Attempted(x)
	}
}

// SpoilNext makes the signature of the next webhook invalid. A replayed signature is that of the
// last webhook, so it is an error if there was none. A second call before that webhook replaces the
// first.
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
		return fmt.Errorf("unknown signature fault %q: did you mean %q? (%s)",
			how, cmp.Or(near, "bad"),
			strings.Join(fault.Signatures(), ", "))
	}
	return nil
}
