package journal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestCompact checks that a reader sees no difference after everything was packed, and that the
// journal goes on.
func TestCompact(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	j := New(func() time.Time { return at }, 700)
	write := func(n int) {
		for range n {
			x := &Exchange{Name: j.NextID("W"), Purpose: Status, At: at, Real: at,
				URL:    "http://127.0.0.1/status",
				Header: "Content-Type: application/x-www-form-urlencoded\r\n"}
			x.SID, x.Body = "SM"+x.Name, strings.Repeat("Body="+x.Name+"&", 5)
			j.Append(Event{Type: WebhookAttempt, SID: x.SID, Exchange: x.Name, HTTP: 200, Status: "sent",
				ErrorCode: 30003, Rule: "rule 1", Alert: "A1", Note: "note " + x.Name}, Webhooks, x)
		}
	}
	write(1000)
	before := j.History()
	for range 2 {
		j.Compact()
		if diff := cmp.Diff(before, j.History(), cmpopts.IgnoreUnexported(Exchange{})); diff != "" {
			t.Fatalf("compact has changed the history (-want +got):\n%s", diff)
		}
	}
	j.Compact()
	write(2000)
	if _, ok := j.Thing(Webhooks, "W2300"); ok || j.Count(Webhooks) != 700 {
		t.Errorf("%d webhooks are kept", j.Count(Webhooks))
	}
	for i, thing := range j.Things(Webhooks) {
		if want := fmt.Sprint("W", 2301+i); thing.ID() != want || thing.(*Exchange).SID != "SM"+want {
			t.Fatalf("webhook %d is %v, want %s", i, thing, want)
		}
	}
}
