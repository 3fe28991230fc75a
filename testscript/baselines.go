package testscript

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// prepare plays the baseline: twice with the same seed, and once with another. The first two show
// what differs by chance or time, and the third what depends on the seed. The first is played with
// long waits, from which those of all later runs follow. If that goes wrong and the app acts by
// itself, all are played again with the longest waits: a program that has just been started is
// slow.
func (e *explorer) prepare(ctx context.Context) error {
	probes := []time.Duration{probeQuiet, mostQuiet}
	if hint := e.steps.hints.quiet; hint > 0 {
		probes = []time.Duration{hint}
	}
	for i, probe := range probes {
		again, err := e.prepareWith(ctx, probe)
		if err == nil || !again || i+1 == len(probes) {
			return err
		}
	}
	return nil
}

// prepareWith prepares with the wait of the first run. again reports whether another wait may lead
// to another result.
func (e *explorer) prepareWith(ctx context.Context, probe time.Duration) (again bool, err error) {
	e.moments, e.volatile = nil, nil
	baselines, err := e.playBaselines(ctx, probe)
	defer func() {
		for _, r := range baselines {
			r.close()
		}
	}()
	actsAlone := slices.ContainsFunc(baselines, (*played).actsAlone)
	e.alone[""] = actsAlone
	var m *memory
	if err == nil {
		m, err = e.compareBaselines(baselines)
	}
	if err != nil {
		var usage *UsageError
		return actsAlone && errors.As(err, &usage), err
	}
	for _, r := range baselines {
		e.learnCalm(r)
	}
	for _, f := range newVerdict(baselines[0].world, nil, baselines[0].entries).failures {
		m.failures[f.Key()] = true
	}
	e.memory = m
	e.baseline = e.judge(ctx, nil, baselines[0])
	e.baseline.Story = explore.Story{Points: m.points}
	if !e.direct && !e.kept() && !e.noSkip && !actsAlone && e.steps.foreseeable() {
		e.foresight = &foresight{deeds: map[state]deed{}, clean: map[string]bool{}}
		e.foresight.learn(baselines[0].world.director.history, e.baseline)
	}
	return false, nil
}

// playBaselines plays the baselines, each of which must pass. It returns those that were played.
func (e *explorer) playBaselines(ctx context.Context, probe time.Duration) ([]*played, error) {
	e.quiet = probe
	seed := e.options.seed()
	defer func() { e.options.Seed = seed }()
	var baselines []*played
	for i, s := range []uint64{seed, seed, seed + 1} {
		e.options.Seed = s
		r, err := e.play(ctx, e.staging(nil))
		if err != nil {
			return baselines, err
		}
		baselines = append(baselines, r)
		r.world.giveBack()
		err = e.mustPass(r)
		if err != nil && i == 0 {
			err = e.findMoments(ctx, r, err)
		}
		switch {
		case err != nil && i > 0 && e.kept():
			err = e.leaks(err)
		case err != nil && i > 0:
			err = e.unstable(baselines[0], r)
		}
		if err != nil {
			return baselines, err
		}
		if i == 0 {
			e.quiet = e.quietAfter(r)
		}
	}
	return baselines, nil
}

// compareBaselines returns what the first of the baselines was, if the others are the same.
func (e *explorer) compareBaselines(baselines []*played) (*memory, error) {
	m := baselines[0].world.remember(baselines[0].entries, baselines[0].requests)
	m.calls = baselines[0].world.director.calls
	for _, other := range baselines[1:] {
		if err := e.compare(m, baselines[0], other); err != nil {
			if e.kept() {
				err = e.leaks(err)
			}
			return nil, err
		}
	}
	return m, nil
}

// actsAlone reports whether the app made a request that nothing it was answering had caused.
func (r *played) actsAlone() bool {
	q := r.world.director.quiet
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.longest > 0
}

// quietAfter returns how long the app must be quiet, from the longest pause in a baseline.
func (e *explorer) quietAfter(r *played) time.Duration {
	if e.steps.hints.quiet > 0 {
		return e.steps.hints.quiet
	}
	q := r.world.director.quiet
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.longest > 0:
		return min(max(3*q.longest, leastQuiet), mostQuiet)
	case e.direct:
		return 0
	}
	return leastQuiet
}

// findMoments finds the steps that fail when all that is due has happened although the scenario
// passes as it is written. It returns the error of the failure if the scenario does not.
func (e *explorer) findMoments(ctx context.Context, r *played, failure error) error {
	e.asWritten = true
	again, err := e.play(ctx, e.staging(nil))
	e.asWritten = false
	if err != nil {
		return err
	}
	defer again.close()
	if e.mustPass(again) != nil {
		return failure
	}
	// An app that does this or that by chance passes and fails as well.
	settled, err := e.play(ctx, e.staging(nil))
	if err != nil {
		return err
	}
	defer settled.close()
	if !slices.Equal(sortedKeys(settled.failed), sortedKeys(r.failed)) {
		return e.unstable(r, settled)
	}
	e.moments = map[int]bool{}
	for i := range r.failed {
		e.moments[i] = true
	}
	return nil
}

// mustPass returns an error if the scenario fails without any deviation.
func (e *explorer) mustPass(r *played) error {
	var lines []string
	for _, i := range sortedKeys(r.failed) {
		s := e.steps.list[i]
		if e.moments[i] {
			continue
		}
		lines = append(lines, fmt.Sprintf("line %d: %s\n%s", s.line, strings.TrimSpace(s.text),
			strings.TrimRight(r.failed[i], "\n")))
	}
	for _, f := range r.broken {
		lines = append(lines, f.Key()+": "+f.Text)
	}
	if err := r.world.unexpected(); err != nil && e.moments == nil {
		lines = append(lines, err.Error())
	}
	if lines == nil {
		return nil
	}
	return &UsageError{
		Err: fmt.Errorf("%s fails without any deviation, and with all that is due at its end:\n%s",
			e.scenario.File, strings.Join(lines, "\n")),
		Try: "fix the scenario or the app first",
	}
}

// compare finds what differs between two runs of the baseline.
func (e *explorer) compare(m *memory, a, b *played) error {
	if len(a.entries) != len(b.entries) {
		return e.unstable(a, b)
	}
	for i, x := range a.entries {
		y := b.entries[i]
		// SIDs get their names in the order of the whole door, so that each door is compared whole.
		same := aliased(a.world.masked(doorText(a.entries[:i+1]))) ==
			aliased(b.world.masked(doorText(b.entries[:i+1])))
		switch {
		case same:
			continue
		case x.Point == "" || x.Point != y.Point || x.Answer != y.Answer:
			return e.unstable(a, b)
		case !m.volatile[x.Point]:
			m.volatile[x.Point] = true
			e.volatile = append(e.volatile, difference(x, y))
		}
		a.entries[i].detail, b.entries[i].detail = "", ""
		a.entries[i].Text, b.entries[i].Text = x.Point, x.Point
	}
	if len(a.failed) != len(b.failed) ||
		a.world.key(a.entries, m.volatile) != b.world.key(b.entries, m.volatile) {
		return e.unstable(a, b)
	}
	return nil
}

// difference names what differs in an exchange of two runs: text1 answer: "order 17" / "order 4".
func difference(x, y doorEntry) string {
	what, here, there := "request", aliased(x.Text), aliased(y.Text)
	if here == there {
		xs, ys := strings.SplitAfterN(x.detail, "\n", 2), strings.SplitAfterN(y.detail, "\n", 2)
		i := 0
		if xs[0] == ys[0] && len(xs) == 2 && len(ys) == 2 {
			what, i = "answer", 1
		}
		here, there = around(aliased(xs[i]), aliased(ys[i]))
	}
	return fmt.Sprintf("%s %s: %q / %q", x.Point, what, here, there)
}

// around returns where two texts differ, with a few characters on each side.
func around(a, b string) (string, string) {
	const margin, most = 20, 60
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	from = max(0, from-margin)
	cut := func(s string) string {
		end := min(len(s), from+most)
		return strings.ToValidUTF8(strings.TrimSpace(s[min(from, end):end]), "")
	}
	return cut(a), cut(b)
}

func doorText(entries []doorEntry) string {
	var b bytes.Buffer
	for _, e := range entries {
		fmt.Fprintf(&b, "%s %s %s %s\n", e.Point, e.Text, e.Answer, e.detail)
	}
	return b.String()
}

func (e *explorer) unstable(a, b *played) error {
	show := func(r *played) string {
		var text strings.Builder
		for _, l := range lines(r.entries, nil) {
			fmt.Fprintf(&text, "    %s\n", l)
		}
		for _, thing := range r.world.account.Journal.Things(journal.Messages) {
			f := thing.(*messaging.Message).Snapshot()
			fmt.Fprintf(&text, "    %s %s %q  %s\n", f.Direction, f.To, aliased(f.Body), f.Status)
		}
		for _, i := range sortedKeys(r.failed) {
			fmt.Fprintf(&text, "    line %d fails: %s\n", e.steps.list[i].line,
				firstLine(r.failed[i]))
		}
		return text.String()
	}
	return &UsageError{
		Err: fmt.Errorf("%s is not deterministic: two runs without any deviation differ\n"+
			"  one run\n%s  another run\n%s", e.scenario.File, show(a), show(b)),
		Try: tryUnstable,
	}
}

// tryUnstable is the advice for a scenario whose runs differ.
const tryUnstable = "take out what depends on chance or on real time, or give the app more time " +
	"with explore quiet 100ms"
