package testscript

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

// explorer plays one scenario under schedules, and judges the runs. It plays several schedules at
// once: all but what mu guards, skipped and blame, is set by prepare and then only read, or has a
// lock of its own.
type explorer struct {
	options  Options
	scenario Scenario
	steps    *steps
	root     string
	hang     time.Duration
	direct   bool          // the app is in this process
	quiet    time.Duration // how long the app must be quiet before the clock goes on
	calm     *calm         // what the runs have learnt about that; nil to wait always
	memory   *memory
	baseline *explore.Run
	volatile []string // what differs between two runs of the baseline
	dirs     dirs     // of apps in this process
	copies   *copies  // of an app that runs share; nil if each run has its own
	people   customers
	noSkip   bool // play runs whose result is known, too
	// foresight leaves out runs with a program whose result is known; nil to play all.
	foresight *foresight
	skipped   int // how many were left out
	// asWritten plays the story without what is due after it.
	asWritten bool
	startsApp bool // a line of the scenario starts an app
	// moments are the steps that hold at their place only, not when all that is due has happened: they
	// do not count. nil if there are none.
	moments map[int]bool

	mu    sync.Mutex
	blame map[string]map[int]bool // which lines the blameless apps fail, by schedule
	alone map[string]bool         // under which schedules the app acts by itself
}

// usualHang is how long an app may take to answer a webhook, in real time.
const usualHang = 2 * time.Second

// Limits of the time for which an app must be quiet, in real time.
const (
	leastQuiet = 5 * time.Millisecond
	mostQuiet  = 250 * time.Millisecond
	// leastPatience is how long an inner request may hold the answer of the outer one up at least:
	// only an app that has it wait for its own answer takes so long.
	leastPatience = 250 * time.Millisecond
	probeQuiet    = 50 * time.Millisecond // in the first baseline, to find out
)

// newExplorer compiles a scenario. The error is a [*UsageError] or a [*ScriptError].
func newExplorer(o Options, s Scenario) (*explorer, error) {
	script, err := readScript(s.File)
	if err != nil {
		return nil, err
	}
	if err := script.check(); err != nil {
		return nil, err
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	compiled, err := compile(script, new(runtimes).condition)
	if err != nil {
		return nil, err
	}
	e := &explorer{options: o, scenario: s, steps: compiled, root: root, hang: usualHang,
		blame: map[string]map[int]bool{}, alone: map[string]bool{}}
	if compiled.foreseeable() {
		e.calm = newCalm()
	}
	e.direct = o.Handler != nil || o.App == nil && o.AppURL == "" && !compiled.startsProgram()
	e.people = customersOf(compiled.list)
	e.startsApp = slices.ContainsFunc(compiled.list, func(s storyStep) bool {
		return s.words[0] == "app" || s.words[0] == "answer"
	})
	e.options.Wait = cmp.Or(o.Wait, 100*time.Millisecond)
	if e.direct {
		e.options.Wait = time.Millisecond
	}
	return e, nil
}

// startsProgram reports whether the scenario names its own app.
func (c *steps) startsProgram() bool {
	return slices.ContainsFunc(c.list, func(s storyStep) bool {
		if s.words[0] == "answer" {
			return true
		}
		if s.words[0] != "app" {
			return false
		}
		a, err := parseApp(s.words[1:])
		return err == nil && len(a.command) > 0
	})
}

// played is a run before it is judged.
type played struct {
	world    *world
	stepper  *stepper
	entries  []doorEntry
	failed   map[int]string    // why steps failed, by index
	broken   []explore.Failure // invariants
	requests []scriptRequest
	// asWritten plays the story as a run does: nothing happens that no line asks for.
	asWritten bool
}

// handlerFunc makes the app of a run in this process.
type handlerFunc func(w *world, env AppEnv) (http.Handler, error)

// staging is how a run is played.
type staging struct {
	schedule explore.Schedule
	memory   *memory       // nil for a baseline
	make     handlerFunc   // nil for a program
	quiet    time.Duration // how long the app must be quiet before the clock goes on
	trusts   bool          // no wait where the app is known to be quiet
}

// staging returns how a schedule is played with the app.
func (e *explorer) staging(s explore.Schedule) staging {
	return staging{schedule: s, memory: e.memory, make: e.maker(), quiet: e.quiet}
}

// open makes the world of a run, in a copy of the app or, if that is nil, with an app of its own.
// equip runs before the simulator starts, because the webhook client is made of what it sets.
func (e *explorer) open(ctx context.Context, g staging, one *appCopy) (*world, error) {
	d := newDirector(g.schedule, g.memory)
	d.hide = e.steps.hints.volatile
	d.patience = max(leastPatience, 2*g.quiet)
	c, o, numbers := &common{options: e.options, root: e.root}, e.options, (*handsets)(nil)
	if one != nil {
		c = one.common
		o, numbers = e.optionsIn(one)
	}
	c.equip = func(w *world) {
		w.director, d.world = d, w
		w.kept, w.handsets, w.looksAtLog = one != nil, numbers, e.steps.looksAtLog()
		w.server.Webhooks = &webhook.Client{TotalTimeout: e.hang, ReadTimeout: e.hang, Wrap: w.wrap}
		d.quiet = newQuietness(w, g.quiet, nil)
		if g.quiet > 0 && e.calm != nil {
			d.quiet.calm, d.quiet.trusts = e.calm, g.trusts
		}
		if g.make != nil {
			w.direct = &direct{world: w, dirs: &e.dirs,
				make: func(env AppEnv) (http.Handler, error) { return g.make(w, env) }}
			d.kill = w.direct.kill
		}
	}
	w, err := newWorld(ctx, o, e.scenario.Name, c, clock.Wall().Add(e.options.timeout()))
	if err != nil {
		return nil, err
	}
	w.file = e.scenario.File
	if d.kill == nil {
		d.kill = w.killProgram
	}
	return w, nil
}

// play plays the steps. The caller must close the result.
func (e *explorer) play(ctx context.Context, g staging) (*played, error) {
	if !e.kept() || g.make != nil {
		return e.playWith(ctx, g, nil)
	}
	one, err := e.copies.take(ctx)
	if err != nil {
		return nil, err
	}
	err = e.warm(ctx, one)
	if err != nil {
		e.copies.give(one)
		return nil, err
	}
	r, err := e.playIn(ctx, one, g)
	if err != nil {
		e.copies.give(one)
		return nil, err
	}
	release := r.world.release
	r.world.release = func() {
		release()
		e.copies.give(one)
	}
	return r, nil
}

func (e *explorer) playWith(ctx context.Context, g staging, one *appCopy) (*played, error) {
	w, err := e.open(ctx, g, one)
	if err != nil {
		return nil, err
	}
	r := &played{world: w, stepper: newStepper(w, e.steps), failed: map[int]string{},
		asWritten: e.asWritten}
	if err := r.playSteps(); err != nil {
		r.close()
		return nil, err
	}
	r.entries = w.door()
	r.requests = w.director.requests
	return r, nil
}

// close may be called after giveBack.
func (r *played) close() {
	r.world.close()
	r.stepper.close()
}

// playSteps plays the story to its end: all that is due happens before the lines that only look,
// and lines that wait for something are asked once more at the end.
func (r *played) playSteps() error {
	p, list := r.stepper, r.stepper.steps.list
	var pending []int
	for i := range list {
		if i == p.steps.lastAct+1 && !r.asWritten {
			if err := r.settle(); err != nil {
				return err
			}
		}
		failure := p.run(&list[i])
		if p.stopped {
			return &SkippedError{Line: list[i].line, Text: strings.TrimSpace(list[i].text)}
		}
		r.world.director.catchUp()
		if list[i].words[0] == "app" && failure == "" {
			if err := r.reset(); err != nil {
				return err
			}
		}
		switch {
		case failure == "":
		case list[i].words[0] == "app" && r.world.app == nil:
			return &StartError{failure}
		case list[i].role == grows:
			pending = append(pending, i)
		default:
			r.failed[i] = failure
		}
		if list[i].role == acts {
			r.checkInvariants()
		}
		if err := r.world.ctx.Err(); err != nil {
			return err
		}
	}
	if r.asWritten {
		for _, i := range pending {
			r.failed[i] = "it does not hold as written"
		}
		return nil
	}
	if err := r.settle(); err != nil {
		return err
	}
	r.checkInvariants()
	for _, i := range pending {
		if failure := p.run(&list[i]); failure != "" {
			r.failed[i] = failure
		}
	}
	return nil
}

// reset has a shared app forget earlier runs.
func (r *played) reset() error {
	reset := r.stepper.steps.hints.reset
	if reset == nil || !r.world.options.together() || r.world.direct != nil {
		return nil
	}
	if failure := r.stepper.run(reset); failure != "" {
		return &UsageError{
			Err: fmt.Errorf("%s:%d: %s: %s", r.world.file, reset.line, strings.TrimSpace(reset.text),
				firstLine(failure)),
			Try: "have the app forget everything at that request or command, and succeed",
		}
	}
	return nil
}

// settle lets everything happen that is due.
func (r *played) settle() error {
	d := r.world.director
	d.catchUp()
	d.releaseHeld()
	_, err := r.world.account.Clock.Run(r.world.ctx)
	d.catchUp()
	return err
}

// checkInvariants is K7.
func (r *played) checkInvariants() {
	for i := range r.stepper.steps.hints.invariants {
		s := &r.stepper.steps.hints.invariants[i]
		if failure := r.stepper.run(s); failure != "" {
			r.broken = append(r.broken, explore.Failure{Check: "K7", Place: fmt.Sprintf("line %d", s.line),
				Line: s.line, Text: strings.TrimSpace(s.text) + ": " + firstLine(failure)})
		}
	}
}

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

// maker returns what makes the app of a run in this process, nil for a program.
func (e *explorer) maker() handlerFunc {
	if !e.direct {
		return nil
	}
	return (*world).newHandler
}

// Play plays the scenario under a schedule and judges the run.
func (e *explorer) Play(ctx context.Context, s explore.Schedule) (*explore.Run, error) {
	if run, ok := e.foresee(ctx, s); ok {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.skipped++
		return run, nil
	}
	g := e.staging(s)
	g.trusts = true
	return e.playAndJudge(ctx, g, func(g staging) (*played, error) { return e.play(ctx, g) })
}

// playAndJudge plays a run and judges it. play may be called more than once.
func (e *explorer) playAndJudge(ctx context.Context, g staging,
	play func(staging) (*played, error)) (*explore.Run, error) {
	s := g.schedule
	r, err := e.playQuiet(g, play)
	if err != nil {
		return nil, fmt.Errorf("under %s: %w", s, err)
	}
	defer r.close()
	if r.actsAlone() {
		e.mu.Lock()
		e.alone[s.String()] = true
		e.mu.Unlock()
	}
	run := e.judge(ctx, s, r)
	if e.foresight != nil && !s.Concurrent() {
		e.foresight.learn(r.world.director.history, run)
	}
	return run, nil
}

// playQuiet plays a schedule, and once more with longer waits if the app acts by itself later than
// was expected.
func (e *explorer) playQuiet(g staging, play func(staging) (*played, error)) (*played, error) {
	for {
		r, err := play(g)
		if err != nil {
			return nil, err
		}
		longer, ok := e.longer(r, g)
		if !ok {
			e.learnCalm(r)
			return r, nil
		}
		r.close()
		g = longer
	}
}

// longer returns with which waits a run must be played again, and whether it must: what the app did
// by itself came close to the end of a wait, or may have come after one that was left out.
func (e *explorer) longer(r *played, g staging) (staging, bool) {
	q := r.world.director.quiet
	q.mu.Lock()
	defer q.mu.Unlock()
	close := q.longest > g.quiet/2 && g.quiet < mostQuiet && e.steps.hints.quiet == 0
	if g.quiet == 0 || !close && !q.late {
		return g, false
	}
	g.trusts = false
	if close {
		g.quiet = min(3*q.longest, mostQuiet)
	}
	return g, true
}

// learnCalm learns when the app of a run was quiet, unless it has ended.
func (e *explorer) learnCalm(r *played) {
	if e.calm == nil || r.world.lostApp() {
		return
	}
	q := r.world.director.quiet
	q.mu.Lock()
	defer q.mu.Unlock()
	e.calm.learn(q.learnt)
}

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

// close ends the search.
func (e *explorer) close() {
	e.dirs.close()
	if e.kept() {
		e.copies.close()
	}
}

func sortedKeys(m map[int]string) []int {
	var keys []int
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
