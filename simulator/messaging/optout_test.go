package messaging

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
)

func TestKeywordOf(t *testing.T) {
	for keyword, bodies := range map[string]string{
		// F-441
		keywordStop: "STOP|stop|Stop| stop\n|UNSUBSCRIBE|END|QUIT|STOPALL|REVOKE|OPTOUT|CANCEL",
		// F-442
		keywordStart: "START|YES|UNSTOP|yes",
		keywordHelp:  "HELP|INFO|help",
		"":           "|STOP PLEASE|STOP.|please stop|S T O P|ARRET", // F-443
	} {
		for body := range strings.SplitSeq(bodies, "|") {
			if got := keywordOf(body); got != keyword {
				t.Errorf("%q is %q, want %q", body, got, keyword)
			}
		}
	}
}

// TestOptOut sends keywords one after the other and checks Twilio's own answers and the statuses of
// the app's messages.
func TestOptOut(t *testing.T) {
	const (
		unsubscribed = "400 21610 Attempt to send to unsubscribed recipient"
		tollFree     = "+18005550100"
	)
	for _, tt := range []struct {
		name    string
		number  string
		texts   []string
		answers []string // "" for none
		want    string   // of a send by the app, after all
	}{
		{"stop", shop, []string{"stop"}, []string{stopText}, unsubscribed}, // F-447, F-449
		{"stop twice", shop, []string{"STOP", "STOP"}, []string{stopText, ""}, unsubscribed},
		{"stop and start", shop, []string{"QUIT", "UNSTOP"}, []string{stopText, startText}, ""},
		{"stop and yes", shop, []string{"END", "yes"}, []string{stopText, startText}, ""},
		{"yes alone", shop, []string{"YES"}, []string{""}, ""}, // F-448
		{"help", shop, []string{"INFO"}, []string{helpText}, ""},
		{"help after stop", shop, []string{"STOP", "HELP"}, []string{stopText, helpText},
			unsubscribed},
		{"a sentence", shop, []string{"stop it"}, []string{""}, ""},
		// F-450, F-601, F-602, F-603
		{"toll-free", tollFree, []string{"STOP"}, []string{networkStop}, unsubscribed},
		{"toll-free and another keyword", tollFree, []string{"QUIT"}, []string{""}, ""},
		{"toll-free and back", tollFree, []string{"STOP", "YES", "START"},
			[]string{networkStop, "", fmt.Sprintf(networkStart, "Start")}, ""},
		{"toll-free and unstop", tollFree, []string{"Stop", "UNSTOP"},
			[]string{networkStop, fmt.Sprintf(networkStart, "unstop")}, ""},
		{"toll-free and help", tollFree, []string{"HELP", "STOP", "HELP"},
			[]string{helpText, networkStop, ""}, unsubscribed},
		{"short code", "55501", []string{"STOP", "HELP"}, []string{"", ""}, ""}, // F-451
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			if _, err := a.SetNumber(tt.number, app.URL+"/sms", ""); err != nil {
				t.Fatal(err)
			}
			for i, body := range tt.texts {
				receipt, err := a.Receive(t.Context(), Text{From: customer, To: tt.number,
					Body: body})
				if err != nil {
					t.Fatal(err)
				}
				if got := bodies(receipt.Replies); got != tt.answers[i] {
					t.Errorf("%s was answered %q, want %q", body, got, tt.answers[i])
				}
				advance(t, a, time.Minute)
				for _, m := range receipt.Replies {
					if f := m.Snapshot(); f.Status != carrier.Delivered || f.Callback.URL != "" ||
						f.ReplyTo != receipt.Message.ID() {
						t.Errorf("answer %+v", f)
					}
				}
			}
			if got := len(app.requests("/sms")); got != len(tt.texts) { // F-444
				t.Errorf("the app received %d texts, want %d", got, len(tt.texts))
			}
			_, err := a.Send(t.Context(), draft(func(d *Draft) { d.From = tt.number }))
			if got := refused(err); got != tt.want {
				t.Errorf("send: %q, want %q", got, tt.want)
			}
		})
	}
}

// TestOptOutStopsReplies checks that the TwiML reply to a STOP fails, with a callback (F-444).
func TestOptOutStopsReplies(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "bye"))
	a := newAccount(t, app)
	addRule(t, a, "then=delivered", "times=1") // is not used up
	receipt := text(t, a, "STOP")
	advance(t, a, time.Minute)
	got := []string{}
	for _, m := range receipt.Replies {
		f := m.Snapshot()
		got = append(got, fmt.Sprint(f.Body, " ", f.Status, " ", f.ErrorCode, " ", f.By))
	}
	if diff := cmp.Diff([]string{"bye failed 21610 opt-out", stopText + " delivered 0 opt-out"},
		got); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	if used := a.Rules.List()[0].Used; used != 0 {
		t.Errorf("the rule was used %d times", used)
	}
	if diff := cmp.Diff([]string{"failed"}, app.statuses(t, "/status")); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
}

// TestOptOutReach checks what a STOP applies to: one number, or all numbers of a service (F-446).
// It works without a webhook (F-445).
func TestOptOutReach(t *testing.T) {
	for _, service := range []bool{false, true} {
		t.Run(fmt.Sprintf("service %v", service), func(t *testing.T) {
			a := newAccount(t, nil)
			const second = "+12025550101"
			if _, err := a.SetNumber(second, "", ""); err != nil {
				t.Fatal(err)
			}
			if service {
				newService(t, a, nil, shop, second)
			}
			text(t, a, "STOP")
			got := []bool{
				a.OptedOut(shop, customer), a.OptedOut(second, customer),
				a.OptedOut(shop, "+12025550143"),
			}
			if diff := cmp.Diff([]bool{true, service, false}, got); diff != "" {
				t.Errorf("opted out (-want +got):\n%s", diff)
			}
		})
	}
}

// TestStartSwitchesHandsetOn sends START from a handset whose state was set to opted-out.
func TestStartSwitchesHandsetOn(t *testing.T) {
	a := newAccount(t, nil)
	if _, err := a.SetHandset(customer, carrier.HandsetOptedOut); err != nil {
		t.Fatal(err)
	}
	receipt := text(t, a, "START")
	if got := bodies(receipt.Replies); got != startText ||
		a.Handset(customer).State != carrier.HandsetOn {
		t.Errorf("answer %q, handset %+v", got, a.Handset(customer))
	}
	send(t, a, draft(nil))
}

func TestOptOutTexts(t *testing.T) {
	a := New(Options{Seed: 1, Clock: clock.Virtual(start), Quirks: quirks(t, "stop-text=Bye",
		"start-text=Hello", "help-text=Ask")})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber(shop, "", ""); err != nil {
		t.Fatal(err)
	}
	got := bodies(text(t, a, "STOP").Replies) + " " + bodies(text(t, a, "START").Replies) + " " +
		bodies(text(t, a, "HELP").Replies)
	if got != "Bye Hello Ask" {
		t.Errorf("answers %q", got)
	}
}

// TestAdvancedOptOutOfShortCode checks that keywords to a short code only work in a service with
// Advanced Opt-Out (F-451).
func TestAdvancedOptOutOfShortCode(t *testing.T) {
	a := newAccount(t, nil)
	service := newService(t, a, nil, "55501")
	if err := a.SetAdvancedOptOut(service, true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Receive(t.Context(), Text{From: customer, To: "55501",
		Body: "STOP"}); err != nil {
		t.Fatal(err)
	}
	if !a.OptedOut("55501", customer) || !a.OptedOut(service, customer) {
		t.Error("not opted out")
	}
	if got := refused(a.SetAdvancedOptOut("MG1", true)); got != "404 20404 Not Found" {
		t.Errorf("no service: %s", got)
	}
}
