package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// The text with which doctor asks an app how it is.
const (
	probeFrom = "+12025550199"
	probeBody = "twilsim doctor"
)

// slow is how long an app may take before that is worth a warning: a third of the time that Twilio waits (F-043).
const slow = 5 * time.Second

// target is the webhook of the app.
type target struct {
	public string // what is signed
	local  string // what is called
	method string
}

// checkApp calls the app's webhook, with a good signature and with bad ones.
func (p *patient) checkApp(ctx context.Context) error {
	t, err := p.findApp(ctx)
	if err != nil || t == nil || !p.checkReachable(ctx, t) {
		return err
	}
	good, err := p.text(ctx, t, t.public, "")
	if err != nil {
		return err
	}
	if alert := distrusted(good); alert != nil {
		p.warn("TLS", "Twilio refuses the app's certificate: "+alert.Code+" "+alert.Title,
			alert.Text, "twilsim serve --insecure-app takes any; so does doctor from here on")
		p.insecure = true
		if good, err = p.text(ctx, t, t.public, ""); err != nil {
			return err
		}
	}
	if turnedAway(good) {
		return p.explainRefusal(ctx, t, good)
	}
	if !p.judge(t, good) && good.call.Status/100 != 2 {
		return nil
	}
	return p.checkSignature(ctx, t)
}

// findApp returns the webhook of the app, nil where there is nothing on this machine to call.
func (p *patient) findApp(ctx context.Context) (*target, error) {
	const tryApp = "twilsim doctor --app http://localhost:3000"
	t := p.forwarded()
	switch {
	case p.options.app != "":
		t = p.named(t)
	case p.server == nil:
		p.warn("app", "not known, because no simulator tells", "", tryApp)
		return nil, nil
	case t == nil:
		p.warn("app", "not known: texts to your number go nowhere",
			"", "twilsim serve --forward-to http://localhost:3000, or "+tryApp)
		return nil, nil
	}
	if bin, err := p.isBin(ctx, t); bin || err != nil {
		return nil, err
	}
	if !webhook.IsLocal(t.local) {
		p.warn("app", t.local+" is not on this machine, so it is not called", "", tryApp+" where it is here as well")
		return nil, nil
	}
	return t, nil
}

// isBin reports whether the simulator itself answers in the app's place.
func (p *patient) isBin(ctx context.Context, t *target) (bool, error) {
	if p.server == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.c.timeout)
	defer cancel()
	bins, err := p.place.client().Bins(ctx)
	if err != nil {
		return false, p.place.explain(err)
	}
	for _, bin := range bins.Bins {
		if bare(t.public) == bin.URL {
			p.ok("webhook", "the TwiML Bin "+bin.Name+" answers, which the simulator serves itself")
			return true, nil
		}
	}
	return false, nil
}

// forwarded is where the simulator sends the texts to its first number; nil where it sends them nowhere.
func (p *patient) forwarded() *target {
	if p.server == nil || len(p.server.Numbers) == 0 || p.server.Numbers[0].SmsURL == "" {
		return nil
	}
	var routes webhook.Routes
	for _, route := range p.server.Routes {
		routes = append(routes, webhook.Route(route))
	}
	number := p.server.Numbers[0]
	local, _ := routes.Local(number.SmsURL)
	return &target{public: number.SmsURL, local: local, method: number.SmsMethod}
}

// named is the webhook of --app: what the simulator calls, where that is the same, and else /sms.
func (p *patient) named(known *target) *target {
	app := p.options.app
	if u, err := url.Parse(app); err == nil && strings.Trim(u.Path, "/") == "" {
		app = strings.TrimSuffix(app, "/") + "/sms"
	}
	if known != nil && bare(known.local) == app {
		return known
	}
	return &target{public: app, local: app, method: http.MethodPost}
}

// bare is a URL without its query and its fragment.
func bare(rawURL string) string {
	if end := strings.IndexAny(rawURL, "?#"); end >= 0 {
		return rawURL[:end]
	}
	return rawURL
}

// name is the webhook as it stands in the lines: POST /sms.
func (t *target) name() string { return t.method + " " + pathOf(bare(t.public)) }

// checkReachable connects to the app.
func (p *patient) checkReachable(ctx context.Context, t *target) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // as Twilio does (F-041)
	defer cancel()
	began := clock.Wall()
	base := journal.MaskURL(strings.TrimSuffix(bare(t.local), pathOf(bare(t.local))))
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", webhook.HostPort(t.local))
	if err != nil {
		p.fail("reachable", base+"   "+reason(err),
			"nothing listens there", "start your app, or name another place: twilsim doctor --app URL")
		return false
	}
	conn.Close()
	p.ok("reachable", base+"   "+millis(clock.Wall().Sub(began)))
	return true
}

// probed is what came of one text: the call to the app, and what is wrong with the answer.
type probed struct {
	call    *journal.Exchange
	replies int
	alerts  []*journal.Alert
}

// text has the app called from a simulator of its own, so that nothing is left in the one that runs. The URL is what is signed.
// Its virtual time stands still: no reply is ever delivered, so there are no callbacks.
func (p *patient) text(ctx context.Context, t *target, signed string, spoil webhook.Spoil) (*probed, error) {
	token, _ := p.token()
	return p.textWith(ctx, t, signed, token, spoil)
}

func (p *patient) textWith(ctx context.Context, t *target, signed, token string, spoil webhook.Spoil) (*probed, error) {
	sim := &simulator.Server{
		AuthToken: token, Clock: clock.Virtual(clock.Wall()),
		Seed:        uint64(clock.Wall().UnixNano()), // an app may remember the SIDs that it has seen
		InsecureApp: p.insecure, Routes: webhook.Routes{{Public: bare(signed), Local: bare(t.local)}},
	}
	if p.credentials != nil {
		sim.AccountSID = p.credentials.AccountSID
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
	receipt, err := account.Receive(ctx, messaging.Text{From: probeFrom, To: simulator.DefaultPhoneNumber, Body: probeBody})
	if err != nil {
		return nil, err
	}
	found := &probed{call: &journal.Exchange{}, replies: len(receipt.Replies), alerts: receipt.Alerts}
	for _, x := range receipt.Webhooks { // the last of them is the retry
		if x.Purpose == journal.Inbound {
			found.call = x
		}
	}
	return found, ctx.Err()
}

// distrusted returns the alert of a certificate that Twilio would not take, as one that the app signed itself (F-039).
func distrusted(f *probed) *journal.Alert {
	for _, alert := range f.alerts {
		switch alert.Code {
		case webhook.CodeDomainMismatch, webhook.CodeExpired, webhook.CodeUnknownAuthority:
			return alert
		}
	}
	return nil
}

// turnedAway reports whether the app turned a webhook away, as it does with a signature that it takes for wrong.
func turnedAway(f *probed) bool {
	switch f.call.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType, http.StatusTooManyRequests:
		return false
	}
	return f.call.Status >= 400 && f.call.Status < 500
}

// judge says what is to be said of the answer to a webhook that is signed well, and reports whether it is good.
func (p *patient) judge(t *target, f *probed) bool {
	for _, alert := range f.alerts {
		if alert.Level == journal.LevelError {
			cause, try := alert.Code+" "+alert.Title+": "+alert.Text, alert.Try
			for _, hint := range f.alerts {
				if hint.Level != journal.LevelError && try == "" {
					cause, try = cause+"; "+hint.Text, hint.Try
				}
			}
			p.fail("webhook", t.name()+"   "+f.answer(""), cause, or(try, "look at the app's own log"))
			return false
		}
	}
	what := t.name() + "   " + f.answer(", valid TwiML")
	if f.call.Duration > slow {
		p.warn("webhook", what, "Twilio gives up after 15 s", "") // F-043
		return true
	}
	p.ok("webhook", what)
	for _, alert := range f.alerts {
		p.warn("TwiML", alert.Code+" "+alert.Title+": "+alert.Text, "", alert.Try)
	}
	return true
}

// answer says what the app answered, with what is known of its TwiML: 200 text/xml, valid TwiML, 4ms.
func (f *probed) answer(twiml string) string {
	x := f.call
	if x.Status == 0 {
		return or(x.Error, "no answer")
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
	if f.replies > 0 {
		what += ", " + replies(f.replies)
	}
	return what + ", " + millis(x.Duration)
}

func replies(n int) string {
	if n == 1 {
		return "1 reply"
	}
	return fmt.Sprintf("%d replies", n)
}
