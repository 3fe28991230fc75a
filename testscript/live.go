package testscript

import (
	"context"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/trace"
)

// Live is a scenario that runs.
type Live struct {
	Scenario
	// Server is the scenario's simulator. It can be read, but not change anything, after the scenario
	// has ended.
	Server *simulator.Server

	script *script
	world  *world
}

// Elapsed is how far the scenario's clock has advanced.
func (l *Live) Elapsed() time.Duration { return l.world.elapsed() }

// Trace returns what has happened so far.
func (l *Live) Trace() *trace.Trace {
	clean := (&watch{mask: l.world.mask}).clean
	t := l.world.trace(clean)
	t.Name, t.File, t.Outcome = l.Name, l.File, "running"
	t.Virtual, t.Account, t.Failures = l.world.elapsed().String(),
		l.world.account.SID, []trace.Failure{}
	t.Seed = l.world.options.seed()
	marks := l.world.progress.lines()
	t.Lines = (&Result{}).traceLines(string(l.script.archive.Comment), nil, marks, clean)
	for i, m := range marks {
		line := &t.Lines[m.line-1]
		line.Kind = string(Passed)
		if i == len(marks)-1 {
			line.Kind = "running"
		}
	}
	for i := range t.Lines {
		if line := &t.Lines[i]; line.Kind == string(Skipped) && strings.TrimSpace(line.Text) != "" {
			line.Kind = ""
		}
	}
	return t
}

func (r *Runner) begun(l *Live, w *world) {
	l.world, l.Server = w, w.server
	if r.Begun != nil {
		r.Begun(l)
	}
}

// reached notes that a command begins, and waits as long as the pace says.
func (r *Runner) reached(ctx context.Context, l *Live, line int) {
	l.world.progress.add(l.world.mark(line))
	if r.Reached != nil {
		r.Reached(l, line)
	}
	if r.Pace <= 0 {
		return
	}
	timer := time.NewTimer(r.Pace)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
