package simulatortest_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/app"
	"twilsim/simulator/simulatortest"
)

// recorder is a testing.TB that records failures.
type recorder struct {
	testing.TB
	ctx      context.Context
	cleanups []func()
	failures []string
	logs     []string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }
func (r *recorder) Cleanup(f func())         { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool             { return len(r.failures) > 0 }
func (r *recorder) Log(args ...any)          { r.logs = append(r.logs, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

// record runs a test on its own goroutine, which the test can end with Fatal.
func record(t *testing.T, test func(*simulatortest.Simulator)) *recorder {
	r := &recorder{TB: t, ctx: t.Context()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, f := range slices.Backward(r.cleanups) {
				f()
			}
		}()
		s := simulatortest.New(r)
		s.Patience = 20 * time.Millisecond
		test(s)
	}()
	<-done
	return r
}

const ana = "+12025550142"

var failureTests = []struct {
	name string
	test func(s *simulatortest.Simulator)
	want []string // with SM in place of each SID
}{
	{"nothing wrong", func(s *simulatortest.Simulator) {
		s.Serve(greeter("hi"))
		s.Handset(ana).Text("hello")
		s.Handset(ana).Expect("body=hi")
	}, nil},
	{"unexpected alert", func(s *simulatortest.Simulator) {
		s.Serve(http.NotFoundHandler())
		s.Text(ana, s.PhoneNumber, "hi")
	}, []string{"unexpected alert 11200 HTTP retrieval failure: the app answered 404\n" +
		`if this is intended, expect it in the test: s.ExpectAlert("code=11200")`}},
	{"expected alert", func(s *simulatortest.Simulator) {
		s.Serve(http.NotFoundHandler())
		s.Text(ana, s.PhoneNumber, "hi")
		s.ExpectAlert("code=11200")
	}, nil},
	{"unexpected text", func(s *simulatortest.Simulator) {
		s.Serve(greeter("one", "two"))
		s.Handset(ana).Text("hello")
		s.Handset(ana).Expect("body=one")
	}, []string{`handset +12025550142 received a text that the test did not expect: SM  ` +
		`outbound-reply +12025550100 -> +12025550142 delivered "two"`}},
	{"unexpected text on its way", func(s *simulatortest.Simulator) {
		s.Serve(greeter("one"))
		s.Handset(ana).Text("hello")
	}, []string{`handset +12025550142 received a text that the test did not expect: SM  ` +
		`outbound-reply +12025550100 -> +12025550142 queued "one"`}},
	{"text that is lost", func(s *simulatortest.Simulator) {
		s.Serve(greeter("one"))
		s.Rule("then=unreachable")
		s.Handset(ana).Text("hello")
		s.Handset(ana).Expect()
	}, []string{"handset +12025550142: no message matched to=+12025550142 direction=outbound-* " +
		"status=~^(delivered|read)$; closest of 2:\n" +
		"  SM  outbound-reply +12025550100 -> +12025550142 undelivered \"one\"\n      status\n" +
		"      - expected  ~^(delivered|read)$\n      + got       undelivered\n" +
		"  SM  inbound +12025550142 -> +12025550100 received \"hello\"\n      to\n      - expected  " +
		"+12025550142\n" +
		"      + got       +12025550100\n      direction\n      - expected  outbound-*\n      + got   " +
		"    inbound\n" +
		"      status\n      - expected  ~^(delivered|read)$\n      + got       received"}},
	{"text that comes once", func(s *simulatortest.Simulator) {
		s.Serve(greeter("one"))
		s.Handset(ana).Text("hello")
		s.Handset(ana).Expect()
		s.Handset(ana).Expect("body=one")
	}, []string{"handset +12025550142: no other message to=+12025550142 direction=outbound-* " +
		"status=~^(delivered|read)$ body=one; these were expected before:\n  SM  outbound-reply " +
		"+12025550100 -> +12025550142 delivered \"one\""}},
	{"nothing to reply to", func(s *simulatortest.Simulator) { s.Handset(ana).Reply("hi") },
		[]string{"handset +12025550142 has nothing to reply to: call Expect first"}},
	{"webhook before its time", func(s *simulatortest.Simulator) {
		s.Serve(greeter("one"))
		s.Text(ana, s.PhoneNumber, "hello")
		s.AwaitWebhook("MessageStatus=delivered")
	}, []string{"no webhook matched MessageStatus=delivered; closest of 1:\n  W1  POST /sms\n      " +
		"MessageStatus\n" +
		"      - expected  delivered\n      + got       (absent)\nthe next thing is due in 500ms: " +
		"call Advance or RunClock"}},
	{"no request", func(s *simulatortest.Simulator) { s.AwaitRequest("http=201") },
		[]string{"there was no request at all"}},
	{"misspelt field", func(s *simulatortest.Simulator) { s.AwaitMessage("bdy=x") },
		[]string{`a message has no field "bdy": did you mean "body"?`}},
	{"misspelt rule", func(s *simulatortest.Simulator) { s.Rule("then=unreachabel") },
		[]string{"then: unknown status or outcome \"unreachabel\"\n  unreachabel\n  ^\n  try     " +
			"unreachable"}},
	{"rule that is never used", func(s *simulatortest.Simulator) {
		s.Serve(greeter("hi"))
		s.StrictRules = true
		s.Rule("to=+12025550199", "then=unreachable")
		s.Rule("to="+ana, "then=delivered")
		s.Handset(ana).Text("hello")
		s.Handset(ana).Expect("body=hi")
	}, []string{"rule r1 was never used: to=+12025550199 then=unreachable"}},
	{"unused rule that is allowed",
		func(s *simulatortest.Simulator) { s.Rule("then=unreachable") }, nil},
	{"misspelt state", func(s *simulatortest.Simulator) { s.Handset(ana).Set("of") },
		[]string{`unknown handset state "of", did you mean off?`}},
	{"no number", func(s *simulatortest.Simulator) { s.Handset("ana") },
		[]string{`"ana" is not a phone number: write + and the country code first, for example ` +
			`+12025550142`}},
	{"another machine", func(s *simulatortest.Simulator) {
		if resp, err := s.HTTPClient().Post("https://shop.example/x", "text/plain",
			strings.NewReader("x")); err == nil {
			resp.Body.Close()
		}
	}, []string{"POST https://shop.example/x: shop.example is neither one of Twilio's hosts nor " +
		"this machine, and a test must not call other machines"}},
}

var (
	sids     = regexp.MustCompile(`\bSM[0-9a-f]{32}\b`)
	settings = regexp.MustCompile(`(?m)^  v\+0s +number .*\n`) // the webhook of a number
)

// TestFailures checks the messages of failures, and that a failed test logs what happened.
func TestFailures(t *testing.T) {
	for _, tt := range failureTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := record(t, tt.test)
			var got []string
			for _, failure := range r.failures {
				got = append(got, sids.ReplaceAllString(failure, "SM"))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if (len(r.logs) > 0) != (len(tt.want) > 0) {
				t.Errorf("logged %q", r.logs)
			}
		})
	}
}

// TestNotSimulated checks that a request that is not simulated fails the test unless the test
// expects the alert.
func TestNotSimulated(t *testing.T) {
	call := func(s *simulatortest.Simulator) {
		_, _ = s.TwilioClient().SendRequest("POST", "https://video.twilio.com/v1/Rooms", nil, nil)
	}
	if got := record(t, call).failures; len(got) != 1 || !strings.Contains(got[0],
		"POST /v1/Rooms") {
		t.Errorf("failures %q", got)
	}
	expected := func(s *simulatortest.Simulator) {
		call(s)
		s.ExpectAlert("text=*/v1/Rooms*")
	}
	if got := record(t, expected).failures; len(got) != 0 {
		t.Errorf("failures %q", got)
	}
}

func TestStory(t *testing.T) {
	r := record(t, func(s *simulatortest.Simulator) {
		s.Serve(&app.App{AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL})
		s.Rule("then=sent,undelivered:30003@2s")
		s.Text(ana, s.PhoneNumber, "hello")
		s.RunClock()
		s.AwaitMessage("body=bye")
	})
	want := `what happened:
  v+0s       SM  inbound +12025550142 -> +12025550100 received "hello"
  v+0s       W1  webhook POST /sms  200
  v+0s       SM  outbound-reply +12025550100 -> +12025550142 undelivered "You said: hello"
  v+500ms    SM  sent
  v+500ms    W2  webhook POST /status sent  200
  v+2s       SM  undelivered 30003
  v+2s       W3  webhook POST /status undelivered  200`
	got := settings.ReplaceAllString(strings.Join(r.logs, "\n"), "")
	if diff := cmp.Diff(want, sids.ReplaceAllString(got, "SM")); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
