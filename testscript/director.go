package testscript

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// director plays a schedule: it names what happens in a run after the points of the baseline, and
// makes those that the schedule names go otherwise. The account calls it as a [messaging.Director],
// from the goroutines of webhooks and of the API. What is above mu is set before the run and does
// not change.
type director struct {
	world    *world
	schedule explore.Schedule
	memory   *memory       // of the baseline; nil while the baseline itself is played
	patience time.Duration // how long an inner request may hold the answer of the outer one up
	kill     func() error  // ends the app and starts it again; nil if that is not possible

	quiet   *quietness
	history *history

	mu       sync.Mutex
	texts    int                        // how many texts the script has sent
	expected []expectedText             // texts that the director itself sends
	ahead    map[int]*messaging.Receipt // what came of texts that were sent before their line
	names    map[string]string          // points by SID
	points   []explore.Point
	creates  []*createRequest
	replies  map[string]int    // how many replies a text has, by its point
	replyTo  map[string]string // replies by the text and their number, of the baseline
	held     map[string][]func()
	later    []func() // what is to happen after the exchange that just ended
	hit      map[string]bool
	seen     map[string]int   // how often a point's webhook was attempted
	broken   map[string]bool  // webhooks whose answer was spoiled, by idempotency token
	planned  []messaging.Text // the script's texts to come, where there is no memory
	stories  []messaging.Text // what the script's texts were
	copies   map[string]bool  // texts that are not the script's, by SID
	stopped  map[string]bool  // pairs of handset and number whose STOP the app has received
	failed   error            // what the director could not do
	requests []scriptRequest  // of the script to the app
	calls    []apiCall        // of the app to the API
	hide     []*regexp.Regexp // what differs from run to run
	cause    string           // the webhook or request that the app received last
}

// newDirector returns a director for one run. The caller sets the world, quiet, kill, patience and
// hide.
func newDirector(schedule explore.Schedule, m *memory) *director {
	return &director{
		schedule: schedule, memory: m, history: newHistory(), ahead: map[int]*messaging.Receipt{},
		names: map[string]string{}, replies: map[string]int{}, replyTo: map[string]string{},
		held: map[string][]func(){},
		hit:  map[string]bool{}, seen: map[string]int{}, broken: map[string]bool{},
		copies: map[string]bool{}, stopped: map[string]bool{},
	}
}

// usual replaces the numbers of this run by those of the scenario, which the director and its
// memory know.
func (d *director) usual(text string) string { return d.world.handsets.usual(text) }

// atLocked returns the schedule's deviation with one of the words at a point, and notes that its
// point occurred. Call it only where the deviation is about to have its effect.
func (d *director) atLocked(point string, whats ...string) (explore.Deviation, bool) {
	deviation, ok := d.schedule.At(point, whats...)
	if ok {
		d.hit[deviation.String()] = true
	}
	return deviation, ok
}

// missed returns the deviations whose points did not occur. A run that has missed some was played
// under another schedule.
func (d *director) missed() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var missed []string
	for _, deviation := range d.schedule {
		if !d.hit[deviation.String()] {
			missed = append(missed, deviation.String())
		}
	}
	return missed
}

func (d *director) countLocked(kind explore.Kind) int {
	n := 0
	for _, p := range d.points {
		if p.Kind == kind {
			n++
		}
	}
	return n
}

// newNameLocked returns the name of a point that the baseline does not have, or, in the baseline,
// of the next one. A name of the baseline is never given to something else, even if what had it
// does not occur.
func (d *director) newNameLocked(kind explore.Kind) string {
	n := d.countLocked(kind)
	if d.memory != nil {
		n = max(n, d.memory.count(kind))
	}
	return fmt.Sprintf("%s%d", kind, n+1)
}

// inside runs f while an answer is held. It returns when f has ended, or when the patience has: an
// app may rightly have the inner request wait for the outer one.
func (d *director) inside(deviation explore.Deviation, f func()) {
	d.note(deviation)
	done := make(chan struct{})
	end := d.world.account.Clock.Begin()
	go func() {
		defer end()
		defer close(done)
		f()
	}()
	await(done, d.patience)
}

func (d *director) note(deviation explore.Deviation) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hit[deviation.String()] = true
}

// repeat sends the webhook of a point again, as it was, with its token. The original of a webhook
// is in the journal once it was answered; until then quietness knows it.
func (d *director) repeat(point string) {
	for _, thing := range d.world.account.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		if x.ReplayOf == "" && d.pointOf(x) == point {
			_, _ = d.world.account.Replay(d.world.ctx, x, // how it ended is in the journal
				messaging.Edit{SameToken: true, Unmarked: true})
			return
		}
	}
	if open, ok := d.quiet.opened(point); ok { // it is not in the journal yet
		_, _ = d.world.account.Make(d.world.ctx, open) // as above
	}
}

// killNow kills the app and starts it again. What the app receives between the beginning and the
// end of that counts as broken; see directedTransport.
func (d *director) killNow(deviation explore.Deviation) {
	d.note(deviation)
	if d.kill == nil {
		return
	}
	d.quiet.killing()
	defer d.quiet.killing()
	d.history.happens("killed")
	if err := d.kill(); err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.failed = fmt.Errorf("the app does not start again after a kill: %w", err)
	}
}

// pointOf returns the point of a webhook.
func (d *director) pointOf(x *journal.Exchange) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pointLocked(string(x.Purpose), x.SID, x.Params().Get("MessageStatus"))
}

// pointLocked returns the point of a webhook. It is "" or only a status for what has no name, such
// as a webhook made by hand.
func (d *director) pointLocked(purpose, sid, status string) string {
	name := d.names[sid]
	if purpose == string(journal.Status) {
		return name + "." + status
	}
	return name
}

// Attempted follows up a request to the app that has ended. Only the first attempt of a point
// counts: what follows are retries.
func (d *director) Attempted(x *journal.Exchange) {
	d.quiet.moved()
	d.noteStop(x)
	d.history.answered(x)
	if x.ReplayOf != "" || x.Purpose == messaging.Custom {
		return // a copy
	}
	point := d.pointOf(x)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[point]++
	if d.seen[point] > 1 {
		return
	}
	if x.Purpose == journal.Status {
		d.points = append(d.points, explore.Point{Name: point, Kind: explore.Callback,
			Handset: d.usual(x.Params().Get("To"))})
	}
	for _, deviation := range d.schedule {
		switch {
		case deviation.Point != point || deviation.In:
		case deviation.What == explore.Again:
			d.hit[deviation.String()] = true
			d.world.account.Clock.After(deviation.Time(), func() { d.repeat(point) })
		case deviation.What == explore.Kill:
			d.laterLocked(func() { d.killNow(deviation) })
		case deviation.What == explore.Same || deviation.What == explore.Stop:
			d.hit[deviation.String()] = true
			d.laterLocked(func() { d.addText(deviation, "") })
		}
	}
	for _, send := range d.held[point] {
		d.laterLocked(send)
	}
	delete(d.held, point)
}

// noteStop notes that the app has received a STOP, or a START.
func (d *director) noteStop(x *journal.Exchange) {
	if x.Purpose != journal.Inbound || x.Status/100 != 2 {
		return
	}
	form := d.usualForm(x.Params())
	d.mu.Lock()
	defer d.mu.Unlock()
	switch pair := form.Get("From") + " " + form.Get("To"); {
	case strings.EqualFold(strings.TrimSpace(form.Get("Body")), "STOP"):
		d.stopped[pair] = true
	case strings.EqualFold(strings.TrimSpace(form.Get("Body")), "START"):
		delete(d.stopped, pair)
	}
}

// laterLocked has f run after the command of the script, or at the next step of the clock.
func (d *director) laterLocked(f func()) {
	d.later = append(d.later, f)
	d.world.account.Clock.At(d.world.account.Clock.Now(), d.catchUp)
}

// catchUp does what was put off, each thing when the app is quiet: whether a request was answered
// by then must not depend on the speed of the machine.
func (d *director) catchUp() {
	for {
		d.mu.Lock()
		none := len(d.later) == 0
		d.mu.Unlock()
		if none {
			return
		}
		d.awaitQuiet()
		d.mu.Lock()
		if len(d.later) == 0 { // another goroutine was here
			d.mu.Unlock()
			return
		}
		f := d.later[0]
		d.later = d.later[1:]
		d.mu.Unlock()
		f()
	}
}

// awaitQuiet waits until the app is quiet, but not for one that hangs.
func (d *director) awaitQuiet() {
	ctx, cancel := context.WithTimeout(d.world.ctx, usualHang)
	defer cancel()
	_ = d.world.account.Clock.AwaitIdle(ctx) // it hangs: the run goes on, and says so
}

// releaseHeld sends webhooks that waited for something that did not come. The order is that of the
// points' names, so that it is the same in each run.
func (d *director) releaseHeld() {
	d.mu.Lock()
	var points []string
	for point := range d.held {
		points = append(points, point)
	}
	slices.Sort(points)
	for _, point := range points {
		for _, send := range d.held[point] {
			d.laterLocked(send)
		}
	}
	clear(d.held)
	d.mu.Unlock()
	d.catchUp()
}
