package testscript

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"twilsim/testscript/explore"
)

// judge returns what a run shows. It needs the run's world, which must not be closed yet.
func (e *explorer) judge(ctx context.Context, s explore.Schedule, r *played) *explore.Run {
	w := r.world
	run := &explore.Run{
		Schedule: s, Door: w.key(r.entries, e.memory.volatile),
		Lines:  lines(r.entries, e.memory.volatile),
		Missed: w.director.missed(),
	}
	text, _ := w.log.read()
	run.Log = w.handsets.usual(text)
	run.Appeared = e.appeared(w.director)
	v := newVerdict(w, e.memory, r.entries)
	run.Failures = append(v.failures, r.broken...)
	for _, i := range sortedKeys(r.failed) {
		step := e.steps.list[i]
		if e.moments[i] {
			continue
		}
		run.Failed = append(run.Failed, step.line)
		switch e.counts(ctx, s, i) {
		case aside:
			run.Aside = append(run.Aside, step.line)
		case failure:
			run.Failures = append(run.Failures, explore.Failure{
				Check: "K8", Place: fmt.Sprintf("line %d", step.line), Line: step.line,
				Text: strings.TrimSpace(step.text) + ": " +
					aliased(w.handsets.usual(firstLine(r.failed[i]))),
			})
		}
	}
	return run
}

// appeared returns the points that the baseline does not have.
func (e *explorer) appeared(d *director) []explore.Point {
	d.mu.Lock()
	defer d.mu.Unlock()
	var fresh []explore.Point
	for _, p := range d.points {
		known := slices.ContainsFunc(e.memory.points,
			func(o explore.Point) bool { return o.Name == p.Name })
		if !known && !strings.Contains(p.Name, "+") {
			fresh = append(fresh, p)
		}
	}
	return fresh
}

// weight is how much the failure of a line counts.
type weight uint8

const (
	nothing weight = iota // the line looks at a moment that the deviation may have moved
	aside                 // the deviation, not the app, is to blame
	failure
)

// counts reports whether the failure of the i-th step counts under a schedule.
func (e *explorer) counts(ctx context.Context, s explore.Schedule, i int) weight {
	step := e.steps.list[i]
	switch {
	case step.always:
		return failure
	case step.role != grows && i < e.steps.lastAct && !(step.role == acts && step.app):
		return nothing
	case step.app:
		if slices.ContainsFunc(s, func(d explore.Deviation) bool {
			return d.Info() != explore.Keeps || movesTexts(d)
		}) {
			return aside
		}
		return failure
	case (aboutBody(step) || step.role == reads) && slices.ContainsFunc(s, movesTexts):
		// an app may rightly answer one more text, and K4 looks for copies
		return aside
	}
	if e.blames(ctx, s)[i] {
		return aside
	}
	return failure
}

// aboutBody reports whether a line looks at the content of a text, in which a number may rightly be
// another after one more text or another order of texts.
func aboutBody(s storyStep) bool {
	return slices.ContainsFunc(s.words, func(word string) bool {
		name, _, ok := strings.Cut(word, "=")
		return ok && strings.EqualFold(strings.TrimSuffix(name, "!"), "body")
	})
}

// movesTexts reports whether a deviation adds a text or changes the order of texts.
func movesTexts(d explore.Deviation) bool {
	return d.Info() == explore.Adds || d.What == explore.In ||
		d.What == explore.Behind && strings.HasPrefix(d.Detail, "text")
}

// blames returns which steps at least one blameless app fails under a schedule. They are played
// once for each schedule. Two goroutines may play the same; the results are equal.
func (e *explorer) blames(ctx context.Context, s explore.Schedule) map[int]bool {
	e.mu.Lock()
	known, ok := e.blame[s.String()]
	e.mu.Unlock()
	if ok {
		return known
	}
	failed := map[int]bool{}
	kinds := []blameless{{}, {retries: true}}
	if slices.ContainsFunc(s, func(d explore.Deviation) bool { return d.What == explore.Stop }) {
		kinds = append(kinds, blameless{talks: true})
	}
	for i := range kinds {
		for _, step := range e.playBlameless(ctx, s, &kinds[i]) {
			failed[step] = true
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.blame[s.String()] = failed
	return failed
}

// playBlameless returns which steps a blameless app fails under a schedule; all if it cannot be
// played.
func (e *explorer) playBlameless(ctx context.Context, s explore.Schedule, kind *blameless) []int {
	r, err := e.withoutQuiet().play(ctx, staging{schedule: s, memory: e.memory,
		make: func(w *world, env AppEnv) (http.Handler, error) {
			kind.memory, kind.director, kind.client = e.memory, w.director, env.HTTPClient
			kind.seen = map[string]int{}
			return kind, nil
		}})
	if err != nil {
		all := make([]int, len(e.steps.list))
		for i := range all {
			all[i] = i
		}
		return all
	}
	defer r.close()
	return sortedKeys(r.failed)
}

// withoutQuiet returns the explorer for an app that acts only while it answers.
func (e *explorer) withoutQuiet() *explorer {
	quick := &explorer{options: e.options, scenario: e.scenario, steps: e.steps, root: e.root,
		hang: e.hang, direct: true, memory: e.memory}
	quick.options.Wait, quick.options.Handler = time.Millisecond, nil // it needs no directory
	return quick
}
func sortedKeys(m map[int]string) []int {
	var keys []int
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
