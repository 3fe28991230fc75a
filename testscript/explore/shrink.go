package explore

import (
	"context"
	"slices"

	"twilsim/simulator/clock"
)

// shrink looks for a smaller schedule under which the same check fails at the same place: with
// fewer deviations, milder ones, and shorter times. It takes the first that is found and goes on
// from there: the result is minimal in the sense that no single step makes it smaller. To find the
// smallest of all would need every subset, and each try plays the whole scenario.
func (s *Search) shrink(ctx context.Context, run *Run, key string) (*Run, error) {
	for {
		smaller, err := s.smaller(ctx, run, key)
		if err != nil {
			return nil, err
		}
		if smaller == nil {
			return run, nil
		}
		run = smaller
	}
}

// smaller returns the run of the first smaller schedule that fails in the same way; nil for none.
func (s *Search) smaller(ctx context.Context, run *Run, key string) (*Run, error) {
	for _, schedule := range run.Schedule.reductions() {
		again, ok := s.known[schedule.String()]
		if !ok {
			var err error
			if again, err = s.try(ctx, schedule); err != nil {
				return nil, err
			}
			s.known[schedule.String()] = again
		}
		if _, ok := again.failure(key); ok {
			return again, nil
		}
	}
	return nil, nil
}

// reductions returns the schedules that are one step smaller, the smallest first.
func (s Schedule) reductions() []Schedule {
	var all []Schedule
	if len(s) > 1 {
		for i := range s {
			all = append(all, s.without(i))
		}
	}
	for i, d := range s {
		for _, milder := range d.milder() {
			all = append(all, s.with(i, milder))
		}
	}
	return all
}

// milder returns deviations of the same point that change less, the mildest first. What is milder
// is what a reader understands with less thought and what happens to real apps more often: an
// exchanged pair before one that comes much later, a repetition before a concurrent one, a kill
// between two requests before one within.
func (d Deviation) milder() []Deviation {
	instead := func(what, detail string) Deviation {
		return Deviation{Point: d.Point, What: what, Detail: detail}
	}
	switch {
	case d.What == Last && d.Detail == "":
		return []Deviation{instead(Behind, ""), instead(Last, "1s"), instead(Last, "5s"),
			instead(Last, "1m")}
	case d.What == Last:
		return slices.Insert(shorter(d), 0, instead(Behind, ""))
	case d.What == Again && d.Detail == "":
		return []Deviation{instead(Twice, ""), instead(Again, "1s"), instead(Again, "5s"),
			instead(Again, "1m")}
	case d.What == Again:
		return slices.Insert(shorter(d), 0, instead(Twice, ""))
	case d.What == With && d.Detail == "itself", d.What == AgainIn:
		return []Deviation{instead(Twice, "")}
	case d.What == Kill && d.In:
		return []Deviation{{Point: d.Point, What: Kill}}
	case (d.What == Same || d.What == Stop) && d.In:
		return []Deviation{{Point: d.Point, What: d.What}}
	case d.What == Lost && kindOf(d.Point) == Create:
		return []Deviation{instead(Reset, "")}
	}
	return nil
}

// shorter returns the deviation with the usual times below its own.
func shorter(d Deviation) []Deviation {
	var all []Deviation
	for _, text := range []string{"1s", "5s", "1m"} {
		if t, _ := clock.ParseDuration(text); t < d.Time() {
			all = append(all, Deviation{Point: d.Point, What: d.What, Detail: text})
		}
	}
	return all
}
