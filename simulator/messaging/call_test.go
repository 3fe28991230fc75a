package messaging

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// TestSignatures checks every webhook of a story with Twilio's own validator. Some have an invalid
// signature on purpose.
func TestSignatures(t *testing.T) {
	for _, how := range fault.Signatures() {
		for _, at := range []int{0, 1, 2, 3} { // which of the webhooks is spoiled; 0 is none
			if fault.Signature(how) == fault.SignatureReplayed && at == 1 {
				continue // there is nothing to replay yet; see TestSpoilNextErrors
			}
			t.Run(how+[]string{" never", " inbound", " sent", " delivered"}[at],
				func(t *testing.T) {
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
							if err := a.SpoilNext(fault.Signature(how)); err != nil {
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
						wantVerdicts = append(wantVerdicts, map[bool]string{true: how,
							false: "valid"}[i+1 == at])
						verdicts = append(verdicts,
							a.Journal.Things(journal.Webhooks)[i].(*journal.Exchange).Signature)
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
		how  fault.Signature
		want string
	}{
		{fault.SignatureReplayed, "there is no signature to replay: no webhook was made yet"},
		{"mising",
			`unknown signature fault "mising": did you mean "missing"? (bad, missing, replayed, stale, ` +
				`wrong-url)`},
		{"",
			`unknown signature fault "": did you mean "bad"? (bad, missing, replayed, stale, wrong-url)`},
	} {
		if err := a.SpoilNext(tt.how); err == nil || err.Error() != tt.want {
			t.Errorf("SpoilNext(%q): %v, want %s", tt.how, err, tt.want)
		}
	}
}

// TestIdempotency checks that each webhook has its own token, which a retry repeats (F-036).
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
	first := a.Journal.Things(journal.Webhooks)[0].(*journal.Exchange).Header.Get(
		"I-Twilio-Idempotency-Token")
	if len(tokens) != 2 || tokens[0] != tokens[1] || tokens[0] == first || first == "" {
		t.Errorf("tokens %q, that of the first webhook %q", tokens, first)
	}
	if diff := cmp.Diff([]string{"11202 error 0:0 W3"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}
