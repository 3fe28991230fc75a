package messaging

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// TestSignatures has Twilio's own validator look at every webhook of a story, some of them spoiled on purpose.
func TestSignatures(t *testing.T) {
	for _, how := range webhook.Spoils() {
		for _, at := range []int{0, 1, 2, 3} { // which of the webhooks is spoiled; 0 is none
			if webhook.Spoil(how) == webhook.SpoilReplayed && at == 1 {
				continue // there is nothing to replay yet; see TestSpoilNextErrors
			}
			t.Run(how+[]string{" never", " inbound", " sent", " delivered"}[at], func(t *testing.T) {
				app := newApp(t)
				app.answer("/sms", reply(" action='/status?a=1'", "hi"))
				a := newAccount(t, app)
				steps := []func(){
					func() { text(t, a, "hi") },
					func() { advance(t, a, 600*time.Millisecond) },
					func() { advance(t, a, time.Minute) },
				}
				for i, step := range steps {
					if i+1 == at {
						if err := a.SpoilNext(webhook.Spoil(how)); err != nil {
							t.Fatal(err)
						}
					}
					step()
				}
				validator := client.NewRequestValidator(a.Token)
				var want, got []bool
				var wantVerdicts, verdicts []string
				for i, r := range app.requests("") {
					url := app.URL + r.Path
					if r.Query != "" {
						url += "?" + r.Query
					}
					got = append(got, validator.ValidateBody(url, []byte(r.Body), r.Signature))
					want = append(want, i+1 != at)
					wantVerdicts = append(wantVerdicts, map[bool]string{true: how, false: "valid"}[i+1 == at])
					verdicts = append(verdicts, a.Journal.Things(journal.Webhooks)[i].(*journal.Exchange).Signature)
				}
				if diff := cmp.Diff(want, got); diff != "" || len(got) != 3 {
					t.Errorf("Twilio's validator says (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(wantVerdicts, verdicts); diff != "" {
					t.Errorf("the journal says (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestSpoilNextErrors(t *testing.T) {
	a := newAccount(t, nil)
	for _, tt := range []struct {
		how  webhook.Spoil
		want string
	}{
		{webhook.SpoilReplayed, "there is no signature to replay: no webhook was made yet"},
		{"mising", `unknown signature fault "mising": did you mean "missing"? (bad, missing, replayed, wrong-url)`},
		{"", `unknown signature fault "": did you mean "bad"? (bad, missing, replayed, wrong-url)`},
	} {
		if err := a.SpoilNext(tt.how); err == nil || err.Error() != tt.want {
			t.Errorf("SpoilNext(%q): %v, want %s", tt.how, err, tt.want)
		}
	}
}

func TestReplay(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	a := newAccount(t, app)
	m := text(t, a, "hi").Replies[0]
	advance(t, a, 600*time.Millisecond)
	first := a.Journal.Things(journal.Webhooks)[1].(*journal.Exchange)
	for _, tt := range []struct {
		name string
		set  webhook.Params
		url  string
		path string
		want string // what became of MessageStatus
	}{
		{"as it was", nil, "", "/status", "sent"},
		{"another status", webhook.Params{{Name: "MessageStatus", Value: "failed"}, {Name: "ErrorCode", Value: "30001"}}, "", "/status", "failed"},
		{"elsewhere", nil, app.URL + "/other?a=1", "/other", "sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x, err := a.Replay(t.Context(), first, tt.set, tt.url)
			if err != nil {
				t.Fatal(err)
			}
			got := app.requests(tt.path)
			last := got[len(got)-1]
			url := app.URL + last.Path
			if last.Query != "" {
				url += "?" + last.Query
			}
			validator := client.NewRequestValidator(a.Token)
			if !validator.ValidateBody(url, []byte(last.Body), last.Signature) {
				t.Error("Twilio's validator refuses it")
			}
			if x.ReplayOf != "W2" || x.Header.Get("X-Twilsim-Replay") != "W2" || x.SID != m.ID() || x.Purpose != journal.Status || x.Status != 200 {
				t.Errorf("exchange %+v", x)
			}
			if x.Header.Get("I-Twilio-Idempotency-Token") == first.Header.Get("I-Twilio-Idempotency-Token") {
				t.Error("the idempotency token is that of the first: this is another request")
			}
			if status := param(t, last.Body, "MessageStatus"); status != tt.want || x.Body != last.Body {
				t.Errorf("status %s, want %s; body %q", status, tt.want, x.Body)
			}
			if tt.set == nil && last.Body != first.Body {
				t.Errorf("body %q, want %q", last.Body, first.Body)
			}
		})
	}
	get := &journal.Exchange{Name: "W9", Method: http.MethodGet, URL: app.URL}
	if _, err := a.Replay(t.Context(), get, nil, ""); err == nil || !strings.HasPrefix(err.Error(), "W9 is a GET") {
		t.Errorf("a GET: %v", err)
	}
	if _, err := a.Replay(t.Context(), first, nil, "/status"); err == nil {
		t.Error("no error for a relative URL")
	}
	if m.Facts().Status != "sent" {
		t.Errorf("a replay changed the message: %s", m.Facts().Status)
	}
}

// TestIdempotency: each webhook has a token of its own, and a retry repeats it (F-036).
func TestIdempotency(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", "<Response/>")
	a := newAccount(t, app)
	text(t, a, "hi")
	app.Server.Close()
	a.hooks.Close() // else the request may meet the old connection before its end is noticed
	receipt := text(t, a, "hi")
	var tokens []string
	for _, x := range receipt.Webhooks {
		tokens = append(tokens, x.Header.Get("I-Twilio-Idempotency-Token"))
	}
	first := a.Journal.Things(journal.Webhooks)[0].(*journal.Exchange).Header.Get("I-Twilio-Idempotency-Token")
	if len(tokens) != 2 || tokens[0] != tokens[1] || tokens[0] == first || first == "" {
		t.Errorf("tokens %q, that of the first webhook %q", tokens, first)
	}
	if diff := cmp.Diff([]string{"11202 error 0:0 W3"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}
