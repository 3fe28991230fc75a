package library

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/trace"
	"twilsim/testscript"
)

// How many runs are kept, and how many go on at once.
const (
	maxRuns    = 20
	maxRunning = 4
)

// Library is a folder of scenarios and their runs. Set its fields before the first use. It is safe
// for concurrent use.
type Library struct {
	Dir     string             // the folder; it need not exist
	Options testscript.Options // how scenarios are run
	// Refuse says why no scenario can be run: an app that cannot be started, say. "" is no reason.
	Refuse string

	// guards all below but running, and the state of each run
	mu      sync.Mutex
	runs    []*run // oldest first
	count   int    // of all runs
	version int64
	changed chan struct{} // closed at the next change; nil before the first wait
	closed  bool
	running sync.WaitGroup
}

var _ control.Library = (*Library)(nil)

// Close stops all runs and waits until they have ended. No run can be started afterwards.
func (l *Library) Close() {
	l.mu.Lock()
	l.closed = true
	for _, r := range l.runs {
		r.stop()
	}
	l.mu.Unlock()
	l.running.Wait()
}

// changeLocked notes that something has changed, and wakes those who wait for it.
func (l *Library) changeLocked() {
	l.version++
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// Start begins a run. It returns at once; [Library.Runs] tells how the run goes on. The error is a
// [*control.Error]: there is no such scenario, the pace is wrong, no app can be started, or too
// many runs go on.
func (l *Library) Start(in control.NewRun) (*control.Run, error) {
	pace, err := parsePace(in.Pace)
	if err != nil {
		return nil, err
	}
	if l.Refuse != "" {
		return nil, &control.Error{Status: http.StatusConflict, Message: l.Refuse,
			Try: "app: node server.js in twilsim.yaml"}
	}
	scenario, lines, err := l.find(in.Scenario)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, conflict("the simulator stops", "")
	}
	if n := l.runningLocked(); n >= maxRunning {
		return nil, conflict(fmt.Sprintf("%d scenarios are running", n), "wait for one, or stop it")
	}
	l.count++
	r := &run{folder: l, scenario: scenario, pace: pace, state: control.Run{
		ID: fmt.Sprintf("run-%d", l.count), Scenario: scenario.Name, File: scenario.File,
		App: l.Options.AppUnderTest(), State: control.RunRunning, Virtual: "0s", Lines: lines,
	}}
	l.runs = append(l.runs, r)
	l.forgetLocked()
	r.begin()
	l.changeLocked()
	state := r.state
	return &state, nil
}

func (l *Library) runningLocked() int {
	n := 0
	for _, r := range l.runs {
		if r.state.State == control.RunRunning {
			n++
		}
	}
	return n
}

// forgetLocked drops the oldest runs that have ended. Those that run are never dropped, so for a
// while there may be more than maxRuns. With a run its simulator goes, which nothing else refers
// to.
func (l *Library) forgetLocked() {
	for i := 0; i < len(l.runs) && len(l.runs) > maxRuns; {
		if l.runs[i].state.State == control.RunRunning {
			i++
			continue
		}
		l.runs = slices.Delete(l.runs, i, i+1)
	}
}

const maxPace = 10 * time.Second

// parsePace reads a pace. Pace is the real time that a run waits before each command, so that a
// person can follow; "" is none.
func parsePace(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	pace, err := time.ParseDuration(text)
	if err != nil || pace < 0 || pace > maxPace {
		return 0, &control.Error{Status: http.StatusBadRequest,
			Message: fmt.Sprintf("bad pace %q: a time from 0s to %s", text, maxPace), Try: "500ms"}
	}
	return pace, nil
}

// Runs returns the newest runs, after a change since a version. It waits for the change, or until
// ctx ends; after 0 returns at once. Versions begin anew with each server.
func (l *Library) Runs(ctx context.Context, after int64) *control.Runs {
	for {
		l.mu.Lock()
		if after == 0 || l.version > after || ctx.Err() != nil {
			defer l.mu.Unlock()
			list := &control.Runs{Version: l.version, Runs: []control.Run{}}
			for _, r := range slices.Backward(l.runs) {
				list.Runs = append(list.Runs, r.state)
			}
			return list
		}
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// findLocked returns a run by its ID, or the latest.
func (l *Library) findLocked(id string) (*run, error) {
	if id == "latest" && len(l.runs) > 0 {
		return l.runs[len(l.runs)-1], nil
	}
	for _, r := range l.runs {
		if r.state.ID == id {
			return r, nil
		}
	}
	return nil, &control.Error{Status: http.StatusNotFound,
		Message: fmt.Sprintf("there is no run %q: the newest %d are kept", id, maxRuns),
		Try:     "twilsim runs"}
}

// Run returns a run.
func (l *Library) Run(id string) (*control.Run, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, err := l.findLocked(id)
	if err != nil {
		return nil, err
	}
	state := r.state
	return &state, nil
}

// Stop stops a run; one that has ended stays as it is. It waits until the run has ended, without
// the lock, which the run needs for that.
func (l *Library) Stop(id string) (*control.Run, error) {
	l.mu.Lock()
	r, err := l.findLocked(id)
	if err != nil {
		l.mu.Unlock()
		return nil, err
	}
	r.stop()
	l.mu.Unlock()
	<-r.done
	return l.Run(r.state.ID)
}

// Trace returns what happened in a run, as far as it has come. Before the simulator is ready the
// trace is empty and has no nil lists, which JSON would write as null.
func (l *Library) Trace(id string) (*trace.Trace, error) {
	l.mu.Lock()
	r, err := l.findLocked(id)
	if err != nil {
		l.mu.Unlock()
		return nil, err
	}
	done, live, state := r.trace, r.live, r.state
	l.mu.Unlock()
	switch {
	case done != nil:
		return done, nil
	case live != nil:
		return live.Trace(), nil
	}
	return &trace.Trace{Name: state.Scenario, File: state.File, Outcome: string(state.State),
		Reason: state.Reason, Virtual: state.Virtual, Failures: []trace.Failure{}, Lines: []trace.Line{},
		Events: []trace.Event{}, Messages: []trace.Message{}, Webhooks: []trace.Exchange{},
		Requests: []trace.Exchange{}, Alerts: []trace.Alert{}}, nil
}

// Simulator returns the simulator of a run. It is readable before the run has begun its first line
// and after its end, until the run is forgotten.
func (l *Library) Simulator(id string) (http.Handler, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, err := l.findLocked(id)
	if err != nil {
		return nil, err
	}
	if r.live == nil {
		return nil, conflict(cmp.Or(r.state.Reason, "the scenario has not begun"), "")
	}
	return r.live.Server, nil
}

func conflict(message, try string) *control.Error {
	return &control.Error{Status: http.StatusConflict, Message: message, Try: try}
}
