package testscript

import (
	"net/http"
	"strings"
	"testing"

	"twilsim/simulator/journal"
)

// TestSawNote checks that the second request of an authentication challenge is not called a
// duplicate, and a repeated webhook is.
func TestSawNote(t *testing.T) {
	first := &journal.Exchange{Method: "POST", URL: "http://app.example/sms", Body: "a=1", Attempt: 1,
		Signature: "valid", Status: 401,
		ResponseHeader: journal.MakeHeader(http.Header{"Www-Authenticate": {"Basic"}})}
	second := *first
	second.Status, second.ResponseHeader = 200, ""
	second.Header = journal.MakeHeader(http.Header{"Authorization": {"Basic eA=="}})
	third := second
	seen := map[string]*journal.Exchange{}
	for i, tt := range []struct {
		x    *journal.Exchange
		want string
	}{{first, ""}, {&second, "(with credentials)"}, {&third, "(duplicate)"}} {
		if got := sawNote(tt.x, seen); got != tt.want {
			t.Errorf("request %d: %q, want %q", i+1, got, tt.want)
		}
	}
}

// TestFailureShowsItsCause checks that a failure shows hints, refused requests of the API and the
// app's own error.
func TestFailureShowsItsCause(t *testing.T) {
	got := run(t, &Runner{}, `answer broken.http
sms +12025550142 +12025550100 hi
expect alert code=11200
! send to=+1202 body=hi
rule to=+12025550142 then=unreachable
send to=+12025550142 body=hi
clock run
expect message to=+12025550199
-- broken.http --
HTTP/1.1 500 Internal Server Error
Content-Type: text/html

<!DOCTYPE html><html><head><title>Error</title></head>
<body><pre>KeyError: order<br>at shop.py:3</pre></body></html>
`)
	var b strings.Builder
	got.WriteLog(&b)
	for _, want := range []string{
		"  webhook  W1  POST /sms  500  text/html\n               KeyError: order\n               at " +
			"shop.py:3\n",
		"the API refused:\n      R1  POST Messages.json  400 21211  To +1202  (",
		"hints\n      SIM-4 No callback reports a failure: ",
		"          try: send with StatusCallback",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
