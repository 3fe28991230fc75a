package journal_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

func TestLoad(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC) }
	from := journal.New(now, 0)
	for range 300 { // more than a chunk
		x := &journal.Exchange{Name: from.NextID("W")}
		from.Append(journal.Event{Type: journal.WebhookAttempt, Exchange: x.Name}, journal.Webhooks, x)
	}
	history := from.History()
	history.Events = append(history.Events[:10:10], history.Events[20:]...) // a part of it
	to := journal.New(now, 0)
	to.Append(journal.Event{Type: journal.Changed}, "", nil)
	if err := to.Load(history); err != nil {
		t.Fatal(err)
	}
	got := to.History()
	if diff := cmp.Diff(history.Events, got.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if len(got.Things[journal.Webhooks]) != 300 || to.NextID("W") != "W301" {
		t.Errorf("%d webhooks, and the next is not W301", len(got.Things[journal.Webhooks]))
	}
	if e := to.Append(journal.Event{Type: journal.Changed}, "", nil); e.ID != 301 {
		t.Errorf("the next event is %d, want 301", e.ID)
	}
	for _, tt := range []struct{ after, first, count int64 }{{0, 1, 291}, {9, 10, 282}, {10, 21, 281},
		{15, 21, 281}, {300, 301, 1}, {301, 0, 0}} {
		events, _ := to.Events(tt.after)
		if int64(len(events)) != tt.count || tt.count > 0 && events[0].ID != tt.first {
			t.Errorf("after %d there are %d events, want %d that begin with %d", tt.after, len(events),
				tt.count, tt.first)
		}
	}
	if err := to.Load(history); !errors.Is(err, journal.ErrNotEmpty) {
		t.Errorf("a second history is taken: %v", err)
	}
}

func TestLoadKeepsNoMoreThanTheJournal(t *testing.T) {
	from, to := journal.New(time.Now, 0), journal.New(time.Now, 2)
	for range 5 {
		x := &journal.Exchange{Name: from.NextID("R")}
		from.Append(journal.Event{Type: journal.RequestServed, Exchange: x.Name}, journal.Requests, x)
	}
	if err := to.Load(from.History()); err != nil {
		t.Fatal(err)
	}
	if n := to.Count(journal.Requests); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

func TestMasked(t *testing.T) {
	x := &journal.Exchange{
		URL: "http://user:secret@shop.example/sms?a=b%20c", Dialed: "http://localhost/a%2fb",
		Header: "Authorization: Basic abc=\r\nHost: a\r\n",
		ResponseHeader: "Proxy-Authorization: x\r\nAuthorization: x y\r\n" +
			"Location: //user:secret@shop.example/\r\n",
	}
	want := &journal.Exchange{
		URL: "http://user:xxxxx@shop.example/sms?a=b%20c", Dialed: "http://localhost/a%2fb",
		Header: "Authorization: Basic [masked]\r\nHost: a\r\n",
		ResponseHeader: "Proxy-Authorization: [masked]\r\nAuthorization: x [masked]\r\n" +
			"Location: //user:xxxxx@shop.example/\r\n",
	}
	if diff := cmp.Diff(want, x.Masked()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
