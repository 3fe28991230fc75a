package testscript

import (
	"sync"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// quietness knows whether the app is still acting: the clock does not go on before the app has been
// quiet for a while, or is known to be quiet. While it keeps the clock waiting it holds one piece
// of the clock's work, which release ends.
type quietness struct {
	world *world
	wait  time.Duration // real time; 0 for an app that acts only while it answers
	calm  *calm         // of the search; nil if there is none
	// trusts says that a wait is left out where the app is known to be quiet.
	trusts bool

	mu       sync.Mutex
	exchange int                       // how many webhooks and requests of the script are open
	serving  int                       // how many requests to the API are open
	scripted int                       // how many of the requests to the API to come are the script's
	open     map[string]messaging.Made // the webhooks that are open, by point
	kills    int                       // how often a kill of the app has begun or ended
	last     time.Time                 // when something last ended that the app was to do
	longest  time.Duration             // the longest time from then to a request of the app
	release  func()                    // ends the work that the clock waits for; nil for none
	timer    *time.Timer
	moves    int // how often the app has moved: which of the timers counts

	trail   trail
	learnt  map[state]moment
	skipped bool // a wait was left out
	loose   bool // two requests were in flight together: only the app knows their order
	late    bool // the app did something that may belong to where a wait was left out
}

func newQuietness(w *world, wait time.Duration, c *calm) *quietness {
	return &quietness{world: w, wait: wait, calm: c, open: map[string]messaging.Made{},
		learnt: map[state]moment{}}
}

// begin notes that a webhook leaves, and returns what end returns if the app is not killed
// meanwhile.
func (q *quietness) begin(point string, r *webhook.Request) (kills int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.openLocked()
	q.open[point] = messaging.Made{Method: r.Method, URL: signature.SignedURL(r.URL), Params: r.Params,
		ContentType: r.ContentType, Idempotency: r.Idempotency}
	if q.calm != nil {
		q.trail.passWebhook(r, q.world)
	}
	return q.kills
}

// openLocked notes that the app has one more request to answer. If it has two, their order is known
// only where the one is held up by a request of the app, whose answer waits for the other.
func (q *quietness) openLocked() {
	if q.exchange > 0 && (q.serving == 0 || q.world.director.schedule.Concurrent()) {
		q.loose = true
	}
	q.exchange++
}

// beginScript notes that the script makes a request to the app.
func (q *quietness) beginScript(key string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.openLocked()
	q.trail.pass("script " + key)
}

// killing notes that a kill of the app begins or ends.
func (q *quietness) killing() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.kills++
	q.loose = q.loose || q.exchange > 0
	q.last = clock.Wall()
	q.trail.pass("killed")
	q.moveLocked()
}

// opened returns the open webhook of a point.
func (q *quietness) opened(point string) (messaging.Made, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	made, ok := q.open[point]
	return made, ok
}

// end notes that a webhook was answered.
func (q *quietness) end(point string) (kills int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.open, point)
	q.closeLocked(point)
	return q.kills
}

func (q *quietness) closeLocked(point string) {
	q.exchange--
	q.last = clock.Wall()
	q.doesLocked("answers "+point, false)
	q.moveLocked()
}

// endScript notes that a request of the script was answered. After one that only reads, an app has
// nothing more to do.
func (q *quietness) endScript(key string, reads bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closeLocked(key); reads && q.exchange == 0 {
		q.goOnLocked()
	}
}

// expectScript notes that the next request to the API is the script's, until done.
func (q *quietness) expectScript() (done func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.scripted++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.scripted = 0
	}
}

// requested notes a request to the API, and reports whether it is the app's.
func (q *quietness) requested(what string) (byApp bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.scripted > 0 {
		q.scripted--
		return false
	}
	byItself := q.exchange == 0 && !q.last.IsZero()
	if byItself {
		q.longest = max(q.longest, clock.Wall().Sub(q.last))
	}
	q.doesLocked(what, byItself)
	q.moveLocked()
	return true
}

// pass notes what else the app is told: what becomes of its request.
func (q *quietness) pass(text string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.calm != nil {
		q.trail.pass(text)
	}
}

// serve notes that a request to the API is being served, until done.
func (q *quietness) serve() (done func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.serving++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.serving--
		q.last = clock.Wall()
		q.moveLocked()
	}
}

// doesLocked notes what the app does, by itself or while it answers. Once a wait was left out, it
// may have been late, unless it is known to do just that.
func (q *quietness) doesLocked(deed string, byItself bool) {
	if q.calm == nil {
		return
	}
	before := q.trail.now
	deed = q.trail.pass(deed)
	known := q.calm.after(before)
	switch {
	case !q.skipped && !q.loose:
		q.learnt[before] = moment{deed: deed}
	case !q.skipped:
	case known.deed != "":
		q.late = q.late || known.deed != deed
	case byItself:
		q.late = true
	}
}

// moved notes that something passed, and keeps the clock waiting from now on.
func (q *quietness) moved() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.moveLocked()
}

// moveLocked begins to wait anew, or goes on at once where the app is known to be quiet. A timer
// that was stopped in time leaves the clock's work to its successor; one that has fired has
// released it, or is about to.
func (q *quietness) moveLocked() {
	if q.wait == 0 {
		return
	}
	if q.knownLocked() {
		q.skipped = true
		q.goOnLocked()
		return
	}
	if q.timer == nil || !q.timer.Stop() {
		q.release = q.world.server.Clock.Begin()
	}
	q.moves++
	moves := q.moves
	q.timer = time.AfterFunc(q.wait, func() { q.rest(moves) })
}

// knownLocked reports whether the app is known to do nothing more by itself.
func (q *quietness) knownLocked() bool {
	return q.trusts && q.idleLocked() && q.calm.after(q.trail.now).quiet >= q.wait
}

// idleLocked reports whether the app has nothing to answer and waits for nothing.
func (q *quietness) idleLocked() bool {
	return q.calm != nil && !q.loose && q.exchange == 0 && q.serving == 0
}

// goOnLocked has the clock go on at once.
func (q *quietness) goOnLocked() {
	if q.timer != nil && q.timer.Stop() {
		q.release()
	}
}

// rest has the clock go on after the app was quiet since a move.
func (q *quietness) rest(moves int) {
	q.mu.Lock()
	release := q.release
	if moves == q.moves && q.idleLocked() {
		q.learnt[q.trail.now] = moment{quiet: q.wait}
	}
	q.mu.Unlock()
	release()
}
