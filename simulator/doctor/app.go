package doctor

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/mask"
	"twilsim/simulator/messaging"
	"twilsim/simulator/reason"
	"twilsim/simulator/uri"
	"twilsim/simulator/webhook"
)

// The text that probes an app. Its sender and body tell the app's log where it comes from.
const (
	probeFrom = "+12025550199"
	probeBody = "twilsim doctor"
)

// slow is how long an app may take without a warning: a third of the time that Twilio waits
// (F-043).
const slow = 5 * time.Second

// target is the webhook of the app.
type target struct {
	public string // the URL that is signed
	local  string // the URL that is called
	method string
}

// checkApp calls the app's webhook, with a valid signature and with wrong ones. The order is that
// of a person's questions: is it there, does its certificate hold, does it accept a right
// signature, is the document good, does it refuse a wrong signature. Each check needs the one
// before it.
func (e *examination) checkApp(ctx context.Context) error {
	t, err := e.findApp(ctx)
	if err != nil || t == nil || !e.checkReachable(ctx, t) {
		return err
	}
	good, err := e.text(ctx, t, t.public, "")
	if err != nil {
		return err
	}
	if alert := distrusted(good); alert != nil {
		e.warn("TLS", "Twilio refuses the app's certificate: "+alert.Code+" "+alert.Title,
			alert.Text, "twilsim serve --insecure-app accepts any; the checks below do the same")
		e.insecure = true
		if good, err = e.text(ctx, t, t.public, ""); err != nil {
			return err
		}
	}
	if refused(good) {
		return e.explainRefusal(ctx, t, good)
	}
	if !e.judge(t, good) && good.call.Status/100 != 2 {
		return nil
	}
	return e.checkSignature(ctx, t)
}

// findApp returns the webhook of the app, or nil if there is nothing on this machine to call. What
// is not on this machine is not called: it may be the app in production.
func (e *examination) findApp(ctx context.Context) (*target, error) {
	const tryApp = "twilsim doctor --app http://localhost:3000"
	t := e.forwarded()
	switch {
	case e.App != "":
		t = e.named(t)
	case e.server == nil:
		e.warn("app", "not known, because no simulator is running", "", tryApp)
		return nil, nil
	case t == nil:
		e.warn("app", "not known: texts to your number are sent nowhere",
			"", "twilsim serve --forward-to http://localhost:3000, or "+tryApp)
		return nil, nil
	}
	if bin, err := e.isBin(ctx, t); bin || err != nil {
		return nil, err
	}
	if !webhook.IsLocal(t.local) {
		e.warn("app", t.local+" is not on this machine, so it was not called",
			"", tryApp+" if it also runs here")
		return nil, nil
	}
	return t, nil
}

// isBin reports whether a TwiML Bin of the simulator answers instead of an app.
func (e *examination) isBin(ctx context.Context, t *target) (bool, error) {
	if e.server == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	bins, err := e.Client.Bins(ctx)
	if err != nil {
		return false, err
	}
	for _, bin := range bins.Bins {
		if uri.WithoutQuery(t.public) == bin.URL {
			e.ok("webhook", "the TwiML Bin "+bin.Name+" answers; the simulator serves it itself")
			return true, nil
		}
	}
	return false, nil
}

// forwarded is the webhook of the simulator's first number, or nil if it has none.
func (e *examination) forwarded() *target {
	if e.server == nil || len(e.server.Numbers) == 0 || e.server.Numbers[0].SmsURL == "" {
		return nil
	}
	var routes webhook.Routes
	for _, route := range e.server.Routes {
		routes = append(routes, webhook.Route(route))
	}
	number := e.server.Numbers[0]
	local, _ := routes.Local(number.SmsURL)
	return &target{public: number.SmsURL, local: local, method: number.SmsMethod}
}

// named is the webhook of Options.App. If the simulator calls the same one, its signed URL counts.
func (e *examination) named(known *target) *target {
	app := e.App
	if u, err := url.Parse(app); err == nil && strings.Trim(u.Path, "/") == "" {
		app = strings.TrimSuffix(app, "/") + "/sms"
	}
	if known != nil && uri.WithoutQuery(known.local) == app {
		return known
	}
	return &target{public: app, local: app, method: http.MethodPost}
}

// originOf is the part of a URL before its path. The text is cut rather than parsed and written
// again, because a finding must show a URL as the user wrote it.
func originOf(rawURL string) string {
	rawURL = uri.WithoutQuery(rawURL)
	start := strings.Index(rawURL, "://") + len("://")
	if i := strings.Index(rawURL[start:], "/"); i >= 0 {
		return rawURL[:start+i]
	}
	return rawURL
}

// pathOf is the path of a URL, / if it has none.
func pathOf(rawURL string) string {
	return cmp.Or(strings.TrimPrefix(uri.WithoutQuery(rawURL), originOf(rawURL)), "/")
}

// name is the webhook as findings show it: POST /sms.
func (t *target) name() string { return t.method + " " + pathOf(t.public) }

// checkReachable connects to the app.
func (e *examination) checkReachable(ctx context.Context, t *target) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // as Twilio does (F-041)
	defer cancel()
	began := clock.Wall()
	base := mask.Text(originOf(t.local))
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", webhook.HostPort(t.local))
	if err != nil {
		e.fail("reachable", base+"   "+reason.Of(err),
			"nothing listens there",
			"start your app, or name another URL: twilsim doctor --app URL")
		return false
	}
	conn.Close()
	e.ok("reachable", base+"   "+millis(clock.Wall().Sub(began)))
	return true
}

// probe is the result of one text: the call to the app, and what is wrong with the response.
type probe struct {
	call    *journal.Exchange
	replies int
	alerts  []*journal.Alert
}

// text sends a text to the app from a new simulator, so that the running one records nothing.
// signed is the URL to sign. The virtual time stands still: no reply is ever delivered, so the app
// gets no callbacks.
func (e *examination) text(ctx context.Context, t *target, signed string,
	spoil fault.Signature) (*probe, error) {
	token, _ := e.token()
	return e.textWith(ctx, t, signed, token, spoil)
}

func (e *examination) textWith(ctx context.Context, t *target, signed, token string,
	spoil fault.Signature) (*probe, error) {
	sim := &simulator.Server{
		AuthToken: token, Clock: clock.Virtual(clock.Wall()),
		Seed:        uint64(clock.Wall().UnixNano()), // the app may remember SIDs it has seen
		InsecureApp: e.insecure, Routes: webhook.Routes{{Public: uri.WithoutQuery(signed),
			Local: uri.WithoutQuery(t.local)}},
	}
	if e.credentials != nil {
		sim.AccountSID = e.credentials.AccountSID
	}
	defer sim.Close()
	account := sim.Account()
	if _, err := account.SetNumber(simulator.DefaultPhoneNumber, signed, t.method); err != nil {
		return nil, err
	}
	if spoil != "" {
		if err := account.SpoilNext(spoil); err != nil {
			return nil, err
		}
	}
	receipt, err := account.Receive(ctx, messaging.Text{
		From: probeFrom, To: simulator.DefaultPhoneNumber, Body: probeBody,
	})
	if err != nil {
		return nil, err
	}
	found := &probe{call: &journal.Exchange{}, replies: len(receipt.Replies),
		alerts: receipt.Alerts}
	for _, x := range receipt.Webhooks { // the last one is the retry
		if x.Purpose == journal.Inbound {
			found.call = x
		}
	}
	return found, ctx.Err()
}

// distrusted returns the alert about a certificate that Twilio would refuse, such as a self-signed
// one (F-039); nil if there is none.
func distrusted(p *probe) *journal.Alert {
	for _, alert := range p.alerts {
		switch alert.Code {
		case webhook.CodeDomainMismatch, webhook.CodeExpired, webhook.CodeUnknownAuthority:
			return alert
		}
	}
	return nil
}

// refused reports whether the app refused a webhook as it would one with a wrong signature. Some
// 4xx are about something else than the signature: a wrong path, method or type, or a limit.
func refused(p *probe) bool {
	switch p.call.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType,
		http.StatusTooManyRequests:
		return false
	}
	return p.call.Status >= 400 && p.call.Status < 500
}

// judge reports findings about the response to a correctly signed webhook, and returns whether it
// is good. The first alert of level error decides. Where it has no advice, that of a hint is used.
func (e *examination) judge(t *target, p *probe) bool {
	for _, alert := range p.alerts {
		if alert.Level == journal.LevelError {
			cause, try := alert.Code+" "+alert.Title+": "+alert.Text, alert.Try
			for _, hint := range p.alerts {
				if hint.Level != journal.LevelError && try == "" {
					cause, try = cause+"; "+hint.Text, hint.Try
				}
			}
			e.fail("webhook", t.name()+"   "+p.answer(""), cause,
				cmp.Or(try, "look at the app's own log"))
			return false
		}
	}
	what := t.name() + "   " + p.answer(", valid TwiML")
	if p.call.Duration > slow {
		e.warn("webhook", what, "Twilio gives up after 15 s", "") // F-043
		return true
	}
	e.ok("webhook", what)
	for _, alert := range p.alerts {
		e.warn("TwiML", alert.Code+" "+alert.Title+": "+alert.Text, "", alert.Try)
	}
	return true
}

// answer describes the response: 200 text/xml, valid TwiML, 4ms. twiml is what to say about TwiML.
func (p *probe) answer(twiml string) string {
	x := p.call
	if x.Status == 0 {
		return cmp.Or(x.Error, "no answer")
	}
	what := fmt.Sprint(x.Status)
	contentType, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	if contentType != "" {
		what += " " + contentType
	}
	switch {
	case x.Status >= 300:
	case x.ResponseBody == "":
		what += ", empty"
	case strings.HasSuffix(contentType, "xml"):
		what += twiml
	}
	switch {
	case p.replies == 1:
		what += ", 1 reply"
	case p.replies > 1:
		what += fmt.Sprintf(", %d replies", p.replies)
	}
	return what + ", " + millis(x.Duration)
}
