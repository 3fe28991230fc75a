package journal

import (
	"strings"
	"testing"
	"time"
)

// album is a message with files.
type album struct {
	*letter
	bytes   int
	dropped bool
}

func (a *album) FileBytes() int { return a.bytes }
func (a *album) DropFiles()     { a.dropped = true }

// TestBudget checks that two journals together keep no more bytes than they may: files are dropped
// first, then the oldest of what needs the most.
func TestBudget(t *testing.T) {
	const limit = 1 << 20
	b := NewBudget(limit)
	now := func() time.Time { return time.Unix(0, 0) }
	main, other := New(now, 0), New(now, 0)
	main.Limit(b)
	other.Limit(b)

	var albums []*album
	for i := range 10 {
		a := &album{&letter{id: "MM" + string(rune('0'+i))}, 150_000, false}
		albums = append(albums, a)
		main.Append(Event{Type: MessageCreated, SID: a.id}, Messages, a)
		b.Wait()
	}
	for i, a := range albums {
		if want := i < 4; a.dropped != want {
			t.Errorf("the file of message %d: dropped %v, want %v", i, a.dropped, want)
		}
	}
	if n := main.Count(Messages); n != 10 {
		t.Errorf("%d messages are kept although files could be dropped", n)
	}

	alert := &Alert{Name: "A1", Code: "11200"}
	other.Append(Event{Type: AlertRaised, Alert: "A1"}, Alerts, alert)
	for range 300 {
		x := &Exchange{Name: other.NextID("W"), Body: strings.Repeat("x", 30_000)}
		x.Header = Header("X-Unlike: " + strings.Repeat(x.Name, 100) + "\r\n")
		other.Append(Event{Type: WebhookAttempt, Exchange: x.Name}, Webhooks, x)
		b.Wait()
		if b.Used() > limit {
			t.Fatalf("%d bytes are kept", b.Used())
		}
	}
	if n := other.Count(Webhooks); n < 5 || n > 40 {
		t.Errorf("%d webhooks are kept", n)
	}
	_, newest := other.Thing(Webhooks, "W300")
	if !newest || other.Count(Alerts) != 1 || main.Count(Messages) != 10 {
		t.Error("what is small, or the newest, was dropped")
	}
	main.Remove(Messages, "MM9")
	main.Clear()
	other.Clear()
	if b.Used() != 0 {
		t.Errorf("%d bytes of nothing", b.Used())
	}
}

// TestBudgetOfOneThing checks that the newest thing stays, even if it is too large.
func TestBudgetOfOneThing(t *testing.T) {
	b := NewBudget(1000)
	j := New(func() time.Time { return time.Unix(0, 0) }, 0)
	j.Limit(b)
	for range 3 {
		x := &Exchange{Name: j.NextID("W"), Body: strings.Repeat("x", 5000)}
		j.Append(Event{Type: WebhookAttempt, Exchange: x.Name}, Webhooks, x)
		b.Wait()
	}
	if events, _ := j.Events(0); j.Count(Webhooks) != 1 || len(events) != 1 {
		t.Errorf("%d webhooks and %d events are kept", j.Count(Webhooks), len(events))
	}
}
