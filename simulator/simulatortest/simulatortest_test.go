package simulatortest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twilsim/app"
	"twilsim/simulator/simulatortest"
)

// TestReply is the test of the package's comment and of the README.
func TestReply(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(&app.App{AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL})
	s.Rule("to=+12025550142", "then=unreachable")
	s.Text("+12025550142", s.PhoneNumber, "hi")
	s.Advance(5 * time.Second)
	s.AwaitWebhook("MessageStatus=undelivered", "ErrorCode=30003")
	if m := s.AwaitMessage("direction=outbound-reply"); m.Body != "You said: hi" {
		t.Errorf("the app replied %q", m.Body)
	}
}

func TestExpectAlert(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(http.NotFoundHandler())
	s.Text("+12025550142", s.PhoneNumber, "hi")
	s.ExpectAlert("code=11200")
}

// silent is a test that collects its failures.
type silent struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (s *silent) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *silent) Errorf(format string, args ...any) { s.errors = append(s.errors, format) }

func TestUnexpectedAlertFails(t *testing.T) {
	inner := &silent{TB: t}
	s := simulatortest.New(inner)
	resp, err := http.Post(s.URL+"/2010-04-01/Accounts/"+s.AccountSID+"/Calls.json", "application/x-www-form-urlencoded", strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotImplemented {
		t.Errorf("Calls answered %s", resp.Status)
	}
	for _, f := range inner.cleanups {
		f()
	}
	if len(inner.errors) != 1 {
		t.Errorf("%d failures, want 1: %v", len(inner.errors), inner.errors)
	}
}
