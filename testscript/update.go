package testscript

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"twilsim/simulator/clock"
)

// runJob runs one scenario and, with Update, rewrites its golden files. Files are written only if
// nothing else is wrong with the scenario.
func (r *Runner) runJob(ctx context.Context, j job, f *follower, c *common) Result {
	if !r.Update {
		return r.runEngine(ctx, j, f, c)
	}
	g, err := newGoldens(j.of, j.script)
	if err != nil {
		return Result{Scenario: j.scenario, Seed: r.seed(), Started: clock.Wall()}.failed(1, err)
	}
	j.goldens = g
	result := r.runEngine(ctx, j, f, c)
	if result.Outcome != Passed || len(g.changed()) == 0 {
		return result
	}
	if result.Updated, err = r.update(ctx, j, c); err != nil {
		return result.failed(g.changed()[0].line, err)
	}
	return result
}

// update writes the golden files of a scenario that has passed, and runs it again with another
// seed. If it then fails, its output differs from run to run, and the old files are restored.
func (r *Runner) update(ctx context.Context, j job, c *common) ([]Update, error) {
	updates, undo, err := j.goldens.write()
	if err != nil {
		return nil, err
	}
	if err := r.verify(ctx, j, c); err != nil {
		return nil, errors.Join(err, undo())
	}
	return updates, nil
}

// verify runs the rewritten scenario with another seed. Another seed gives other SIDs, so a file
// with one of this run fails.
func (r *Runner) verify(ctx context.Context, j job, c *common) error {
	again := *r
	again.Update, again.Seed, again.Journal = false, r.seed()+1, ""
	script, err := readScript(j.of.File)
	if err != nil {
		return err
	}
	if j.scenario != j.of {
		script = script.upTo(len(j.script.phases) - 1)
	}
	j.script, j.goldens = script, nil
	f := &follower{script: script, name: j.scenario.Name, seed: again.Seed, out: io.Discard}
	if result := again.runEngine(ctx, j, f, c); result.Outcome == Failed {
		return fmt.Errorf(
			"the golden files are not rewritten: the scenario would fail with another seed:\n%s",
			result.Failure,
		)
	}
	return nil
}

// failed returns the result changed to a failure in a line.
func (r Result) failed(line int, err error) Result {
	f := Failure{Line: line, Text: plain(err.Error())}
	r.Outcome, r.Line, r.Failure, r.Updated = Failed, f.Line, f.Text, nil
	at := 0
	for i, p := range r.Phases {
		if p.Line <= line {
			at = i
		}
	}
	if len(r.Phases) == 0 {
		r.Phases = []Phase{{Line: line}}
	}
	p := &r.Phases[at]
	p.Outcome, p.Log, p.Failures = Failed, p.Log+f.Text+"\n", append(p.Failures, f)
	r.Log = r.log(0)
	return r
}

// update runs a scenario as a test that rewrites its golden files.
func update(t *testing.T, o Options, s Scenario, c *common) {
	t.Helper()
	script, err := readScript(s.File)
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Options: o}
	f := &follower{script: script, name: s.Name, seed: r.seed(), out: io.Discard}
	result := r.runJob(t.Context(), job{scenario: s, of: s, script: script, file: s.File}, f, c)
	for _, u := range result.Updated {
		t.Logf("updated %s in %s", u.Name, u.File)
	}
	switch result.Outcome {
	case Skipped:
		t.Skip(result.Reason)
	case Failed:
		t.Errorf("%s:%d: %s", s.File, result.Line, result.Failure)
	}
}
