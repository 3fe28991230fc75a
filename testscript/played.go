package testscript

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

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
