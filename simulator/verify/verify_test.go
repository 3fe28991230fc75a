package verify_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/verify"
)

const ana = "+12025550142"

// world is an account with a service.
type world struct {
	*testing.T
	*messaging.Account
	state   *verify.State
	service string
}

func newWorld(t *testing.T) *world {
	a := newAccount()
	t.Cleanup(a.Close)
	w := &world{T: t, Account: a, state: verify.Of(a)}
	w.service = w.newService(named("Shop"))
	return w
}

func (w *world) newService(change func(*verify.Service) error) string {
	w.Helper()
	s, err := w.state.CreateService(change)
	if err != nil {
		w.Fatal(err)
	}
	return s.SID
}

// start sends a code to Ana and returns the verification.
func (w *world) start(change ...func(*verify.Start)) verify.Verification {
	w.Helper()
	v, err := w.tryStart(change...)
	if err != nil {
		w.Fatal(err)
	}
	return v
}

func (w *world) tryStart(change ...func(*verify.Start)) (verify.Verification, error) {
	r := verify.Start{ServiceSID: w.service, To: ana, Channel: "sms"}
	for _, c := range change {
		c(&r)
	}
	return w.state.Start(r)
}

// check enters a code and returns the status, or the error's code.
func (w *world) check(code string) string {
	v, err := w.state.Check(verify.Check{ServiceSID: w.service, To: ana, Code: code})
	return outcome(v, err)
}

func outcome(v verify.Verification, err error) string {
	var e *apierr.Error
	switch {
	case errors.As(err, &e):
		return fmt.Sprint(e.Code)
	case err != nil:
		return err.Error()
	}
	return string(v.Status)
}

func (w *world) advance(d time.Duration) {
	w.Helper()
	if err := w.Clock.Advance(w.Context(), d); err != nil {
		w.Fatal(err)
	}
}

// texts returns the texts that were sent, oldest first, with their statuses.
func (w *world) texts() []string {
	var list []string
	for _, thing := range w.Journal.Things(journal.Messages) {
		m := thing.(*messaging.Message).Snapshot()
		list = append(list, fmt.Sprintf("%s %s %s %s", m.From, m.To, m.Status, m.Body))
	}
	return list
}

// wrong returns a code that is not right.
func wrong(v verify.Verification) string {
	if v.Code == "000000" {
		return "111111"
	}
	return "000000"
}

// TestExpiry: a code is good for ten minutes from its creation, even if it was sent again (F-639,
// F-641).
func TestExpiry(t *testing.T) {
	for _, tt := range []struct {
		name   string
		quirk  string
		second time.Duration // when it is sent again
		at     time.Duration
		want   string
	}{
		{"9:59", "", 0, 9*time.Minute + 59*time.Second, "approved"},
		{"10:00", "", 0, 10 * time.Minute, "20404"},
		{"10:01", "", 0, 10*time.Minute + time.Second, "20404"},
		{"sent again", "", 5 * time.Minute, 10*time.Minute + time.Second, "20404"},
		{"a new window", "verify-window=resend", 5 * time.Minute, 14 * time.Minute, "approved"},
		{"its end", "verify-window=resend", 5 * time.Minute, 15 * time.Minute, "20404"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if name, value, ok := strings.Cut(tt.quirk, "="); ok {
				if err := w.SetQuirk(name, value); err != nil {
					t.Fatal(err)
				}
			}
			v := w.start()
			if tt.second > 0 {
				w.advance(tt.second)
				if again := w.start(); again.SID != v.SID || again.Code != v.Code { // F-640
					t.Errorf("sent again: %+v, want %+v", again, v)
				}
			}
			w.advance(tt.at - tt.second)
			if got := w.check(v.Code); got != tt.want {
				t.Errorf("after %v: %s, want %s", tt.at, got, tt.want)
			}
		})
	}
}

// TestNewCode: after approval, cancellation and expiry a start makes a new code (F-638, F-643).
func TestNewCode(t *testing.T) {
	for name, end := range map[string]func(*world, verify.Verification){
		"approved": func(w *world, v verify.Verification) { w.check(v.Code) },
		"canceled": func(w *world, v verify.Verification) {
			if _, err := w.state.Update(w.service, v.SID, "canceled"); err != nil {
				w.Error(err)
			}
		},
		"expired": func(w *world, _ verify.Verification) { w.advance(10 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			v := w.start()
			end(w, v)
			thing, _ := w.Journal.Thing(journal.Verifications, v.SID)
			if status, _ := thing.Field("status"); status != name {
				t.Errorf("the journal shows %s", status)
			}
			if next := w.start(); next.SID == v.SID || next.Code == v.Code ||
				len(next.Attempts) != 1 {
				t.Errorf("the next start gave %+v", next)
			}
		})
	}
}

// TestChecks: five wrong codes are pending, and the sixth check is 60202, even with the right code
// (F-664, F-665). A new code must wait for the expiry, or need not, by a switch.
func TestChecks(t *testing.T) {
	for _, after := range []string{"wait", "new"} {
		w := newWorld(t)
		if err := w.SetQuirk("verify-after-max", after); err != nil {
			t.Fatal(err)
		}
		v := w.start()
		var got []string
		for range 5 {
			got = append(got, w.check(wrong(v)))
		}
		got = append(got, w.check(v.Code), w.check(v.Code))
		want := []string{"pending", "pending", "pending", "pending", "pending", "60202", "60202"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("checks (-want +got):\n%s", diff)
		}
		if got, err := w.state.Fetch(w.service, v.SID); got.Status != verify.MaxAttempts { // F-669
			t.Errorf("fetched %s, %v", got.Status, err)
		}
		wanted := map[string]string{"wait": "60202", "new": "pending"}[after]
		if got := outcome(w.tryStart()); got != wanted {
			t.Errorf("verify-after-max=%s: a start is %s", after, got)
		}
		w.advance(10 * time.Minute)
		if got := outcome(w.tryStart()); got != "pending" {
			t.Errorf("after the expiry a start is %s", got)
		}
	}
}

// TestText: the text has the code and arrives on the handset, but is not in the account's list
// (F-653 to F-657).
func TestText(t *testing.T) {
	for _, tt := range []struct {
		name    string
		service func(*verify.Service)
		start   func(*verify.Start)
		quirk   string
		want    string
	}{
		{name: "plain", want: "VERIFY +12025550142 queued Your Shop verification code is: CODE"},
		{name: "warning", service: func(s *verify.Service) { s.DoNotShareWarningEnabled = true },
			want: "VERIFY +12025550142 queued Your Shop verification code is: CODE. Don't share " +
				"this code with anyone; our employees will never ask for the code"},
		{name: "name", start: func(r *verify.Start) { r.CustomFriendlyName = "Bank" },
			want: "VERIFY +12025550142 queued Your Bank verification code is: CODE"},
		{name: "Canada", start: func(r *verify.Start) { r.To = "+16135550142" },
			want: "VERIFY +16135550142 queued Your verification code is: CODE"},
		{name: "hash", start: func(r *verify.Start) { r.AppHash = "He42w354ol9" },
			want: "VERIFY +12025550142 queued Your Shop verification code is: CODE\nHe42w354ol9"},
		{name: "hash behind a blank", start: func(r *verify.Start) { r.AppHash = "He42w354ol9" },
			quirk: "verify-app-hash=blank",
			want:  "VERIFY +12025550142 queued Your Shop verification code is: CODE He42w354ol9"},
		{name: "own text", quirk: "verify-text={code} for {name}",
			want: "VERIFY +12025550142 queued CODE for Shop"},
		{name: "WhatsApp", start: func(r *verify.Start) { r.Channel = "whatsapp" },
			want: "whatsapp:VERIFY whatsapp:+12025550142 queued " +
				"Your Shop verification code is: CODE"},
		{name: "call", start: func(r *verify.Start) { r.Channel = "call" }},
		{name: "ten digits", service: func(s *verify.Service) { s.CodeLength = 10 },
			want: "VERIFY +12025550142 queued Your Shop verification code is: CODE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if name, value, ok := strings.Cut(tt.quirk, "="); ok {
				if err := w.SetQuirk(name, value); err != nil {
					t.Fatal(err)
				}
			}
			length := 6
			w.service = w.newService(func(s *verify.Service) error {
				s.FriendlyName = "Shop"
				if tt.service != nil {
					tt.service(s)
				}
				length = s.CodeLength
				return nil
			})
			start := func(*verify.Start) {}
			if tt.start != nil {
				start = tt.start
			}
			v := w.start(start)
			if len(v.Code) != length || strings.Trim(v.Code, "0123456789") != "" {
				t.Errorf("the code is %q", v.Code)
			}
			got := strings.ReplaceAll(strings.Join(w.texts(), "\n"), v.Code, "CODE")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("texts (-want +got):\n%s", diff)
			}
			list, err := w.MessageList(messaging.MessageFilter{}, messaging.Page{})
			if err != nil || len(list.Messages) != 0 {
				t.Errorf("the account's list has %d messages, %v", len(list.Messages), err)
			}
		})
	}
}

// TestListed: by a switch, the account's list has the texts (F-657).
func TestListed(t *testing.T) {
	w := newWorld(t)
	if err := w.SetQuirk("verify-messages", "listed"); err != nil {
		t.Fatal(err)
	}
	w.start()
	list, err := w.MessageList(messaging.MessageFilter{To: ana}, messaging.Page{})
	if err != nil || len(list.Messages) != 1 {
		t.Errorf("the account's list has %d messages, %v", len(list.Messages), err)
	}
}

// TestCarrier: rules and the handset's state decide what becomes of the text.
func TestCarrier(t *testing.T) {
	for _, tt := range []struct {
		name, rule string
		state      carrier.HandsetState
		want       string
	}{
		{"delivered", "", carrier.HandsetOn, "delivered"},
		{"off", "", carrier.HandsetOff, "undelivered"},
		{"landline", "", carrier.HandsetLandline, "undelivered"},
		{"lost", "to=" + ana + " then=sent", carrier.HandsetOn, "sent"},
		{"refused", "", carrier.HandsetOptedOut, "failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.SetHandset(ana, tt.state); err != nil {
				t.Fatal(err)
			}
			if tt.rule != "" {
				rule, err := carrier.ParseRule(strings.Fields(tt.rule))
				if err != nil {
					t.Fatal(err)
				}
				w.Rules.Add(rule)
			}
			w.start()
			w.advance(5 * time.Second)
			if got := w.texts(); len(got) != 1 || !strings.Contains(got[0], " "+tt.want+" ") {
				t.Errorf("got %q, want it %s", got, tt.want)
			}
			if alerts := w.Journal.Count(journal.Alerts); alerts != 0 {
				t.Errorf("%d alerts about a text that is not the app's", alerts)
			}
		})
	}
}

// TestPolling: a verification can be fetched 60 times in a minute (F-671).
func TestPolling(t *testing.T) {
	w := newWorld(t)
	v := w.start()
	for i := range 60 {
		if _, err := w.state.Fetch(w.service, v.SID); err != nil {
			t.Fatalf("fetch %d: %v", i, err)
		}
	}
	if got := outcome(w.state.Fetch(w.service, v.SID)); got != "20429" {
		t.Errorf("the 61st is %s", got)
	}
	w.advance(time.Minute)
	if got := outcome(w.state.Fetch(w.service, ana)); got != "pending" {
		t.Errorf("a minute later: %s", got)
	}
}

// TestPending: after a restart a code is still good, and expires at its time. A reset forgets it.
func TestPending(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	var v verify.Verification
	restart(t, file, func(a *messaging.Account, s *verify.State) {
		w := &world{T: t, Account: a, state: s}
		w.service = w.newService(named("Shop"))
		v = w.start()
		w.check(wrong(v))
		w.advance(9 * time.Minute)
	})
	restart(t, file, func(a *messaging.Account, s *verify.State) {
		w := &world{T: t, Account: a, state: s, service: v.ServiceSID}
		if again := w.start(); again.SID != v.SID || again.Checks != 1 || len(again.Attempts) != 2 {
			t.Errorf("after the restart %+v", again)
		}
		if _, ok := a.Journal.Thing(journal.Verifications, v.SID); !ok {
			t.Error("the journal does not show it")
		}
		w.advance(time.Minute)
		if got := w.check(v.Code); got != "20404" {
			t.Errorf("after ten minutes: %s", got)
		}
		v = w.start()
		a.Reset()
		if got := w.check(v.Code); got != "20404" {
			t.Errorf("after a reset: %s", got)
		}
	})
	restart(t, file, func(a *messaging.Account, s *verify.State) {
		if n := a.Journal.Count(journal.Verifications); n != 0 || len(s.Services()) != 1 {
			t.Errorf("after a reset and a restart there are %d verifications", n)
		}
	})
}

// TestSeed: the same seed gives the same codes.
func TestSeed(t *testing.T) {
	first, second := newWorld(t), newWorld(t)
	for range 3 {
		a, b := first.start(), second.start()
		if diff := cmp.Diff(a.Code, b.Code); diff != "" {
			t.Errorf("codes differ: %s", diff)
		}
		first.check(a.Code)
		second.check(b.Code)
	}
}

// TestFixedCode: a rule fixes the code of a number, and not that of the app's own.
func TestFixedCode(t *testing.T) {
	w := newWorld(t)
	w.service = w.newService(func(s *verify.Service) error {
		s.FriendlyName, s.CustomCodeEnabled = "Shop", true
		return nil
	})
	rule, err := carrier.ParseRule([]string{"to=" + ana, "code=123456"})
	if err != nil {
		t.Fatal(err)
	}
	w.Rules.Add(rule)
	other := w.start(func(r *verify.Start) { r.To = "+12025550143" })
	custom := w.start(func(r *verify.Start) { r.CustomCode = "abcdef" })
	w.check("abcdef")
	fixed := w.start()
	if other.Code == "123456" || custom.Code != "abcdef" || fixed.Code != "123456" {
		t.Errorf("codes %s, %s and %s", other.Code, custom.Code, fixed.Code)
	}
	if got := w.check("123456"); got != "approved" {
		t.Errorf("the fixed code: %s", got)
	}
}

// letOthersRun gives other goroutines time to come between the parts of a change.
func letOthersRun() {
	for range 1000 {
		runtime.Gosched()
	}
}

// TestUpdateServiceTogether changes a service in many requests at once: none of the changes is
// lost, and none brings back a service that was deleted.
func TestUpdateServiceTogether(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			_, err := w.state.UpdateService(w.service, func(s *verify.Service) error {
				letOthersRun()
				s.Other[fmt.Sprint(i)] = "x"
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s, _ := w.state.Service(w.service); len(s.Other) != 20 {
		t.Errorf("%d of 20 changes were kept", len(s.Other))
	}

	began := make(chan struct{})
	all.Go(func() {
		if _, err := w.state.UpdateService(w.service, func(*verify.Service) error {
			close(began)
			letOthersRun()
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-began
	if err := w.state.DeleteService(w.service); err != nil {
		t.Error(err)
	}
	all.Wait()
	if _, ok := w.state.Service(w.service); ok {
		t.Error("a change brought back a service that was deleted")
	}
}
