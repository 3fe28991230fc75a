package journal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/pattern"
)

// note is a thing with fields that change.
type note struct {
	id     string
	at     time.Time
	fields map[string]string
}

func (n *note) ID() string      { return n.id }
func (n *note) Summary() string { return n.id }
func (n *note) When() time.Time { return n.at }

func (n *note) Field(name string) (string, bool) {
	value, ok := n.fields[name]
	return value, ok
}

// notes is a journal of notes, with a plain list of what it should have.
type notes struct {
	journal *Journal
	now     time.Time
	keep    int
	random  *rand.Rand
	list    []*note
	made    int
	changed string // the newest text of a note that was changed
}

func newNotes(keep int, seed uint64) *notes {
	w := &notes{now: epoch, keep: keep, random: rand.New(rand.NewPCG(seed, 1))}
	w.journal = New(func() time.Time { return w.now }, keep)
	return w
}

// add adds a note with few states, a code that some do not have, and a text that most have alone.
func (w *notes) add(text string) *note {
	w.made++
	w.now = w.now.Add(time.Second)
	n := &note{id: fmt.Sprint("N", w.made), at: w.now, fields: map[string]string{
		"state": w.state(), "text": text, "number": fmt.Sprint(w.random.IntN(5))}}
	if w.random.IntN(2) == 0 {
		n.fields["code"] = "30003"
	}
	w.journal.Append(Event{Type: AlertRaised, Alert: n.id}, Alerts, n)
	w.list = append(w.list, n)
	if w.keep > 0 && len(w.list) > w.keep {
		w.list = w.list[1:]
	}
	return n
}

// state is rarely failed.
func (w *notes) state() string {
	if w.random.IntN(3000) == 0 {
		return "failed"
	}
	return "sent"
}

func (w *notes) text() string {
	return fmt.Sprintf("Your %s is %d", [...]string{"code", "Table", "ſtraße"}[w.random.IntN(3)],
		w.random.IntN(2000))
}

// change changes or removes a note, mostly one of the newest.
func (w *notes) change() {
	i := w.random.IntN(len(w.list))
	if w.random.IntN(3) == 0 {
		i = len(w.list) - 1 - w.random.IntN(min(100, len(w.list)))
	}
	n := w.list[i]
	switch w.random.IntN(4) {
	case 0:
		w.journal.Remove(Alerts, n.id)
		w.list = slices.Delete(w.list, i, i+1)
		return
	case 1:
		n.fields["state"] = [...]string{"failed", "sent", "odd"}[w.random.IntN(3)]
	case 2:
		delete(n.fields, "code")
	default:
		n.fields["text"] = w.text()
		w.changed = n.fields["text"]
	}
	w.journal.Touch(Alerts, n.id)
}

func (w *notes) query(t *testing.T) Query {
	words := []string{"state=failed", "state!=sent", "state=odd", "code!=30003", "code=30003",
		"text=~(?i)CODE", fmt.Sprintf("text=*is %d", w.random.IntN(2000)), "number=>3", "number!=>0",
		"text=~(?i)straße is 7", "text=~^Your (code|table) is 19", "since=10m", "text=~nothing",
		"text=" + w.text(), "text=" + w.changed, "text=" + w.changed, "id=*",
		"text=~(?i)TABLE is 7+", "text=?"}
	var chosen []string
	for range 1 + w.random.IntN(2) {
		chosen = append(chosen, words[w.random.IntN(len(words))])
	}
	q, err := ParseQuery(Alerts, []string{"state", "code", "text", "number", "id"}, chosen)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestSearch compares searches with those of a plain list, while things come, change and go.
func TestSearch(t *testing.T) {
	for _, keep := range []int{0, 2500} {
		t.Run(fmt.Sprint("keep ", keep), func(t *testing.T) {
			w := newNotes(keep, uint64(keep))
			found := 0
			for i := range 5000 {
				w.add(w.text())
				if i%3 == 0 {
					w.change()
				}
				if i < 1100 || w.random.IntN(30) > 0 {
					continue
				}
				q := w.query(t)
				var got, want []string
				for _, thing := range w.journal.Find(q) {
					got = append(got, thing.ID())
				}
				for _, n := range w.list {
					if q.Match(n, w.now) {
						want = append(want, n.id)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s since %s (-want +got):\n%s", q, q.Since, diff)
				}
				found += len(got)
			}
			if found < 300 {
				t.Errorf("the searches found only %d things", found)
			}
		})
	}
}

// TestRareIsFlat checks that a search for what is rare, or is not there, does not look at
// everything again and again.
func TestRareIsFlat(t *testing.T) {
	for _, words := range []string{"state=lost", "state!=sent", "code=30007", "code!=30003",
		"number=>7", "text=~(?i)needle", "text=*needle*", "text=Needle", "since=1s", "phone=+1303",
		"state=sent number=7", "text=~needle state=sent"} {
		steps := map[int]int64{}
		for _, n := range []int{2 * blockLength, 12 * blockLength} {
			w := newNotes(0, 1)
			for i := range n {
				note := w.add(fmt.Sprintf("Your code is %d", i))
				note.fields["state"], note.fields["code"] = "sent", "30003"
			}
			w.now = w.now.Add(time.Minute)
			q, err := ParseQuery(Alerts, []string{"state", "code", "text", "number", "phone"},
				strings.Fields(words))
			if err != nil {
				t.Fatal(err)
			}
			w.journal.Newest(q, 50)
			w.add("x")
			before := w.journal.Steps()
			w.journal.Newest(q, 50)
			steps[n] = w.journal.Steps() - before
		}
		if few, many := steps[2*blockLength], steps[12*blockLength]; many > few+few/2+1 {
			t.Errorf("%s: looked at %d of a few things, at %d of many", words, few, many)
		}
	}
}

// TestSketchesAreFew checks that a shelf does not get a sketch for each field that somebody has
// ever searched.
func TestSketchesAreFew(t *testing.T) {
	w := newNotes(0, 1)
	for range 2 * blockLength {
		w.add("x")
	}
	for i := range 50 {
		term := Term{Field: fmt.Sprint("Field", i), Value: pattern.Exactly("x")}
		w.journal.Find(Query{Kind: Alerts, Terms: []Term{term}})
	}
	if n := len(w.journal.shelves[Alerts].sketches.fields); n != maxSketched {
		t.Errorf("%d fields have a sketch, want %d", n, maxSketched)
	}
}

// TestSketchMakesRoom checks that a search does not pass blocks by a sketch that has made room for
// others while it went on: when old blocks are dropped, its blocks are no longer those.
func TestSketchMakesRoom(t *testing.T) {
	w := newNotes(0, 1)
	for i := range 4 * blockLength {
		w.add("x").fields["rare"] = fmt.Sprint(i >= 3*blockLength)
	}
	rare := func(field string) Query {
		term := Term{Field: field, Value: pattern.Exactly("true")}
		return Query{Kind: Alerts, Terms: []Term{term}}
	}
	w.journal.Find(rare("rare"))
	c, _ := w.journal.search(Scan{Kind: Alerts}, rare("rare"), w.now, 0)
	for i := range maxSketched {
		w.journal.Find(rare(fmt.Sprint("Field", i)))
	}
	shelf := w.journal.shelves[Alerts]
	shelf.sketches.cover(2, 3)
	if shelf.sketches.excludes(3, c.filters) {
		t.Error("the block with what is searched is passed")
	}
}

// TestSearchAndChange searches while things change.
func TestSearchAndChange(t *testing.T) {
	j := newJournal(0)
	flags := make([]*Alert, 2*blockLength)
	for i := range flags {
		flags[i] = &Alert{Name: fmt.Sprint("A", i+1)}
		j.Append(Event{Type: AlertRaised, Alert: flags[i].Name}, Alerts, flags[i])
	}
	q := Query{Kind: Alerts, Terms: []Term{{Field: "acknowledged", Value: pattern.Exactly("true")}}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, a := range flags {
			a.Acknowledged.Set()
			j.Touch(Alerts, a.Name)
		}
	}()
	for n := 0; n < len(flags); n = len(j.Find(q)) {
		select {
		case <-done:
			if n = len(j.Find(q)); n != len(flags) {
				t.Fatalf("found %d of %d changed things", n, len(flags))
			}
		default:
		}
	}
}

// BenchmarkRare measures a search that finds nothing among many messages.
func BenchmarkRare(b *testing.B) {
	for _, n := range []int{2 * blockLength, 100 * blockLength} {
		b.Run(fmt.Sprint(n, " kept"), func(b *testing.B) {
			w := newNotes(0, 1)
			for i := range n {
				w.add(fmt.Sprintf("Your code is %d", i))
			}
			q, err := ParseQuery(Alerts, []string{"text"}, []string{"text=~(?i)needle"})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				w.journal.Newest(q, 50)
			}
		})
	}
}
