package testscript

import (
	"context"
	"errors"
	"os"
	"strings"

	"twilsim/simulator"
	"twilsim/simulator/clock"
)

// Fixture is a simulator with an app that was started as the command app of a scenario starts it,
// for tools that are not scenarios.
type Fixture struct {
	Server    *simulator.Server
	URL       string // where the app listens
	PublicURL string // what the app believes its URL to be

	world *world
}

// NewFixture starts a simulator and the app of o: a program, a handler or the tutorial's app. Its
// error is a [*StartError] if the app does not start. The fixture ends with ctx, or after
// o.Timeout.
func NewFixture(ctx context.Context, o Options, name string) (*Fixture, error) {
	if o.together() {
		return nil, errors.New("an app that is shared or runs already has no fixture")
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	w, err := newWorld(ctx, o, name, &common{options: o, root: root}, clock.Wall().Add(o.timeout()))
	if err != nil {
		return nil, err
	}
	f := &Fixture{Server: w.server, PublicURL: w.public, world: w}
	if w.dir, err = os.MkdirTemp("", "twilsim-fixture-"); err != nil {
		w.close()
		return nil, err
	}
	if w.app, err = f.start(); err != nil {
		f.Close()
		return nil, &StartError{err.Error()}
	}
	f.URL = w.app.url
	w.serveAt(f.URL)
	return f, nil
}

func (f *Fixture) start() (*process, error) {
	w := f.world
	if w.options.App == nil {
		vars := map[string]string{}
		for _, v := range w.vars() {
			name, value, _ := strings.Cut(v, "=")
			vars[name] = value
		}
		return w.startOwn(func(name string) string { return vars[name] })
	}
	return w.startProgram(program{args: w.options.App, dir: w.common.root, env: w.options.AppEnv,
		path: os.Getenv("PATH"), ready: w.options.AppReady}, w.log)
}

// Close stops the app and the simulator.
func (f *Fixture) Close() {
	f.world.close()
	_ = os.RemoveAll(f.world.dir) // a temporary directory; the system clears the rest
}
