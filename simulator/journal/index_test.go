package journal

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/pattern"
)

// letter is a message as the journal sees one.
type letter struct {
	id   string
	keys Keys
}

func (l *letter) ID() string      { return l.id }
func (l *letter) Keys() Keys      { return l.keys }
func (l *letter) Summary() string { return l.id }

func (l *letter) Field(name string) (string, bool) {
	switch name {
	case "sid":
		return l.id, true
	case "to":
		return l.keys.To, true
	case "from":
		return l.keys.From, true
	case "reply_to":
		return l.keys.ReplyTo, true
	}
	return "", false
}

// is reports whether a scan selects the message.
func (l *letter) is(s Scan) bool {
	k := l.keys
	return (s.To == "" || s.To == k.To) && (s.From == "" || s.From == k.From) &&
		(s.Service == "" || s.Service == k.Service) &&
		(s.Phone == "" || s.Phone == k.To || s.Phone == k.From) &&
		(s.SentFrom.IsZero() || !k.Sent.IsZero() && !k.Sent.Before(s.SentFrom)) &&
		(s.SentBefore.IsZero() || !k.Sent.IsZero() && k.Sent.Before(s.SentBefore))
}

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// TestScan compares scans with a search of a plain list, while messages come, change and go.
func TestScan(t *testing.T) {
	for _, keep := range []int{0, 3000} {
		t.Run(fmt.Sprint("keep ", keep), func(t *testing.T) {
			w := &letters{journal: newJournal(keep), keep: keep, random: rand.New(rand.NewPCG(7, 7))}
			yielded := 0
			for range 6000 {
				w.step()
				if w.random.IntN(20) > 0 {
					continue
				}
				s := w.scan()
				got, want := w.journalScan(s), w.plainScan(s)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%+v (-want +got):\n%s", s, diff)
				}
				yielded += len(got)
			}
			if yielded < 1000 {
				t.Errorf("the scans yielded only %d messages", yielded)
			}
		})
	}
}

// letters is a journal with a plain list of what it should have.
type letters struct {
	journal *Journal
	keep    int
	random  *rand.Rand
	list    []*letter
	made    int
}

// step adds a message, or changes or removes one.
func (w *letters) step() {
	switch n := w.random.IntN(10); {
	case n == 0 && len(w.list) > 0:
		i := w.random.IntN(len(w.list))
		if w.random.IntN(10) == 0 {
			i = 0
		}
		w.journal.Remove(Messages, w.list[i].id)
		w.list = slices.Delete(w.list, i, i+1)
	case n < 3 && len(w.list) > 0:
		l := w.list[w.random.IntN(len(w.list))]
		before := l.keys
		l.keys.From, l.keys.Sent = w.pick("F"), w.time()
		w.journal.Rekey(l.id, before, l.keys)
	default:
		w.made++
		l := &letter{fmt.Sprint("SM", w.made), Keys{To: w.pick("T"), From: w.pick("F"),
			Service: w.pick("S"), Sent: w.time()}}
		w.journal.Append(Event{Type: MessageCreated, SID: l.id}, Messages, l)
		w.list = append(w.list, l)
		if w.keep > 0 && len(w.list) > w.keep {
			w.list = w.list[1:]
		}
	}
}

// pick returns a value, and sometimes none.
func (w *letters) pick(prefix string) string {
	if n := w.random.IntN(6); n > 0 {
		return fmt.Sprint(prefix, n)
	}
	return ""
}

// time returns a time when a message was sent, near that of the others, and sometimes none.
func (w *letters) time() time.Time {
	if w.random.IntN(4) == 0 {
		return time.Time{}
	}
	return epoch.Add(time.Duration(w.made+w.random.IntN(100)) * time.Second)
}

// scan returns any scan.
func (w *letters) scan() Scan {
	s := Scan{Kind: Messages, Oldest: w.random.IntN(2) == 0}
	for _, set := range []func(){
		func() { s.To = w.pick("T") }, func() { s.From = w.pick("F") },
		func() { s.Service = w.pick("S") },
		func() { s.Phone = w.pick("T") }, func() { s.Phone = w.pick("F") },
		func() { s.SentFrom = w.time() }, func() { s.SentBefore = w.time() },
		func() { s.After = w.list[w.random.IntN(len(w.list))].id },
		func() { s.Before = w.list[w.random.IntN(len(w.list))].id },
	} {
		if w.random.IntN(3) == 0 && len(w.list) > 0 {
			set()
		}
	}
	return s
}

func (w *letters) journalScan(s Scan) []string {
	ids := []string{}
	for thing := range w.journal.Scan(s) {
		if l := thing.(*letter); l.is(s) {
			ids = append(ids, l.id)
		}
	}
	return ids
}

func (w *letters) plainScan(s Scan) []string {
	at := func(id string) int {
		return slices.IndexFunc(w.list, func(l *letter) bool { return l.id == id })
	}
	ids := []string{}
	for i, l := range w.list {
		if l.is(s) && (s.After == "" || i > at(s.After)) && (s.Before == "" || i < at(s.Before)) {
			ids = append(ids, l.id)
		}
	}
	if !s.Oldest {
		slices.Reverse(ids)
	}
	return ids
}

// TestRelated checks what is about a message, also when the journal no longer has the oldest of it.
func TestRelated(t *testing.T) {
	j := newJournal(3)
	put := func(id, replyTo string) {
		j.Append(Event{Type: MessageCreated, SID: id}, Messages, &letter{id, Keys{ReplyTo: replyTo}})
	}
	put("SM1", "")
	put("SM2", "SM1")
	callback(j, "SM1", "queued", "") // W1
	for range 2 {
		callback(j, "SM1", "sent", "")
		callback(j, "SM2", "sent", "")
	}
	if got := ids(j.Related("SM1", Webhooks)); got != "W4" {
		t.Errorf("webhooks of SM1: %s, want W4, because only W3 to W5 are kept", got)
	}
	if got := ids(j.Related("SM2", Webhooks)); got != "W3 W5" {
		t.Errorf("webhooks of SM2: %s, want W3 W5", got)
	}
	if got := ids(j.Related("SM1", Messages)); got != "SM2" {
		t.Errorf("replies to SM1: %s, want SM2", got)
	}
	var seen []string
	for _, e := range j.EventsAbout("SM1") {
		seen = append(seen, fmt.Sprint(e.ID, e.Exchange))
	}
	if got := strings.Join(seen, " "); got != "1 3W1 4W2 6W4" {
		t.Errorf("events about SM1: %s", got)
	}
	for range 30 {
		callback(j, "SM3", "sent", "")
	}
	if events := j.EventsAbout("SM1"); len(events) != 0 {
		t.Errorf("events about SM1 are %v, but they are not kept any more", events)
	}
	copied := newJournal(0)
	if err := copied.Load(j.History()); err != nil {
		t.Fatal(err)
	}
	if got := ids(copied.Related("SM1", Messages)); got != "SM2" {
		t.Errorf("replies to SM1 in the copy: %s, want SM2", got)
	}
}

// TestFlat checks that reads look at no more things when a hundred times as many are kept.
func TestFlat(t *testing.T) {
	small, large := conversations(1000), conversations(100_000)
	for _, read := range flatReads {
		t.Run(read.name, func(t *testing.T) {
			few, many := read.steps(t, small), read.steps(t, large)
			if many > few+few/2 {
				t.Errorf("looked at %d things of 1,000 messages, at %d of 100,000", few, many)
			}
		})
	}
}

// conversations returns a journal with n messages between a few numbers, each with a webhook, and
// with a customer of its own now and then.
func conversations(n int) *Journal {
	j := newJournal(0)
	for i := range n {
		l := &letter{fmt.Sprint("SM", i), Keys{To: fmt.Sprint("T", i%3), From: fmt.Sprint("F", i%2),
			Sent: epoch.Add(time.Duration(i) * time.Second)}}
		if i == n/2 {
			l.keys.To = "rare"
		}
		if i%2 == 1 {
			l.keys.ReplyTo = fmt.Sprint("SM", i-1)
		}
		j.Append(Event{Type: MessageCreated, SID: l.id}, Messages, l)
		callback(j, l.id, "sent", "")
	}
	return j
}

// flatRead is a way to read a journal.
type flatRead struct {
	name string
	read func(j *Journal) int // returns how much it found
}

func (f flatRead) steps(t *testing.T, j *Journal) int64 {
	before := j.Steps()
	if f.read(j) == 0 {
		t.Error("nothing was found")
	}
	return j.Steps() - before
}

func newest(kind Kind, field, value string) func(*Journal) int {
	return func(j *Journal) int {
		q := Query{Kind: kind}
		if field != "" {
			q.Terms = []Term{{Field: field, Value: pattern.Exactly(value)}}
		}
		things, _, _ := j.Newest(q, 50)
		return len(things)
	}
}

func scan(s func(j *Journal) Scan) func(*Journal) int {
	return func(j *Journal) int { return count(j.Scan(s(j)), 50) }
}

func count(things iter.Seq[Thing], limit int) int {
	n := 0
	for range things {
		if n++; n == limit {
			break
		}
	}
	return n
}

func middle(j *Journal) string { return fmt.Sprint("SM", j.Count(Messages)/2) }

var flatReads = []flatRead{
	{"the newest", newest(Messages, "", "")},
	{"the newest to a number", newest(Messages, "to", "T1")},
	{"the only one to a number", newest(Messages, "to", "rare")},
	{"the newest from a number", newest(Messages, "from", "F1")},
	{"a message", newest(Messages, "sid", "SM7")},
	{"the replies to a message", newest(Messages, "reply_to", "SM8")},
	{"the webhooks of a message", newest(Webhooks, "sid", "SM9")},
	{"the events about a message", func(j *Journal) int { return len(j.EventsAbout("SM9")) }},
	{"the latest", func(j *Journal) int {
		if _, err := j.Resolve(Messages, "latest~3"); err != nil {
			return 0
		}
		return 1
	}},
	{"a page in the middle", scan(func(j *Journal) Scan {
		return Scan{Kind: Messages, Before: middle(j)}
	})},
	{"the page before it", scan(func(j *Journal) Scan {
		return Scan{Kind: Messages, After: middle(j), Oldest: true}
	})},
	{"a page of a number in the middle", scan(func(j *Journal) Scan {
		return Scan{Kind: Messages, To: "T1", Before: middle(j)}
	})},
	{"the first hour", scan(func(j *Journal) Scan {
		return Scan{Kind: Messages, SentBefore: epoch.Add(10 * time.Minute)}
	})},
	{"an hour in the middle", scan(func(j *Journal) Scan {
		at := epoch.Add(time.Duration(j.Count(Messages)/2) * time.Second)
		return Scan{Kind: Messages, SentFrom: at, SentBefore: at.Add(time.Minute)}
	})},
}
