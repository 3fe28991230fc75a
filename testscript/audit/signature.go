package audit

import (
	"net/http"
	"strings"

	"twilsim/simulator/fault"
	"twilsim/simulator/webhook"
)

// spoiledScenario is a scenario in which a webhook's signature is wrong.
func spoiledScenario(how string) string {
	return "sms " + handset + " " + own + " before\nsignature " + how + "\nsms " + handset + " " +
		own +
		" hello\nexpect alert code=11200\nexpect webhook signature=" + how + " http=403\n"
}

// signatureChecks are about who may call the app. A01 and A11 to A15 send requests that must be
// accepted, A10 both kinds, and all others what must be refused with 4xx and change nothing. Those
// of spoil and changed go on when A01 fails: an app that refuses everything refuses these, too.
func signatureChecks() []check {
	// spoil has the webhook client make the wrong signature, as the signature line of a scenario
	// does.
	spoil := func(id, title string, how fault.Signature) check {
		return check{ID: id, Title: title, Severity: Error, Fact: "F-062, F-063", basic: true,
			scenario: spoiledScenario(string(how)),
			run: func(p *probe) finding {
				p.send(p.inbound()) // one with a good signature, which A05 steals
				before, r := p.look(), p.inbound()
				r.Spoil = how
				p.mu.Lock()
				r.Stolen = p.valid
				p.mu.Unlock()
				return p.wantRefused("an inbound webhook", before, p.send(r).Exchange.Status)
			}}
	}
	// changed makes a request by hand that the client would not make: one whose signature fits
	// something else than what is sent.
	changed := func(id, title, scenario string, request func(p *probe, r *webhook.Request) raw) check {
		return check{ID: id, Title: title, Severity: Error, Fact: "F-063, F-067", basic: true,
			scenario: scenario, run: func(p *probe) finding {
				before, r := p.look(), p.inbound()
				q := request(p, r)
				q.method, q.contentType = http.MethodPost, webhook.InboundType
				status, err := p.sendRaw(q)
				if err != nil {
					return wrong("an inbound webhook: " + err.Error())
				}
				return p.wantRefused("an inbound webhook", before, status)
			}}
	}
	return []check{
		{ID: "A01", Title: "an ordinary text and a status callback are answered", Severity: Error,
			Fact: "F-027, F-033, F-182", basic: true, scenario: "sms " + handset + " " + own +
				" Hello\nclock run\nexpect webhook purpose=inbound http=200\n",
			run: func(p *probe) finding {
				found := wantOK("an inbound webhook", p.send(p.inbound()))
				if p.target.Status == "" {
					return first(found, unseen("no status URL is known; give it with --status URL"))
				}
				return first(found, wantOK("a status callback", p.send(p.status("sent"))))
			}},
		spoil("A02", "a webhook without a signature is refused", fault.SignatureMissing),
		spoil("A03", "a signature of another token is refused", fault.SignatureBad),
		spoil("A04", "a signature of the token before a rotation is refused", fault.SignatureStale),
		spoil("A05", "the signature of the webhook before is refused", fault.SignatureReplayed),
		changed("A06", "a Body that was changed after signing is refused", "",
			func(p *probe, r *webhook.Request) raw {
				sig := signed(p.target.Token, r.URL, r.Params)
				return raw{url: r.URL, signature: sig, body: r.Params.Set("Body", "changed").Encode()}
			}),
		changed("A07", "a parameter that was added unsigned is refused", "",
			func(p *probe, r *webhook.Request) raw {
				sig := signed(p.target.Token, r.URL, r.Params)
				return raw{url: r.URL, signature: sig, body: r.Params.Set("Admin", "1").Encode()}
			}),
		changed("A08", "a signature for another path of the app is refused",
			spoiledScenario(string(fault.SignatureWrongURL)),
			func(p *probe, r *webhook.Request) raw {
				sig := signed(p.target.Token, r.URL+"/other", r.Params)
				return raw{url: r.URL, signature: sig, body: r.Params.Encode()}
			}),
		changed("A09", "the signature of another account with its own AccountSid is refused", "",
			func(p *probe, r *webhook.Request) raw {
				params := r.Params.Set("AccountSid", "AC"+strings.Repeat("9", 32))
				return raw{url: r.URL, signature: signed(strings.Repeat("9", 32), r.URL, params),
					body: params.Encode()}
			}),
		{ID: "A10", Title: "a signed GET is answered or not allowed, an unsigned one refused",
			Severity: Error, Fact: "F-037, F-065", run: checkGet,
			scenario: "! http GET /sms From=" + handset + " To=" + own + " Body=hello\n"},
		restarted("A11", "https outside and http at the app", "https://app.example", ""),
		restarted("A12", "a port in the public URL", "http://app.example:8080", ""),
		restarted("A13", "https with a port in the public URL", "https://app.example:8443", ""),
		restarted("A14", "a query in the URL, in its order", "http://app.example", "?b=2&a=1"),
		restarted("A15", "an escaped space in the query of the URL", "http://app.example",
			"?shop=two%20words"),
		{ID: "A16", Title: "a stranger's host in X-Forwarded-Host is not believed", Severity: Warning,
			Fact: "F-067", run: func(p *probe) finding {
				before, r := p.look(), p.inbound()
				_, rest := base(r.URL)
				stranger := "https://stranger.example" + rest
				status, err := p.sendRaw(raw{method: http.MethodPost, url: r.URL,
					contentType: webhook.InboundType, body: r.Params.Encode(),
					signature: signed(p.target.Token, stranger, r.Params),
					header: map[string]string{"X-Forwarded-Host": "stranger.example",
						"X-Forwarded-Proto": "https"}})
				if err != nil {
					return wrong(err.Error())
				}
				return p.wantRefused("a webhook that is signed for https://stranger.example", before, status)
			}},
	}
}

// checkGet is A10. An app may have no route for GET, so 404 and 405 are good answers to the signed
// one.
func checkGet(p *probe) finding {
	r := p.inbound()
	r.Method = http.MethodGet
	status := p.send(r).Exchange.Status
	var found finding
	if status/100 != 2 && status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		found = wrong(http.StatusText(status) + " for a signed GET")
	}
	before := p.look()
	r = p.inbound()
	status, err := p.sendRaw(raw{method: http.MethodGet, url: r.URL + "?" + r.Params.Encode()})
	if err != nil {
		return wrong("an unsigned GET: " + err.Error())
	}
	return first(found, p.wantRefused("an unsigned GET", before, status))
}

// restarted is a check with another public URL, which the app must be told. It needs --app, because
// only then can the app be started with another PUBLIC_URL. The app gets the request at another URL
// than the one that is signed, as behind a proxy.
func restarted(id, title, public, query string) check {
	return check{ID: id, Title: title, Severity: Error, Fact: "F-067, F-068, F-069",
		scenario: "env PUBLIC_URL=" + public + "\napp -url '/sms" + query + "'\nsms " + handset + " " +
			own +
			" Hello\nexpect webhook purpose=inbound http=200\n",
		run: func(p *probe) finding {
			if p.target.Restart == nil {
				return unseen("the app must be started with that PUBLIC_URL: --app")
			}
			t, err := p.target.Restart(p.ctx, public)
			if err != nil {
				return unseen(err.Error())
			}
			other, err := newProbe(p.ctx, t)
			if err != nil {
				return unseen(err.Error())
			}
			defer other.close()
			r := other.inbound()
			r.URL += query
			return wantOK("a webhook signed for "+r.URL, other.send(r))
		}}
}
