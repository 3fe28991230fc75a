package explore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Finding is a failure, with the smallest schedule that leads to it. Run is nil, and Text empty, in
// one that was read from JSON.
type Finding struct {
	ID       string `json:"id"` // X and six digits: the same for each seed, shard and machine
	Scenario string `json:"scenario"`
	Key      string `json:"key"`
	Schedule string `json:"schedule"`
	// Always says that it failed each time it was tried; otherwise it failed sometimes.
	Always   bool        `json:"always"`
	From     string      `json:"from"` // the rarest of its deviations: D, C or H
	Fact     string      `json:"fact,omitempty"`
	Sentence string      `json:"sentence"`
	Diverges *Divergence `json:"diverges,omitempty"`
	Try      string      `json:"try,omitempty"`
	Also     []string    `json:"also,omitempty"` // what else fails in the same run
	More     int         `json:"more"`           // how many other schedules end here
	Line     int         `json:"line,omitempty"` // of the scenario
	File     string      `json:"file,omitempty"` // where it was written

	Run *Run `json:"-"`
	// Text is the scenario that fails on its own.
	Text string `json:"-"`
}

// Failure returns what failed. It is nil if the run does not have it.
func (f *Finding) Failure() *Failure {
	failure, ok := f.Run.failure(f.Key)
	if !ok {
		return nil
	}
	return &failure
}

// conclude shrinks the failed runs, groups them and tries each finding again. It works on one
// failed run after the other, so that the first schedule that leads to a finding is the one that is
// shown.
func (t *trial) conclude(ctx context.Context) error {
	byID := map[string]*Finding{}
	for _, run := range t.failed {
		key := run.Failures[0].Key()
		small, err := t.search.shrink(ctx, run, key)
		if err != nil {
			return err
		}
		f := t.search.finding(small, key)
		if same, ok := byID[f.ID]; ok {
			same.More++
			continue
		}
		byID[f.ID] = f
		if err := t.confirm(ctx, f); err != nil {
			return err
		}
	}
	t.report.setAside(t.aside)
	t.report.sort()
	return nil
}

// confirmations is how often a finding is tried again before it is reported.
const confirmations = 3

// confirm tries a finding again, and reports it if it fails again. A failure that does not occur
// each time may be the scenario's own: then the baseline is played many times.
func (t *trial) confirm(ctx context.Context, f *Finding) error {
	runs := make([]*Run, confirmations)
	err := t.search.each(confirmations, func(i int) (err error) {
		runs[i], err = t.search.tryFresh(ctx, f.Run.Schedule)
		return err
	})
	if err != nil {
		return err
	}
	failed := 0
	for _, run := range runs {
		if again, ok := run.failure(f.Key); ok && again.Text != "" {
			failed++
		}
	}
	if failed < confirmations && !f.Run.Schedule.Concurrent() {
		if err := t.steady(ctx, steadyRuns); err != nil {
			return err
		}
	}
	if failed == 0 {
		t.report.NotAgain++
		return nil
	}
	f.Always = failed == confirmations && !f.Run.Schedule.Concurrent()
	t.report.Findings = append(t.report.Findings, f)
	return nil
}

// UnsteadyError says that the story fails now and then without any deviation, so that no failure
// under one means anything.
type UnsteadyError struct {
	Times int // after so many runs that did not fail
	Run   *Run
}

// Error names what failed.
func (e *UnsteadyError) Error() string {
	var what []string
	for _, f := range e.Run.Failures {
		what = append(what, f.Key()+": "+f.Text)
	}
	return fmt.Sprintf("it fails now and then without any deviation, first after %d runs that did "+
		"not:\n  %s", e.Times, strings.Join(what, "\n  "))
}

// steadyRuns is how often the baseline is played once more if a failure did not occur each time. An
// app that fails one time in four passes them all once in three hundred searches.
const steadyRuns = 20

// lastRuns is how often it is played once more at the end of any search: an app that does this or
// that by chance may have passed the first baselines.
const lastRuns = 2

// steady plays the story without any deviation a number of times, and returns an [*UnsteadyError]
// if it fails.
func (t *trial) steady(ctx context.Context, runs int) error {
	if t.looked {
		return nil
	}
	t.looked = runs == steadyRuns
	try := t.search.tryFresh
	if runs == lastRuns && t.report.Again == 0 { // an app that runs share forgets: no need to start it
		try = t.search.try
	}
	played := make([]*Run, runs)
	err := t.search.each(runs, func(i int) (err error) {
		played[i], err = try(ctx, nil)
		return err
	})
	if err != nil {
		return err
	}
	for i, run := range played {
		if len(run.Failures) > 0 {
			return &UnsteadyError{Times: i, Run: run}
		}
	}
	return nil
}

// finding describes a run that fails.
func (s *Search) finding(run *Run, key string) *Finding {
	failure, _ := run.failure(key)
	f := &Finding{
		ID: id(s.Scenario, key, run.Schedule.String()), Scenario: s.Scenario, Key: key,
		Schedule: run.Schedule.String(), Try: failure.Try, Line: failure.Line, Run: run,
	}
	var facts []string
	for _, d := range run.Schedule {
		if from := d.From(); strings.Index("DCH", from) > strings.Index("DCH", f.From) {
			f.From = from
		}
		f.From = cmp.Or(f.From, d.From())
		if fact := d.Fact(); fact != "" && !slices.Contains(facts, fact) {
			facts = append(facts, fact)
		}
	}
	f.Fact = strings.Join(facts, ", ")
	for _, other := range run.Failures {
		if other.Key() != key {
			f.Also = append(f.Also, other.Key()+": "+other.Text)
		}
	}
	var parts []string
	for _, d := range run.Schedule {
		parts = append(parts, d.Sentence())
	}
	if d, ok := diverges(s.Baseline, run); ok {
		f.Diverges = &d
		if d.Here != "" && !strings.Contains(failure.Text, d.Here) {
			parts = append(parts, "there the app did otherwise: "+d.Here)
		}
	}
	f.Sentence = strings.Join(append(parts, failure.Text), "; ")
	return f
}

// id returns X and six hexadecimal digits of what a finding is about.
func id(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return "X" + hex.EncodeToString(sum[:3])
}

// Sentence says what the deviation does, in past tense.
func (d Deviation) Sentence() string {
	message, status, _ := strings.Cut(d.Point, ".")
	thing := "the webhook of " + d.Point
	if status != "" {
		thing = fmt.Sprintf("%s's %s", message, status)
	}
	return d.sentence(thing)
}

func (d Deviation) sentence(thing string) string {
	switch d.What {
	case Twice:
		return thing + " came twice"
	case With:
		if d.Detail == "itself" {
			return thing + " came twice at once"
		}
		return fmt.Sprintf("%s and %s came at once", thing, d.Detail)
	case Again:
		return thing + " came once more after everything else"
	case AgainIn:
		return fmt.Sprintf("%s came once more while the app waited for the answer to %s", thing, d.Detail)
	case Behind:
		return fmt.Sprintf("%s came after %s", thing, cmp.Or(d.Detail, "the callback that follows it"))
	case In:
		return fmt.Sprintf("%s came while the app waited for the answer to %s", thing, d.Detail)
	case Cut:
		return "the connection broke within " + thing
	case Unheard:
		return "the answer to " + thing + " was lost"
	case Early:
		return thing + " came before the message's creation was answered"
	case Last:
		return thing + " came after everything else"
	case Ends:
		return fmt.Sprintf("%s ended as %s", d.Point, d.Detail)
	case Refused:
		return fmt.Sprintf("the API refused %s with %s", d.Point, d.Detail)
	case Busy, Broken:
		return fmt.Sprintf("the API answered %s with %s", d.Point, d.What)
	case Reset:
		return "the connection of " + d.Point + " was reset before anything was done"
	}
	return d.placed(thing)
}

func (d Deviation) placed(thing string) string {
	when := "after " + d.Point
	if d.In {
		when = "during " + d.Point
	}
	switch d.What {
	case Same:
		return "the customer texted the same again " + when
	case Stop:
		return "the customer texted STOP " + when
	case Kill:
		return "the app was killed and started again " + when
	case Lost:
		if kindOf(d.Point) == Create {
			return d.Point + " was carried out, and its answer was lost"
		}
		return thing + " never came"
	}
	return d.String()
}
