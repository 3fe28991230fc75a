package messaging

import (
	"context"
	"errors"
	"strconv"

	"twilsim/simulator/journal"
	"twilsim/simulator/twiml"
	"twilsim/simulator/webhook"
)

// run is one conversation with the app about one inbound message: from the number's webhook through every <Redirect> to
// the last document.
type run struct {
	account *Account
	message *Message
	params  webhook.Params // the same for every document (F-116)
	receipt *Receipt
	full    bool // there was one reply too many, and the alert is raised
}

// follow fetches the document at the URL, obeys it, and goes on to where it redirects.
func (r *run) follow(ctx context.Context, url, method string) {
	purpose := journal.Inbound
	for range twiml.MaxDocuments {
		document, exchange := r.fetch(ctx, purpose, url, method)
		if document == nil {
			return
		}
		redirect := r.obey(document, exchange)
		if redirect == nil {
			return
		}
		purpose, url, method = journal.Redirect, redirect.URL, redirect.Method
	}
	r.warn(codeTooManyFetches, "the documents redirect to more than "+strconv.Itoa(twiml.MaxDocuments)+" documents",
		twiml.Position{}, "")
}

// fetch asks for one document. It returns nil where there is none to obey; the alert is then raised.
func (r *run) fetch(ctx context.Context, purpose journal.Purpose, url, method string) (*twiml.Document, string) {
	answer := r.ask(ctx, purpose, url, method)
	name := answer.Exchange.Name
	if answer.Failure != nil {
		r.alert(r.account.raiseFailure(answer.Failure, r.message.ID(), name))
		return nil, name
	}
	if len(answer.Body) == 0 && answer.Chunked { // F-058
		r.warn(codeEmptyBody, "the app answered a chunked body of no bytes", twiml.Position{}, name)
		return nil, name
	}
	document, err := twiml.Parse(answer.Exchange.URL, answer.ContentType, answer.Body)
	var fatal *twiml.Error
	if errors.As(err, &fatal) {
		r.warn(fatal.Code, fatal.Text, fatal.Pos, name)
		return nil, name
	}
	return document, name
}

// ask gets the answer from a bin, or from the app.
func (r *run) ask(ctx context.Context, purpose journal.Purpose, url, method string) *webhook.Answer {
	if bin, ok := r.account.Bin(url); ok {
		return r.askBin(bin, purpose, method)
	}
	request := &webhook.Request{
		Purpose: purpose, SID: r.message.ID(), Method: method, URL: url, Params: r.params, ContentType: webhook.InboundType,
	}
	return r.account.call(ctx, request, func(x *journal.Exchange) { r.receipt.Webhooks = append(r.receipt.Webhooks, x) })
}

// askBin gets the answer from a bin.
func (r *run) askBin(bin Bin, purpose journal.Purpose, method string) *webhook.Answer {
	x := r.account.serveBin(bin, &webhook.Request{Purpose: purpose, SID: r.message.ID(), Method: method, Params: r.params,
		ContentType: webhook.InboundType, At: r.account.Clock.Now()})
	r.account.record(x, "")
	r.receipt.Webhooks = append(r.receipt.Webhooks, x)
	return &webhook.Answer{Exchange: x, ContentType: binType, Body: []byte(x.ResponseBody)}
}

// obey does what a document says, top to bottom (F-099), and returns the redirect that ends it, if one does.
func (r *run) obey(document *twiml.Document, exchange string) *twiml.Redirect {
	for _, w := range document.Warnings {
		r.alert(r.account.raiseWarning(w, r.message.ID(), exchange))
	}
	for _, verb := range document.Verbs {
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
		Code: strconv.Itoa(code), Text: text, SID: r.message.ID(), Exchange: exchange, Line: pos.Line, Column: pos.Column,
	}))
}

func (r *run) alert(alert *journal.Alert) { r.receipt.Alerts = append(r.receipt.Alerts, alert) }
