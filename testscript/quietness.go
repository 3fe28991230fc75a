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
// quiet for a while.
type quietness struct {
	clock *clock.Clock
	wait  time.Duration // real time; 0 for an app that acts only while it answers

	mu       sync.Mutex
	exchange int                       // how many webhooks are open
	open     map[string]messaging.Made // the open ones, by point
	kills    int                       // how often a kill of the app has begun or ended
	ended    time.Time                 // when the last one was answered
	longest  time.Duration             // the longest time from an answer to a request of the app
	release  func()                    // ends the work that the clock waits for; nil for none
	timer    *time.Timer
}

func newQuietness(c *clock.Clock, wait time.Duration) *quietness {
	return &quietness{clock: c, wait: wait, open: map[string]messaging.Made{}}
}

// begin notes that a webhook leaves, and returns what end returns if the app is not killed
// meanwhile.
func (q *quietness) begin(point string, r *webhook.Request) (kills int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.exchange++
	q.open[point] = messaging.Made{Method: r.Method, URL: signature.SignedURL(r.URL), Params: r.Params,
		ContentType: r.ContentType, Idempotency: r.Idempotency}
	return q.kills
}

// killing notes that a kill of the app begins or ends.
func (q *quietness) killing() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.kills++
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
	q.exchange--
	delete(q.open, point)
	q.ended = clock.Wall()
	kills = q.kills
	q.mu.Unlock()
	q.moved()
	return kills
}

// requested notes that the app makes a request.
func (q *quietness) requested() {
	q.mu.Lock()
	if q.exchange == 0 && !q.ended.IsZero() {
		q.longest = max(q.longest, clock.Wall().Sub(q.ended))
	}
	q.mu.Unlock()
	q.moved()
}

// moved notes that something passed, and keeps the clock waiting from now on.
func (q *quietness) moved() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.wait == 0 {
		return
	}
	if q.timer != nil && q.timer.Stop() {
		q.timer.Reset(q.wait)
		return
	}
	q.release = q.clock.Begin()
	q.timer = time.AfterFunc(q.wait, q.release)
}
