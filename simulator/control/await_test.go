package control

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func TestAwaitWhatIsThere(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	w.text(t, "fail")
	found, err := w.client.Await(t.Context(), journal.Messages,
		[]string{"direction=outbound-reply"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := found.Message(); err != nil || m.Body != "Hello" {
		t.Errorf("message %+v, %v", m, err)
	}
	if _, err := found.Alert(); err == nil {
		t.Error("a message is taken for an alert")
	}
	found, err = w.client.Await(t.Context(), journal.Webhooks, []string{"http=500"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if x, err := found.Exchange(); err != nil || x.Name != "W2" {
		t.Errorf("webhook %+v, %v", x, err)
	}
	found, err = w.client.Await(t.Context(), journal.Alerts, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := found.Alert(); err != nil || a.Code != "11200" {
		t.Errorf("alert %+v, %v", a, err)
	}
}

func TestAwaitWhatArrives(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	result := make(chan error)
	go func() {
		_, err := w.client.Await(t.Context(), journal.Messages, []string{"status=delivered"},
			time.Minute)
		result <- err
	}()
	w.text(t, "hi")
	w.advance(t, time.Minute)
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// TestAwaitIsEnded checks that a wait that the server ends does not say that nothing has happened
// in all the time that was asked for.
func TestAwaitIsEnded(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	ctx, end := context.WithCancel(t.Context())
	end()
	r := httptest.NewRequestWithContext(ctx, "GET", "/sim/v1/await?kind=message&timeout=1m", nil)
	r.Host = "127.0.0.1:2010"
	answer := httptest.NewRecorder()
	w.api.ServeHTTP(answer, r)
	if answer.Code != http.StatusConflict || strings.Contains(answer.Body.String(), "within") {
		t.Errorf("answered %d %s", answer.Code, answer.Body)
	}
}

func TestAwaitMisses(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	_, err := w.client.Await(t.Context(), journal.Messages, []string{"status=delivered"}, 0)
	want := &Error{Status: 408,
		Message: "no message status=delivered within 0s; there was no message at all"}
	var got *Error
	if errors.As(err, &got); cmp.Diff(want, got) != "" {
		t.Errorf("nothing at all: got %+v", err)
	}
	reply := w.text(t, "hi").Replies[0].SID
	_, err = w.client.Await(t.Context(), journal.Messages, []string{"status=delivered",
		"body=Hello"}, time.Millisecond)
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	first := Near{
		ID: reply, Summary: `outbound-reply +12025550100 -> +12025550142 queued "Hello"`,
		Differences: []Difference{{Field: "status", Expected: "delivered", Got: "queued"}},
	}
	if diff := cmp.Diff(first, got.Nearest[0]); diff != "" || len(got.Nearest) != 2 ||
		got.Status != 408 {
		t.Errorf("nearest of %d (-want +got):\n%s", len(got.Nearest), diff)
	}
}

func TestAwaitErrors(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct{ query, message, try string }{
		{"", "the query parameter kind is missing", "message, webhook, request, alert, " +
			"template, verification or event"},
		{"kind=mesage", `unknown kind "mesage"`, "message"},
		{"kind=message&timeout=soon", `bad timeout "soon"`, "a time from 0s to 10m0s, as 10s"},
		{"kind=message&timeout=1h", `bad timeout "1h"`, "a time from 0s to 10m0s, as 10s"},
		{"kind=alert&q=cod%3D1", `an alert has no field "cod": did you mean "code"?`, ""},
		{"kind=alert&q=code",
			`"code" is not a condition: write FIELD=VALUE, with a field among id code level title cause ` +
				`text sid exchange line column acknowledged monitor_sid fact`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			status, body := w.ask("GET", "/await?"+tt.query, "")
			if e := errorOf(t, body); status != 400 || e.Message != tt.message || e.Try != tt.try {
				t.Errorf("got %d %s", status, body)
			}
		})
	}
}

func TestAwaitEndsWithItsRequest(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.client.Await(ctx, journal.Messages, nil, time.Minute); !errors.Is(err,
		context.Canceled) {
		t.Errorf("got %v", err)
	}
}
