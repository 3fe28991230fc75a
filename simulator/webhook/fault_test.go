package webhook

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// TestCut lets an app read a body that is cut off, with and without TLS. It is not retried,
// whatever the retry policy: there was a connection (F-045), and rp has no word for a broken one.
func TestCut(t *testing.T) {
	type part struct {
		Body string
		EOF  bool // in the middle
	}
	got := make(chan part, 10)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got <- part{string(body), errors.Is(err, io.ErrUnexpectedEOF)}
	})
	plain, tls := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer plain.Close()
	defer tls.Close()
	c := &Client{InsecureSkipVerify: true}
	defer c.Close()
	for _, tt := range []struct {
		name  string
		after int
		sent  int
	}{
		{"half", -1, len(form) / 2},
		{"at once", 0, 0},
		{"one byte", 1, 1},
		{"all but the last", len(form) - 1, len(form) - 1},
		{"never all", len(form), len(form) - 1},
		{"never more", 1 << 30, len(form) - 1},
	} {
		for _, url := range []string{plain.URL, plain.URL + "#rp=all&rc=3", tls.URL, tls.URL + "#sni=n"} {
			t.Run(tt.name+" "+url[strings.Index(url, "#")+1:], func(t *testing.T) {
				r := request("POST", url)
				r.Faults = fault.List{{Kind: fault.Cut, Bytes: tt.after, Rule: "r1"}}
				var exchanges []*journal.Exchange
				answer := c.Do(t.Context(), r, func(x *journal.Exchange, _ bool) {
					exchanges = append(exchanges, x)
				})
				if diff := cmp.Diff(part{form[:tt.sent], true}, <-got); diff != "" {
					t.Errorf("the app read (-want +got):\n%s", diff)
				}
				if len(exchanges) != 1 || codeOf(answer.Failure) != CodeRetrieval || answer.Failure.Connect {
					t.Errorf("%d exchanges, failure %+v", len(exchanges), answer.Failure)
				}
				x := answer.Exchange
				if x.Body != form || x.Status != 0 || x.Code != CodeRetrieval ||
					x.Faults.Note() != "rule r1 "+r.Faults.String() {
					t.Errorf("exchange %+v, fault %+v", x, x.Faults)
				}
			})
		}
	}
}

// TestCutUnread checks that the answer of an app that does not read the body makes no difference.
func TestCutUnread(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(ok))
	defer app.Close()
	c := &Client{}
	defer c.Close()
	for range 50 {
		r := request("POST", app.URL)
		r.Faults = fault.List{{Kind: fault.Cut, Bytes: -1}}
		answer := c.Do(t.Context(), r, func(*journal.Exchange, bool) {})
		if answer.Exchange.Status != 0 || codeOf(answer.Failure) != CodeRetrieval {
			t.Fatalf("exchange %+v", answer.Exchange)
		}
	}
}

// TestCutRefused checks that a request without a connection is not cut, and is retried.
func TestCutRefused(t *testing.T) {
	c := &Client{}
	defer c.Close()
	r := request("POST", "http://"+refusedAddress(t))
	r.Faults = fault.List{{Kind: fault.Cut, Bytes: -1}}
	n := 0
	answer := c.Do(t.Context(), r, func(*journal.Exchange, bool) { n++ })
	if n != 2 || codeOf(answer.Failure) != CodeRefused {
		t.Errorf("%d attempts, %+v", n, answer.Failure)
	}
}

// TestDrop checks that nothing is sent, and that this is not a failure.
func TestDrop(t *testing.T) {
	app, got := newApp(t, ok)
	r := request("POST", app.URL+"/sms")
	r.Faults = fault.List{{Kind: fault.Drop, Rule: "r2"}}
	var x *journal.Exchange
	answer := (&Client{}).Do(t.Context(), r, func(recorded *journal.Exchange, _ bool) { x = recorded })
	if len(got) != 0 || !answer.Dropped || answer.Failure != nil || answer.Exchange != x {
		t.Errorf("%d requests, answer %+v", len(got), answer)
	}
	if x.Error != "not sent" || x.Code != "" || x.Body != form || !x.Dropped() ||
		x.Params().Get("Body") != "a b+c & é" {
		t.Errorf("exchange %+v", x)
	}
}

// TestDuplicate checks that copies are equal, that each has its retries, and that the last answer
// counts.
func TestDuplicate(t *testing.T) {
	n := 0
	app, got := newApp(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	c := &Client{}
	defer c.Close()
	r := request("POST", app.URL+"/sms#rp=5xx&rc=1")
	r.Faults = fault.List{
		{Kind: fault.Duplicate, Copies: 2}, {Kind: fault.Param, Name: "New", Value: "1"},
		{Kind: fault.Param, Name: "Body", Value: "x"},
	}
	var attempts []int
	answer := c.Do(t.Context(), r,
		func(x *journal.Exchange, _ bool) { attempts = append(attempts, x.Attempt) })
	if diff := cmp.Diff([]int{1, 2, 1}, attempts); diff != "" || answer.Failure != nil {
		t.Errorf("failure %v, attempts (-want +got):\n%s", answer.Failure, diff)
	}
	first := <-got
	for range 2 {
		if diff := cmp.Diff(first, <-got); diff != "" {
			t.Errorf("copies differ (-first +next):\n%s", diff)
		}
	}
	// F-026: signed along
	if !valid(first, app.URL) || !strings.HasSuffix(first.Body, "&New=1") ||
		!strings.Contains(first.Body, "Body=x&") {
		t.Errorf("the app got %+v", first)
	}
	r.Faults = fault.List{{Kind: fault.BadSignature, Signature: fault.SignatureBad}}
	c.Do(t.Context(), r, func(*journal.Exchange, bool) {})
	if valid(<-got, app.URL) {
		t.Error("the wrong signature is valid")
	}
	if form != r.Params.Encode() {
		t.Errorf("the request's own parameters became %s", r.Params.Encode())
	}
}
