package content

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/sid"
	"twilsim/simulator/suggest"
)

// maxApproved is how many approved templates an account may have on WhatsApp (F-708).
const maxApproved = 6000

// Options are what a [Library] gets from its account. All are required.
type Options struct {
	SIDs *sid.Source
	Now  func() time.Time // the account's clock
	// Changed is told what has happened to a template: "created", "removed", "changed", "submitted",
	// or a status. It is called without the lock.
	Changed func(t Template, what string)
	// Show shows a template without a change: after a restart of the program.
	Show func(t Template)
	// Outcome is how reviews end: Approved, Rejected, or Pending for no end.
	Outcome func() Status
	// At schedules f on the account's clock.
	At func(t time.Time, f func())
}

// Library has the templates of one account. It is safe for concurrent use.
type Library struct {
	o Options

	mu sync.Mutex
	// a change replaces the pointer and leaves the value alone, so copies may be read without the
	// lock
	templates map[string]*Template // by SID
}

// New returns a library without templates.
func New(o Options) *Library { return &Library{o: o, templates: map[string]*Template{}} }

// Create adds a template. The error is an [*apierr.Error].
func (l *Library) Create(d Draft) (Template, error) { return l.CreateAs("", d) }

// CreateAs is Create with a SID of the caller's, "" for a new one. A template that has it already
// is replaced.
func (l *Library) CreateAs(sid string, d Draft) (Template, error) {
	now := l.o.Now().UTC().Truncate(time.Second)
	t := &Template{Created: now, Updated: now}
	t.take(d)
	if err := t.check(); err != nil {
		return Template{}, err
	}
	l.mu.Lock()
	if t.SID = sid; sid == "" {
		t.SID = l.o.SIDs.Next("HX")
	}
	l.templates[t.SID] = t
	made := *t
	l.mu.Unlock()
	l.o.Changed(made, "created")
	return made, nil
}

// take sets what a draft has.
func (t *Template) take(d Draft) {
	if d.FriendlyName != nil {
		t.FriendlyName = *d.FriendlyName
	}
	if d.Language != nil {
		t.Language = *d.Language
	}
	if d.Variables != nil {
		t.Variables = d.Variables
	}
	if d.Types != nil {
		t.Types = d.Types
	}
}

// Update changes what the draft has. New types of a submitted template are not those that WhatsApp
// has seen, so that they are unsubmitted [inferred]; a new language is one in which WhatsApp has no
// template. The error is an [*apierr.Error].
func (l *Library) Update(sid string, d Draft) (Template, error) {
	return l.change(sid, "changed", func(t *Template) error {
		before, _ := json.Marshal(t.Types) // they were read from JSON
		t.take(d)
		if err := t.check(); err != nil {
			return err
		}
		if after, _ := json.Marshal(t.Types); string(after) != string(before) {
			t.Approval = nil
		}
		return nil
	})
}

// Submit asks for WhatsApp's approval. The error is an [*apierr.Error].
func (l *Library) Submit(sid string, r Request) (Template, error) {
	t, err := l.change(sid, "submitted", func(t *Template) error {
		if l.approvedLocked() >= maxApproved {
			return apierr.Invalid("the account has %d approved templates, the most that WhatsApp allows",
				maxApproved)
		}
		return t.submit(r, l.o.Outcome(), l.o.Now())
	})
	if err == nil {
		l.announce(t)
	}
	return t, err
}

// announce writes into the journal how the review goes on. The status itself needs no schedule, as
// it follows from the time; this is only so that the event log and expect see it.
func (l *Library) announce(t Template) {
	submitted := t.Approval.Submitted
	for _, after := range []time.Duration{pendingAfter, decidedAfter} {
		if !submitted.Add(after).After(l.o.Now()) {
			continue // before a restart
		}
		l.o.At(submitted.Add(after), func() {
			now, ok := l.Template(t.SID)
			if !ok || now.Approval == nil || now.Approval.Submitted != submitted ||
				now.Approval.Set != "" {
				return
			}
			l.o.Changed(now, string(now.Status(l.o.Now())))
		})
	}
}

func (l *Library) approvedLocked() int {
	n := 0
	for _, t := range l.templates {
		if t.Status(l.o.Now()) == Approved {
			n++
		}
	}
	return n
}

// SetStatus sets the approval of a template, as WhatsApp does. One that was never submitted gets a
// name and the category UTILITY. The reason is that of a rejection. The error is a [*FindError], a
// plain one for a status that is not one of Reviews, or an [*apierr.Error] for a template of a type
// that WhatsApp does not review.
func (l *Library) SetStatus(ref string, status Status, reason string) (Template, error) {
	if !slices.Contains(Reviews(), status) {
		return Template{}, fmt.Errorf("a review sets %v, not %q", Reviews(), status)
	}
	found, err := l.Find(ref)
	if err != nil {
		return Template{}, err
	}
	return l.change(found.SID, string(status), func(t *Template) error {
		if t.Approval == nil {
			r := Request{Name: "template_" + strings.ToLower(t.SID[len(t.SID)-8:]), Category: "UTILITY"}
			if err := t.submit(r, Pending, l.o.Now()); err != nil {
				return err
			}
		}
		approval := *t.Approval
		approval.Set, approval.Reason, approval.Language = status, "", t.Language
		if status == Rejected {
			approval.Reason = cmp.Or(reason, reasonFormat)
		}
		t.Approval = &approval
		return nil
	})
}

// change calls f with a copy of a template, and keeps the copy unless f fails.
func (l *Library) change(sid, what string, f func(*Template) error) (Template, error) {
	l.mu.Lock()
	old := l.templates[sid]
	if old == nil {
		l.mu.Unlock()
		return Template{}, apierr.NotFound()
	}
	t := *old
	if err := f(&t); err != nil {
		l.mu.Unlock()
		return Template{}, err
	}
	t.Updated = l.o.Now().UTC().Truncate(time.Second)
	l.templates[sid] = &t
	l.mu.Unlock()
	l.o.Changed(t, what)
	return t, nil
}

// Delete removes a template. The error is an [*apierr.Error] if there is none.
func (l *Library) Delete(sid string) error {
	l.mu.Lock()
	t := l.templates[sid]
	delete(l.templates, sid)
	l.mu.Unlock()
	if t == nil {
		return apierr.NotFound()
	}
	l.o.Changed(*t, "removed")
	return nil
}

// Template returns the template of a SID.
func (l *Library) Template(sid string) (Template, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.templates[sid]; t != nil {
		return *t, true
	}
	return Template{}, false
}

// FindError is why there is not exactly one template of a name.
type FindError struct {
	Ref     string
	Several bool
	Try     string // what to write instead
}

// Error says what is wrong, and what to try.
func (e *FindError) Error() string {
	if e.Several {
		return fmt.Sprintf("several templates are called %q; try %s", e.Ref, e.Try)
	}
	return fmt.Sprintf("there is no template %q; try %s", e.Ref, e.Try)
}

// Find finds a template by its SID, or by its friendly name if only one has it. The error is a
// [*FindError].
func (l *Library) Find(ref string) (Template, error) {
	if t, ok := l.Template(ref); ok {
		return t, nil
	}
	var found []Template
	var known []string
	for _, t := range l.Templates() {
		if t.FriendlyName == ref {
			found = append(found, t)
		}
		known = append(known, t.SID, t.FriendlyName)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		try := cmp.Or(suggest.Nearest(ref, known), "twilsim content list")
		return Template{}, &FindError{Ref: ref, Try: try}
	}
	return Template{}, &FindError{Ref: ref, Several: true, Try: found[0].SID + " or " + found[1].SID}
}

// Templates returns all templates, newest first.
func (l *Library) Templates() []Template {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Template, 0, len(l.templates))
	for _, t := range l.templates {
		list = append(list, *t)
	}
	slices.SortFunc(list, func(x, y Template) int {
		return cmp.Or(y.Created.Compare(x.Created), strings.Compare(x.SID, y.SID))
	})
	return list
}

// Keys returns the SIDs of all templates, in any order.
func (l *Library) Keys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.templates))
}

// Stored returns a template as it is stored, and false if there is none.
func (l *Library) Stored(sid string) (any, bool) { return l.Template(sid) }

// Restore puts back what [Library.Stored] has returned.
func (l *Library) Restore(sid string, value []byte) error {
	t := &Template{}
	if err := json.Unmarshal(value, t); err != nil {
		return fmt.Errorf("template %s: %w", sid, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.templates[sid] = t
	return nil
}

// Resume shows the templates, and announces again how the reviews go on, after [Library.Restore].
func (l *Library) Resume() {
	for _, t := range slices.Backward(l.Templates()) {
		l.o.Show(t)
	}
	l.Reset()
}

// Reset keeps the templates, as the numbers of an account, and announces again how their reviews
// go on.
func (l *Library) Reset() {
	for _, t := range slices.Backward(l.Templates()) {
		if t.Approval != nil && t.Approval.Set == "" {
			l.announce(t)
		}
	}
}
