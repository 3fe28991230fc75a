package messaging

import (
	"context"
	"errors"
	"strconv"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/twiml"
	"twilsim/simulator/webhook"
)

// run is the processing of one inbound message: from the number's webhook through every <Redirect>
// to the last document, and after a failure from the fallback's document on. One goroutine at a
// time uses it. Its receipt grows until Receive returns; a run that goes on later has another.
type run struct {
	account    *Account
	message    *Message
	params     webhook.Params // the same for every document (F-116) but the fallback's first
	receipt    Receipt
	faults     fault.List    // what a rule does to the first request
	documents  int           // asked for
	unanswered time.Duration // that Twilio waited for the app, and that has not passed yet
	end        *func()       // ends the work that the clock waits for; nil in an advance
	full       bool          // the limit of replies was exceeded, and the alert was raised
	skip       int           // how many verbs of the document were carried out before a restart
	verb       int           // the one that is carried out, from 1
	replies    int           // created before a restart
	asked      *call         // whose answer is being read; nil for none
}

// source is where a document is requested.
type source struct {
	purpose     journal.Purpose
	url, method string
	params      webhook.Params
}

// begin runs the documents of an inbound message, now or after the delay of a rule. It never waits
// for the delay: under a virtual clock the caller may be the one who has to advance the time. What
// happens later is not in the receipt.
func (r *run) begin(ctx context.Context, to directory.Route) {
	a := r.account
	if a.director != nil && !r.direct(to) {
		return
	}
	if !a.Rules.AboutWebhooks() {
		r.follow(ctx, to)
		return
	}
	w := fault.Webhook{Purpose: fault.Inbound, Method: to.Method, URL: to.URL}
	r.faults = append(a.faultsOf(w, r.params), r.faults...)
	wait := departureOf(r.faults).wait
	if wait == 0 {
		r.follow(ctx, to)
		return
	}
	a.recordHeld(r.faults, r.message.ID(), w, "")
	r.receipt.Held = &Held{Rule: r.faults.Rule(), What: r.faults.String(),
		Until: a.Clock.Now().Add(wait)}
	r.message.updateRun(func(p *pendingRun) { p.Until, p.Faults = r.receipt.Held.Until, r.faults })
	later := r.later()
	a.mu.Lock()
	release := a.holdLocked(Planned{SID: r.message.ID(), At: r.receipt.Held.Until,
		Kind: PlannedWebhook, By: "rule " + r.faults.Rule()})
	a.mu.Unlock()
	a.schedule.At(r.receipt.Held.Until, func() {
		a.mu.Lock()
		release()
		a.mu.Unlock()
		if !a.wasReset(r.message.resets) {
			later.follow(context.Background(), to)
		}
	})
}

// later returns a run of the same message for another time, with a receipt of its own.
func (r *run) later() *run {
	return &run{account: r.account, message: r.message, params: r.params, faults: r.faults,
		receipt: Receipt{Message: r.message}}
}

// direct asks the account's director about the webhook, and reports whether it leaves now.
func (r *run) direct(to directory.Route) (now bool) {
	p := r.account.director.Text(r.message.Snapshot())
	r.faults = p.Faults.ForRule(directorName)
	if p.Hold == nil {
		return true
	}
	r.receipt.Held = &Held{Rule: directorName, What: "hold", Until: r.account.Clock.Now()}
	later := r.later()
	p.Hold(func() { later.follow(context.Background(), to) })
	return false
}

// follow runs the documents of the webhook. After a fatal error it requests the fallback URL, at
// once and with the whole time limit of a webhook. A fallback has no fallback (F-051), and without
// one nothing more happens (F-052).
func (r *run) follow(ctx context.Context, to directory.Route) {
	defer r.message.endRun()
	broken := r.read(ctx, source{journal.Inbound, to.URL, to.Method, r.params})
	r.pass(ctx)
	r.fallBack(ctx, to, broken)
}

// fallBack requests the fallback URL after a fatal error.
func (r *run) fallBack(ctx context.Context, to directory.Route, broken breakdown) {
	if broken.code == "" || to.FallbackURL == "" || ctx.Err() != nil {
		return
	}
	r.read(ctx, source{journal.Fallback, to.FallbackURL, to.FallbackMethod,
		broken.params(r.params)})
	r.pass(ctx)
}

// pass lets the time pass on a virtual clock for which Twilio waited in vain for the app. Inside of
// an advance it does nothing: that one moves the time.
func (r *run) pass(ctx context.Context) {
	wait := r.unanswered
	if r.unanswered = 0; wait == 0 || r.end == nil {
		return
	}
	(*r.end)()                             // the advance must not wait for this run
	_ = r.account.Clock.Advance(ctx, wait) // it ends early with ctx, or is refused during another
	*r.end = r.account.Clock.Begin()
}

// read fetches a document, runs it, and continues with the document to which it redirects. It
// returns the fatal error. Too many documents (F-147) and an answer without a body (F-058) are only
// warnings. The count of documents goes on from the webhook to its fallback.
func (r *run) read(ctx context.Context, from source) breakdown {
	for r.documents < twiml.MaxDocuments {
		r.documents++
		document, exchange, code := r.fetch(ctx, from)
		r.settle(document, exchange)
		if document == nil {
			return breakdown{code, from.url}
		}
		next, broken := r.runDocument(document, exchange, from.url)
		if next == nil {
			return broken
		}
		from = *next
	}
	r.warn(codeTooManyFetches, "the documents redirect to more than "+
		strconv.Itoa(twiml.MaxDocuments)+" documents",
		twiml.Position{}, "")
	return breakdown{}
}

// settle raises the alerts about the warnings in a document, nil for none. They are the last ones
// about the answer.
func (r *run) settle(document *twiml.Document, exchange string) {
	if document != nil {
		for _, w := range document.Warnings {
			r.alert(r.account.raiseWarning(w, r.message.ID(), exchange))
		}
	}
	if r.asked != nil {
		r.asked.settle()
		r.asked = nil
	}
}

// runDocument runs a document, and returns the one to which it redirects; nil for none, with the
// fatal error.
func (r *run) runDocument(document *twiml.Document, exchange, url string) (*source, breakdown) {
	redirect := r.execute(document, exchange)
	switch {
	case redirect == nil:
		return nil, breakdown{}
	case redirect.URL == "": // F-117: the next document cannot be retrieved [inferred]
		return nil, breakdown{webhook.CodeInvalidURL, url}
	}
	return &source{journal.Redirect, redirect.URL, redirect.Method, r.params}, breakdown{}
}

// fetch requests one document. If there is none to run, it raises the alert and returns nil and the
// error's code, which is "" for a code that Twilio does not have.
func (r *run) fetch(ctx context.Context, from source) (document *twiml.Document, exchange,
	code string) {
	answer := r.ask(ctx, from)
	r.unanswered += answer.Unanswered
	defer r.advise(answer) // after the alerts of Twilio
	name := answer.Exchange.Name
	if answer.Dropped {
		return nil, name, ""
	}
	if f := answer.Failure; f != nil {
		r.alert(r.account.raiseFailure(f, r.message.ID(), name))
		if f.Code == webhook.CodeOutside {
			return nil, name, "" // what it would have answered is unknown
		}
		return nil, name, f.Code
	}
	if len(answer.Body) == 0 && answer.Chunked { // F-058
		// many apps answer so on purpose: once is enough
		r.account.mu.Lock()
		first := r.account.firstLocked(strconv.Itoa(codeEmptyBody), "")
		r.account.mu.Unlock()
		if first {
			r.warn(codeEmptyBody, "the app answered a chunked body of no bytes", twiml.Position{}, name)
		}
		return nil, name, strconv.Itoa(codeEmptyBody)
	}
	document, fatal := parse(answer.Exchange, answer.ContentType, answer.Body)
	if fatal != nil {
		r.warn(fatal.Code, fatal.Text, fatal.Pos, name)
		return nil, name, strconv.Itoa(fatal.Code)
	}
	return document, name, ""
}

// parse reads the document in an answer. It returns why it cannot be run, nil if it can.
func parse(x *journal.Exchange, contentType string, body []byte) (*twiml.Document, *twiml.Error) {
	document, err := twiml.Parse(x.URL, contentType, body)
	var fatal *twiml.Error
	if errors.As(err, &fatal) {
		return nil, fatal
	}
	return document, nil
}

// ask gets the answer from a bin, or from the app.
func (r *run) ask(ctx context.Context, from source) *webhook.Answer {
	request := webhook.Request{
		Purpose: from.purpose, SID: r.message.ID(), Method: from.method, URL: from.url,
		Params:      from.params,
		ContentType: webhook.InboundType, Faults: r.faultsOf(from),
		Idempotency: r.message.runToken(from.purpose),
	}
	if bin, ok := r.account.Bin(from.url); ok {
		return r.askBin(bin, request)
	}
	c := r.account.prepare(request,
		func(x *journal.Exchange) { r.receipt.Webhooks = append(r.receipt.Webhooks, x) })
	if r.account.recorder != nil {
		c.landed = func(x *journal.Exchange) { r.message.answeredLocked(x, r.documents) }
	}
	r.asked = c
	return c.make(ctx)
}

// faultsOf returns what a rule does to one of the run's requests. Those of the first request were
// found by [run.begin], which counted the rule's use.
func (r *run) faultsOf(from source) fault.List {
	if from.purpose == journal.Inbound {
		return r.faults
	}
	if !r.account.Rules.AboutWebhooks() {
		return nil
	}
	w := fault.Webhook{Purpose: string(from.purpose), Method: from.method, URL: from.url}
	return r.account.faultsOf(w, from.params)
}

// askBin gets the answer from a bin.
func (r *run) askBin(bin directory.Bin, request webhook.Request) *webhook.Answer {
	request.At = r.account.Clock.Now()
	x := r.account.serveBin(bin, &request)
	c := &call{account: r.account,
		landed: func(x *journal.Exchange) { r.message.answeredLocked(x, r.documents) }}
	r.asked = c
	c.recordAttempt(x, true)
	r.receipt.Webhooks = append(r.receipt.Webhooks, x)
	return &webhook.Answer{Exchange: x, ContentType: binType, Body: []byte(x.ResponseBody)}
}

// execute runs the verbs of a document from top to bottom (F-099), and returns the redirect that
// ends it, nil for none. Verbs behind a redirect do not run.
func (r *run) execute(document *twiml.Document, exchange string) *twiml.Redirect {
	for i, verb := range document.Verbs {
		if i < r.skip {
			continue
		}
		r.verb = i + 1
		switch v := verb.(type) {
		case *twiml.Message:
			r.reply(v, exchange)
		case *twiml.Redirect:
			return v
		}
	}
	return nil
}

// warn raises the alert of a debugger code about this run.
func (r *run) warn(code int, text string, pos twiml.Position, exchange string) {
	r.alert(r.account.raise(&journal.Alert{
		Code: strconv.Itoa(code), Text: text, SID: r.message.ID(), Exchange: exchange,
		Line: pos.Line, Column: pos.Column,
	}))
}

// advise gives the hints about an answer.
func (r *run) advise(answer *webhook.Answer) {
	r.receipt.Alerts = append(r.receipt.Alerts, r.account.adviseOnAnswer(answer)...)
}

func (r *run) alert(alert *journal.Alert) { r.receipt.Alerts = append(r.receipt.Alerts, alert) }
