package library

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/trace"
	"twilsim/testscript"
)

// run is one run of a scenario. The lock of the library guards what is below scenario and pace.
// stop and done are set before the run can be found, and do not change.
type run struct {
	folder   *Library
	scenario testscript.Scenario
	pace     time.Duration
	stop     context.CancelFunc
	done     chan struct{} // closed when it has ended

	state control.Run
	live  *testscript.Live // nil before its simulator is ready
	trace *trace.Trace     // nil while it runs
}

// pacedTimeout is how long a scenario may take that waits before its commands.
const pacedTimeout = 10 * time.Minute

// begin starts the run. The caller holds the lock. The context does not belong to the request that
// started the run, which ends sooner.
func (r *run) begin() {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop, r.done = cancel, make(chan struct{})
	r.state.Started = clock.Wall().UTC()
	runner := &testscript.Runner{Options: r.folder.Options, Pace: r.pace, TraceAll: true,
		Begun: r.begun, Reached: r.reached}
	if r.pace > 0 {
		runner.Timeout = pacedTimeout
	}
	r.folder.running.Go(func() {
		defer cancel()
		defer close(r.done)
		var last *testscript.Result
		_, err := runner.Do(ctx, []testscript.Scenario{r.scenario},
			func(result testscript.Result) { last = &result })
		r.end(last, err)
	})
}

// begun makes the simulator of the run readable. The runner calls it when the simulator is ready,
// before the first command.
func (r *run) begun(live *testscript.Live) {
	r.folder.mu.Lock()
	defer r.folder.mu.Unlock()
	r.live, r.state.Account, r.state.Watchable = live, live.Server.Account().SID, true
	r.folder.changeLocked()
}

// reached notes how far the run is. The runner calls it before each command. Elapsed asks the
// clock, so it is called without the library's lock.
func (r *run) reached(live *testscript.Live, line int) {
	now := live.Elapsed().String()
	r.folder.mu.Lock()
	defer r.folder.mu.Unlock()
	r.state.Line, r.state.Virtual = line, now
	r.folder.changeLocked()
}

// end notes the result; none if the run was stopped or could not begin.
func (r *run) end(result *testscript.Result, err error) {
	r.folder.mu.Lock()
	defer r.folder.mu.Unlock()
	defer r.folder.changeLocked()
	s := &r.state
	s.Milliseconds = max(1, clock.Wall().Sub(s.Started).Milliseconds())
	if result == nil {
		s.State, s.Reason = control.RunStopped, "it was stopped"
		if err != nil && !errors.Is(err, context.Canceled) {
			s.State, s.Reason = control.RunBroken, err.Error()
		}
		if r.live != nil {
			r.trace = r.live.Trace()
			r.trace.Outcome, r.trace.Reason = string(s.State), s.Reason
		}
		return
	}
	s.State, s.Virtual = control.RunState(result.Outcome), result.Virtual.String()
	s.Milliseconds = max(1, result.Time.Milliseconds())
	first, _, _ := strings.Cut(result.Failure, "\n")
	s.Reason = cmp.Or(result.Reason, first)
	s.Line = result.Line
	r.trace = result.TraceData()
}
