package explore

import (
	"cmp"
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/clock"
)

// Search looks for schedules under which an app fails. Set its fields before Do. Do may be called
// again, but not twice at once.
type Search struct {
	Player Player
	// Baseline is the run without deviations, which must not have a failure.
	Baseline *Run
	// Scenario is its name, for reports and IDs.
	Scenario string
	Limits   Limits
	// Depth is how many deviations a schedule has: 1, 2, or 3 for samples of 3 to 5 as well; 0
	// means 2.
	Depth int
	// Budget is how many schedules are played at most, without those of shrinking; 0 means all
	// singles and pairs, at most 2,000. Time ends the search too, if it is not 0: what was played by
	// then depends on the machine.
	Budget int
	Time   time.Duration
	Seed   uint64 // of the samples; 0 means 1
	// Parallel is how many runs are played at once; 0 means 1.
	Parallel int
	FailFast bool // end with the first finding
	// Shard and Shards divide pairs and samples among machines: of Shards parts this is the
	// Shard-th, from 1. Each plays all single deviations.
	Shard, Shards int
	// Progress is called now and then; calls do not overlap. It may be nil.
	Progress func(Progress)

	mu     sync.Mutex
	played int // runs so far, with those of shrinking
	// only conclude uses it
	known map[string]*Run // runs that shrinking has played, by schedule
	slots chan struct{}   // limits how many runs are played at once
}

// Progress is how far a search is.
type Progress struct {
	Done, All, Equal, Masked, Findings int
	Elapsed                            time.Duration
}

// usualBudget is how many schedules are played if no budget is given.
const usualBudget = 2000

// How often a schedule with two requests in flight together is played before it counts as passed: a
// race that loses in a fifth of its runs is missed by 20 in fewer than one search of 100. Pairs
// have fewer, because there are many.
const (
	repeatsSingle = 20
	repeatsPair   = 3
)

// Do searches. The error is that of the player, or that of ctx.
func (s *Search) Do(ctx context.Context) (*Report, error) {
	s.known = map[string]*Run{}
	s.slots = make(chan struct{}, max(s.Parallel, 1))
	r := &Report{Scenario: s.Scenario, Seed: cmp.Or(s.Seed, 1), Depth: cmp.Or(s.Depth, 2)}
	t := &trial{search: s, report: r, story: s.Baseline.Story, started: clock.Wall(),
		doors: map[string]bool{s.Baseline.Door: true}, aside: map[int]int{}}
	t.all = Space(t.story, s.Limits)
	r.Singles, r.Pairs = Count(t.all, 1), Count(t.all, 2)
	if !s.Limits.Kill {
		r.NotTried = append(r.NotTried, "kill (--kill)")
	}
	t.budget = s.Budget
	if t.budget == 0 {
		t.budget = usualBudget
	}
	for _, stage := range []func(context.Context) error{t.singles, t.pairs, t.samples} {
		if t.over() {
			break
		}
		if err := stage(ctx); err != nil {
			return nil, err
		}
	}
	if err := t.conclude(ctx); err != nil {
		return nil, err
	}
	if err := t.steady(ctx, lastRuns); err != nil {
		return nil, err
	}
	r.Played = s.played
	return r, nil
}

// trial is the state of one Do. One goroutine uses it; only the runs themselves are played by
// others.
type trial struct {
	search  *Search
	report  *Report
	story   Story
	all     []Deviation
	budget  int // schedules that may still be played
	planned int // schedules of the stages so far
	started time.Time
	doors   map[string]bool
	aside   map[int]int
	failed  []*Run          // runs that failed, in the order of their schedules
	failing map[string]bool // single deviations that failed alone
	active  map[string]bool // single deviations under which the app acted otherwise
	looked  bool            // whether the story was played again without deviations; see steady
	fresh   []Schedule      // pairs of a single and a deviation at a point that it brought about
}

// over reports whether the search ends here.
func (t *trial) over() bool {
	s := t.search
	timeout := s.Time > 0 && clock.Wall().Sub(t.started) > s.Time
	if timeout {
		t.report.TimeOver = true
	}
	return t.budget <= 0 || timeout || s.FailFast && len(t.failed) > 0
}

// singles plays each deviation alone. What it learns chooses the pairs.
func (t *trial) singles(ctx context.Context) error {
	t.failing, t.active = map[string]bool{}, map[string]bool{}
	var list []Schedule
	for _, d := range t.all {
		list = append(list, Schedule{d})
	}
	usual := t.search.Baseline.answers()
	return t.play(ctx, list, func(run *Run) {
		d := run.Schedule[0]
		t.failing[d.String()] = len(run.Failures) > 0
		concurrent := run.Schedule.Concurrent() // what shows up then may not show up next time
		t.active[d.String()] = concurrent || run.answers() != usual
		if concurrent || len(run.Failures) > 0 {
			return
		}
		more := Story{Points: slices.Concat(t.story.Points, run.Appeared)}
		for _, other := range Space(more, t.search.Limits) {
			isNew := slices.ContainsFunc(run.Appeared,
				func(p Point) bool { return p.Name == other.Point })
			if pair, ok := more.schedule(d, other); ok && isNew {
				t.fresh = append(t.fresh, pair)
			}
		}
	})
}

// pairs plays two deviations together: those on one message or handset first, then those that
// changed what the app does, then the rest. Those with a deviation that fails alone are left out.
func (t *trial) pairs(ctx context.Context) error {
	if t.report.Depth < 2 {
		return nil
	}
	list := t.fresh
	t.report.ShowedUp = len(t.fresh)
	for i, a := range t.all {
		for _, b := range t.all[i+1:] {
			pair, ok := t.story.schedule(a, b)
			switch {
			case !ok:
			case t.failing[a.String()] || t.failing[b.String()]:
				t.report.Masked++
			default:
				list = append(list, pair)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Schedule) int { return t.rank(a) - t.rank(b) })
	return t.play(ctx, t.mine(list), func(*Run) {})
}

func (t *trial) rank(pair Schedule) int {
	switch {
	case t.neighbours(pair[0], pair[1]):
		return 0
	case t.active[pair[0].String()] && t.active[pair[1].String()]:
		return 1
	}
	return 2
}

// neighbours reports whether two deviations are about one message or one handset.
func (t *trial) neighbours(a, b Deviation) bool {
	pa, _ := t.story.Point(a.Point)
	pb, _ := t.story.Point(b.Point)
	return pa.Message() == pb.Message() || pa.Handset != "" && pa.Handset == pb.Handset
}

// mine returns the part of the list that belongs to the shard. Only what the budget allows all
// shards together is divided, so that several machines play what one would.
func (t *trial) mine(list []Schedule) []Schedule {
	s := t.search
	if s.Shards <= 1 {
		return list
	}
	if len(list) > t.budget {
		t.report.Left += len(list) - t.budget
		list = list[:t.budget]
	}
	t.budget -= len(list)
	var mine []Schedule
	for _, schedule := range list {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(schedule.String())) // never fails
		if int(hash.Sum32()%uint32(s.Shards))+1 == s.Shard {
			mine = append(mine, schedule)
		}
	}
	t.budget += len(mine)
	return mine
}

// samples plays random schedules of three to five deviations, half of them of three, until the
// budget is used up.
func (t *trial) samples(ctx context.Context) error {
	if t.report.Depth < 3 || len(t.all) < 3 {
		return nil
	}
	random := rand.New(rand.NewPCG(t.report.Seed, 16))
	seen := map[string]bool{}
	var usable []Deviation
	for _, d := range t.all {
		if !t.failing[d.String()] {
			usable = append(usable, d)
		}
	}
	var list []Schedule
	for tries := 0; len(list) < t.budget && tries < 20*t.budget; tries++ {
		schedule, ok := t.sample(random, usable)
		if ok && !seen[schedule.String()] {
			seen[schedule.String()] = true
			list = append(list, schedule)
		}
	}
	t.report.Samples = len(list)
	return t.play(ctx, t.mine(list), func(*Run) {})
}

// sample chooses deviations: the first at random, each further one four times as likely from the
// neighbours of the first as from the others.
func (t *trial) sample(random *rand.Rand, from []Deviation) (Schedule, bool) {
	n := 3
	if random.IntN(2) == 1 {
		n += 1 + random.IntN(2)
	}
	if len(from) < n {
		return nil, false
	}
	first := from[random.IntN(len(from))]
	chosen := []Deviation{first}
	for tries := 0; len(chosen) < n && tries < 50; tries++ {
		d := from[random.IntN(len(from))]
		if !t.neighbours(first, d) && random.IntN(4) != 0 {
			continue
		}
		if _, ok := t.story.schedule(append(slices.Clone(chosen), d)...); ok {
			chosen = append(chosen, d)
		}
	}
	schedule, ok := t.story.schedule(chosen...)
	return schedule, ok && len(chosen) == n
}

// play plays schedules in their order, as far as the budget allows, and calls use with each run.
func (t *trial) play(ctx context.Context, list []Schedule, use func(*Run)) error {
	if len(list) > t.budget {
		t.report.Left += len(list) - t.budget
		list = list[:t.budget]
	}
	t.planned += len(list)
	batch := max(len(list), 1)
	keeper, kept := t.search.Player.(Keeper)
	if kept && keeper.Batch() > 0 {
		batch = keeper.Batch()
	}
	for part := range slices.Chunk(list, batch) {
		if t.over() {
			t.report.Left += len(part)
			continue
		}
		if !kept || keeper.Batch() == 0 {
			if err := t.playAll(ctx, part, func(run *Run) { t.take(run, use) }); err != nil {
				return err
			}
			continue
		}
		runs, err := t.playBatch(ctx, keeper, part)
		if err != nil {
			return err
		}
		for _, run := range runs {
			t.take(run, use)
		}
	}
	return nil
}

// playBatch plays schedules with apps that runs share, and if they have changed the apps, each
// again with a fresh one.
func (t *trial) playBatch(ctx context.Context, keeper Keeper, list []Schedule) ([]*Run, error) {
	var runs []*Run
	if err := t.playAll(ctx, list, func(run *Run) { runs = append(runs, run) }); err != nil {
		return nil, err
	}
	good, err := keeper.Check(ctx)
	if err != nil || good {
		return runs, err
	}
	t.report.Again += len(runs)
	err = t.search.each(len(runs), func(i int) (err error) {
		runs[i], err = t.search.tryWith(ctx, list[i], keeper.PlayFresh)
		return err
	})
	return runs, err
}

// each calls do with 0 to n-1, several at once, and returns the error of the first that has one.
func (s *Search) each(n int, do func(i int) error) error {
	errs := make([]error, n)
	var group sync.WaitGroup
	slots := make(chan struct{}, max(s.Parallel, 1))
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = do(i)
		})
	}
	group.Wait()
	return cmp.Or(errs...)
}

// playAll plays schedules, several at once, and calls use with the runs in the order of the
// schedules. After the end of the search, runs that were begun are cancelled and forgotten.
func (t *trial) playAll(ctx context.Context, list []Schedule, use func(*Run)) error {
	s := t.search
	results := make([]chan result, len(list))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, max(s.Parallel, 1))
	for i := range results {
		results[i] = make(chan result, 1)
	}
	go func() {
		for i, schedule := range list {
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			go func() {
				defer func() { <-slots }()
				run, err := s.try(ctx, schedule)
				results[i] <- result{run, err}
			}()
		}
	}()
	for i := range list {
		if t.over() {
			t.report.Left += len(list) - i
			break
		}
		got := <-results[i]
		if got.err != nil {
			return got.err
		}
		use(got.run)
	}
	return nil
}

type result struct {
	run *Run
	err error
}

// take counts a run. One with requests in flight together may be another next time, so that it is
// never counted as equal, nor are others as equal to it.
func (t *trial) take(run *Run, use func(*Run)) {
	defer t.progress()
	defer use(run)
	t.budget--
	concurrent := run.Schedule.Concurrent()
	if t.doors[run.Door] && !concurrent {
		t.report.Equal++
	} else {
		t.report.Run++
	}
	if !concurrent {
		t.doors[run.Door] = true
		for _, line := range run.Aside {
			t.aside[line]++
		}
	}
	if len(run.Failures) > 0 {
		t.failed = append(t.failed, run)
	}
}

func (t *trial) progress() {
	if t.search.Progress == nil {
		return
	}
	t.search.Progress(Progress{
		Done: t.report.Run + t.report.Equal, All: t.planned, Equal: t.report.Equal,
		Masked: t.report.Masked, Findings: len(t.failed), Elapsed: clock.Wall().Sub(t.started),
	})
}

// tryFresh is try with an app that no other run has changed.
func (s *Search) tryFresh(ctx context.Context, schedule Schedule) (*Run, error) {
	keeper, ok := s.Player.(Keeper)
	if !ok {
		return s.try(ctx, schedule)
	}
	return s.tryWith(ctx, schedule, keeper.PlayFresh)
}

// try plays a schedule, and one with requests in flight together repeatedly, until it fails.
func (s *Search) try(ctx context.Context, schedule Schedule) (*Run, error) {
	return s.tryWith(ctx, schedule, s.Player.Play)
}

// tryWith returns the first run that failed, by its number and not by the clock, so that it is the
// same whatever the machine.
func (s *Search) tryWith(ctx context.Context, schedule Schedule,
	play func(context.Context, Schedule) (*Run, error)) (*Run, error) {
	times := 1
	if schedule.Concurrent() {
		times = repeatsSingle
		if len(schedule) > 1 {
			times = repeatsPair
		}
	}
	runs := make([]*Run, times)
	first := times // the number of the first that failed
	err := s.each(times, func(i int) error {
		s.slots <- struct{}{}
		defer func() { <-s.slots }()
		s.mu.Lock()
		over := first < i
		s.mu.Unlock()
		if over {
			return nil
		}
		run, err := play(ctx, schedule)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.played++
		if runs[i] = run; err == nil && len(run.Failures) > 0 {
			first = min(first, i)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return runs[min(first, times-1)], nil
}

// Concurrent reports whether the schedule has two requests in flight together, so that the app
// decides what happens first.
func (s Schedule) Concurrent() bool {
	return slices.ContainsFunc(s, func(d Deviation) bool {
		return d.What == With || d.What == Same && d.In && strings.HasPrefix(d.Point, "text")
	})
}
