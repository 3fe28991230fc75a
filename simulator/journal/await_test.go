package journal

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestAwaitFlat checks that a reader that waits looks at what is new, not at everything again.
func TestAwaitFlat(t *testing.T) {
	j := conversations(1000)
	q, err := ParseQuery(Webhooks, ExchangeFields(), []string{"MessageStatus=read"})
	if err != nil {
		t.Fatal(err)
	}
	found := make(chan string)
	go func() {
		thing, err := j.Await(t.Context(), q)
		if err != nil {
			found <- err.Error()
			return
		}
		found <- thing.ID()
	}()
	awaitReader(j)
	before := j.Steps()
	for range 100 {
		callback(j, "SM1", "sent", "")
	}
	callback(j, "SM1", "read", "")
	if got := <-found; got != "W1101" {
		t.Errorf("found %s, want W1101", got)
	}
	if steps := j.Steps() - before; steps > 1000 {
		t.Errorf("looked at %d things for 101 new ones", steps)
	}
}

// awaitReader returns when a reader waits for the next event.
func awaitReader(j *Journal) {
	for waits := false; !waits; {
		j.mu.Lock()
		waits = j.changed != nil
		j.mu.Unlock()
	}
}

// TestAwaitAcknowledged checks that a change without an event of its own is found with the next
// one.
func TestAwaitAcknowledged(t *testing.T) {
	j := newJournal(0)
	alert := &Alert{Name: "A1", Code: "11200"}
	j.Append(Event{Type: AlertRaised, Alert: "A1"}, Alerts, alert)
	q, err := ParseQuery(Alerts, AlertFields(), []string{"acknowledged=true"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	found := make(chan error)
	go func() {
		_, err := j.Await(ctx, q)
		found <- err
	}()
	awaitReader(j)
	alert.Acknowledged.Set()
	callback(j, "SM1", "sent", "")
	if err := <-found; err != nil {
		t.Errorf("got %q", strings.SplitN(err.Error(), "\n", 2)[0])
	}
}

// TestAwaitMany checks that readers that wait for different things each get theirs, and that what
// nobody waits for costs nothing: a value is looked up, not compared with each query.
func TestAwaitMany(t *testing.T) {
	j := newJournal(0)
	looks := 0
	const readers = 100
	type result struct {
		want string
		got  Thing
		err  error
	}
	results := make(chan result)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	await := func(ctx context.Context, want string, words ...string) {
		q, err := ParseQuery(Messages, []string{"sid", "to"}, words)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			got, err := j.Await(ctx, q)
			results <- result{want, got, err}
		}()
	}
	for i := range readers {
		to := fmt.Sprint("+1", i)
		await(ctx, "SM"+to, "to="+to)
	}
	await(ctx, "SM+150", "sid=~50$") // without an exact value
	stop, end := context.WithCancel(t.Context())
	await(stop, "", "to=nobody")
	for waiting := 0; waiting < readers+2; {
		j.waiters.mu.Lock()
		waiting = j.waiters.count
		j.waiters.mu.Unlock()
	}
	for i := range readers {
		to := fmt.Sprint("+1", i)
		m := &counting{letter{id: "SM" + to, keys: Keys{To: to}}, &looks}
		j.Append(Event{Type: MessageCreated, SID: m.id}, Messages, m)
	}
	for range readers + 1 {
		r := <-results
		if r.err != nil || r.got.ID() != r.want {
			t.Errorf("got %v, %v, want %s", r.got, r.err, r.want)
		}
	}
	end()
	if r := <-results; r.err == nil {
		t.Errorf("found %v for nobody", r.got)
	}
	// each message: its value, the query that selects it, and those without a value
	if looks > 6*readers {
		t.Errorf("looked %d times at %d messages for %d readers", looks, readers, readers)
	}
	for running := true; running; {
		j.waiters.mu.Lock()
		running = j.waiters.running
		j.waiters.mu.Unlock()
	}
}

// counting counts how often a message is looked at.
type counting struct {
	letter
	looks *int
}

func (c *counting) Field(name string) (string, bool) {
	*c.looks++
	return c.letter.Field(name)
}
