package journal

import (
	"context"
	"slices"
	"sync"
)

// waiters are the readers that wait for a thing. One goroutine looks at what happens for all of
// them: it finds those whose query may select a thing by the value that the query asks for, so that
// hundreds of readers cost little more than one. Its lock is taken before the account's and the
// journal's.
type waiters struct {
	mu      sync.Mutex
	groups  map[waitGroup]map[string]map[*waiter]bool // by the value; "" if there is no field
	count   int
	running bool
	at      int64         // the last event that was looked at
	left    chan struct{} // is told when the last one has left
}

// waitGroup are the waiters for a kind whose queries ask for a value of a field, or of none.
type waitGroup struct {
	kind  Kind
	field string
}

// waiter is one reader.
type waiter struct {
	q     Query
	group waitGroup
	value string
	found chan Thing // has room for one
}

func newWaiter(q Query) *waiter {
	w := &waiter{q: q, group: waitGroup{kind: q.Kind}, found: make(chan Thing, 1)}
	for _, t := range q.Terms {
		value, exact := t.Value.Literal()
		if exact && !t.Not && t.Order == "" && value != "" && !q.acknowledges() {
			w.group.field, w.value = t.Field, value
			break
		}
	}
	return w
}

// Await returns the newest thing that q selects, as soon as there is one. If ctx ends first, the
// error is a [*MissError].
//
// It looks at everything once. After that it is only told of what the new events are about, so that
// waiting does not cost more with each thing that is kept, or with each reader that waits.
func (j *Journal) Await(ctx context.Context, q Query) (Thing, error) {
	after := j.Last()
	if found, ok := j.first(q); ok {
		return found, nil
	}
	w := newWaiter(q)
	at := j.join(w, after)
	defer j.leave(w)
	if found, ok := j.missed(after, at, q); ok {
		return found, nil
	}
	select {
	case found := <-w.found:
		return found, nil
	case <-ctx.Done():
		return nil, j.Miss(q)
	}
}

// missed returns the newest thing that q selects, of those that the events after one and up to
// another are about. Between the look at everything and the joining, something may have happened
// that nobody tells the reader.
func (j *Journal) missed(after, upTo int64, q Query) (Thing, bool) {
	for after < upTo {
		events, _ := j.Page(after, waitPage)
		if len(events) == 0 || events[0].ID > after+1 || q.acknowledges() {
			return j.first(q) // some are not kept any more, or there are none
		}
		now := j.now()
		for _, e := range slices.Backward(events) {
			if t, ok := j.Thing(q.Kind, e.about(q.Kind)); ok && q.Match(t, now) {
				return t, true
			}
		}
		after = events[len(events)-1].ID
	}
	return nil, false
}

// waitPage is how many events are looked at together.
const waitPage = 64

// acknowledges reports whether q is about the mark of an alert, whose change is not an event.
func (q Query) acknowledges() bool {
	return slices.ContainsFunc(q.Terms, func(t Term) bool { return t.Field == "acknowledged" })
}

// about returns the ID of the thing of a kind that the event is about, which need not be there.
func (e Event) about(kind Kind) string {
	switch kind {
	case Alerts:
		return e.Alert
	case Webhooks, Requests:
		return e.Exchange // a webhook's begins with another letter than a request's
	}
	return e.SID
}

// join adds a reader that knows all up to an event. It is told of everything behind the event that
// is returned.
func (j *Journal) join(w *waiter, after int64) (at int64) {
	ws := &j.waiters
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.groups == nil {
		ws.groups = map[waitGroup]map[string]map[*waiter]bool{}
		ws.left = make(chan struct{}, 1)
	}
	values := ws.groups[w.group]
	if values == nil {
		values = map[string]map[*waiter]bool{}
		ws.groups[w.group] = values
	}
	if values[w.value] == nil {
		values[w.value] = map[*waiter]bool{}
	}
	values[w.value][w] = true
	ws.count++
	if !ws.running {
		ws.running, ws.at = true, after
		go j.watch()
	}
	return ws.at
}

// Waiting returns how many callers of [Journal.Await] wait for something to happen.
func (j *Journal) Waiting() int {
	j.waiters.mu.Lock()
	defer j.waiters.mu.Unlock()
	return j.waiters.count
}

// leave removes a reader.
func (j *Journal) leave(w *waiter) {
	ws := &j.waiters
	ws.mu.Lock()
	defer ws.mu.Unlock()
	values := ws.groups[w.group]
	delete(values[w.value], w)
	if len(values[w.value]) == 0 {
		delete(values, w.value)
	}
	if len(values) == 0 {
		delete(ws.groups, w.group)
	}
	if ws.count--; ws.count == 0 {
		select {
		case ws.left <- struct{}{}:
		default:
		}
	}
}

// watch tells the readers of what happens until there are none. It ends when the last reader has
// left, and join starts another.
func (j *Journal) watch() {
	ws := &j.waiters
	for {
		ws.mu.Lock()
		if ws.count == 0 {
			ws.running = false
			ws.mu.Unlock()
			return
		}
		at := ws.at
		ws.mu.Unlock()
		events, changed := j.Page(at, waitPage)
		if len(events) == 0 {
			select {
			case <-changed:
			case <-ws.left:
			}
			continue
		}
		ws.mu.Lock()
		if events[0].ID > at+1 { // some are not kept any more
			ws.each(func(w *waiter) { w.notify(j.first(w.q)) })
		} else {
			j.notify(events)
		}
		ws.at = events[len(events)-1].ID
		ws.mu.Unlock()
	}
}

// each calls f with all readers.
func (ws *waiters) each(f func(*waiter)) {
	for _, values := range ws.groups {
		for _, readers := range values {
			for w := range readers {
				f(w)
			}
		}
	}
}

// notify gives the reader what it waits for, if it has been found.
func (w *waiter) notify(t Thing, found bool) {
	if found {
		select {
		case w.found <- t:
		default: // it has something already, and is about to leave
		}
	}
}

// notify gives the readers what they wait for, if events are about it: the newest before others.
// The caller holds the lock of the waiters.
func (j *Journal) notify(events []Event) {
	now := j.now()
	for group, values := range j.waiters.groups {
		for w := range values[""] { // only those without a field have no value
			if w.q.acknowledges() {
				w.notify(j.first(w.q))
			}
		}
		looked := map[string]bool{}
		for _, e := range slices.Backward(events) {
			id := e.about(group.kind)
			if id == "" || looked[id] {
				continue
			}
			looked[id] = true
			t, ok := j.Thing(group.kind, id)
			if !ok {
				continue
			}
			value := ""
			if group.field != "" {
				value, _ = t.Field(group.field)
			}
			for w := range values[value] {
				w.notify(t, w.q.Match(t, now))
			}
		}
	}
}
