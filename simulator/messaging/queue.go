package messaging

import "slices"

// queueState says whether callbacks are being taken from a [callbackQueue].
type queueState uint8

const (
	idle    queueState = iota // no callback is in flight: the next caller of begin sends
	sending                   // one goroutine takes callbacks with next until there are none
	paused                    // a rule delays the callback at the front, or the app does not answer
)

// callbackQueue holds the status callbacks of one message that are due but not sent yet. Twilio
// sends the callbacks of a message one after the other, so at most one goroutine takes from the
// queue at a time. The state changes like this:
//
//	        begin                next, nothing left
//	idle ----------> sending -----------------------> idle
//	 ^                  |
//	 |      resume      | pause, rest
//	 +---------------- paused
//
// A queue with overlap has a fourth state, waiting for overlap: it is idle, and begin refuses to
// start until every callback that the script announced was added. They then leave together. add
// works in every state; drop empties the queue in every state, and leaves it idle.
//
// The zero queue is idle and empty. The account's lock guards a queue: its methods take none. What
// waits elsewhere, for the clock, is in later; it comes back through add, putBack or resume.
type callbackQueue struct {
	state   queueState
	overlap bool          // callbacks wait for the last one and leave together
	owed    int           // announced and not added yet
	ready   []callbackJob // in the order in which they will be sent
	swapped *callbackJob  // to be sent after the next one, by a rule; nil for none
	flight  []callbackJob // taken by next, and their answers are not recorded yet
	later   []*lateJob    // work at a later time
	// of a director, for each step of the script; nil for none
	plans []CallbackPlan
}

// queue returns the message's callbacks. Most messages that are kept have none any more, or never
// had any, so they have no queue either. The account's lock is held.
func (m *Message) queue() *callbackQueue {
	if m.callbacks == nil {
		m.callbacks = &callbackQueue{}
	}
	return m.callbacks
}

// tidyLocked gives up the queue if nothing is in it, or will be.
func (m *Message) tidyLocked() {
	q := m.callbacks
	if q != nil && q.state == idle && !q.overlap && q.owed == 0 && len(q.ready) == 0 &&
		q.swapped == nil && len(q.flight) == 0 && len(q.later) == 0 && q.plans == nil {
		m.callbacks = nil
	}
}

// announce says that n callbacks will be added later.
func (q *callbackQueue) announce(n int) { q.owed += n }

// withdraw says that n of the announced callbacks will not be added. Callbacks that waited for them
// need not wait any more.
func (q *callbackQueue) withdraw(n int) {
	q.owed -= n
	q.overlap = false
	if q.owed == 0 && len(q.ready) == 0 {
		q.sent()
	}
}

// add puts an announced callback at the end of the queue.
func (q *callbackQueue) add(job callbackJob) {
	q.owed--
	q.ready = append(q.ready, job)
}

// putBack puts a callback that was taken out, and that others were to overtake, at the end.
func (q *callbackQueue) putBack(job callbackJob) { q.ready = append(q.ready, job) }

// begin reports whether the caller must send the callbacks of the queue: it calls next until that
// returns none. If it is false, another goroutine sends them, or they must wait.
func (q *callbackQueue) begin() bool {
	if q.state != idle || q.overlap && q.owed > 0 || q.waits() {
		return false
	}
	q.state = sending
	return true
}

// waits reports whether the only callback waits for the next one, to leave together with it.
func (q *callbackQueue) waits() bool {
	return len(q.ready) == 1 && q.ready[0].together && q.owed > 0
}

// next takes the first callback, or all of them under overlap. Without any it returns none and ends
// the sending that begin started. They stay in flight until their answers are recorded, for the
// storage.
func (q *callbackQueue) next() []callbackJob {
	if len(q.ready) == 0 {
		q.state, q.ready = idle, nil
		return nil
	}
	if q.waits() {
		q.state = idle
		return nil
	}
	n := 1
	switch {
	case q.overlap:
		n = len(q.ready)
	case q.ready[0].together:
		n = min(2, len(q.ready))
	}
	jobs := q.ready[:n:n]
	q.ready = q.ready[n:]
	q.flight = jobs
	return jobs
}

// pause puts a callback back to the front and stops the sending until resume. The goroutine that
// was sending must not call next any more: the one that resumes does.
func (q *callbackQueue) pause(job callbackJob) {
	q.state = paused
	q.ready = slices.Insert(q.ready, 0, job)
}

// rest stops the sending until resume, because the app did not answer a callback and Twilio still
// waits for it. It reports whether there is, or will be, a callback behind it; otherwise it does
// nothing.
func (q *callbackQueue) rest() bool {
	if len(q.ready) == 0 && q.owed == 0 {
		return false
	}
	q.state = paused
	return true
}

// resume ends a pause. The caller goes on with begin.
func (q *callbackQueue) resume() { q.state = idle }

// swap keeps a callback back until the one behind it was sent.
func (q *callbackQueue) swap(job callbackJob) { q.swapped = &job }

// sent says that a callback was sent: the one that was swapped with it is next.
func (q *callbackQueue) sent() {
	if q.swapped != nil {
		q.ready = slices.Insert(q.ready, 0, *q.swapped)
		q.swapped = nil
	}
}

// last reports whether a callback that was just taken has none behind it with which a rule could
// swap it. Only one callback at a time can be swapped.
func (q *callbackQueue) last() bool {
	return q.overlap || q.swapped != nil || q.owed == 0 && len(q.ready) == 0
}

// drop forgets all callbacks.
func (q *callbackQueue) drop() { *q = callbackQueue{} }
