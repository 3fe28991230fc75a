package testscript

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/app"
	"twilsim/simulator"
)

// cmdApp starts the app under test and points the default number's webhook at it.
//
//	app [-intercept] [-url PATH] [CMD ARG…]
func cmdApp(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg, "app")
	w := of(ts)
	path, proxied := "/sms", false
	if len(args) >= 1 && args[0] == "-intercept" {
		proxied, args = true, args[1:]
	}
	if len(args) >= 2 && args[0] == "-url" {
		path, args = args[1], args[2:]
	}
	if !strings.HasPrefix(path, "/") || len(args) > 0 && strings.HasPrefix(args[0], "-") {
		usage(ts, "app [-intercept] [-url PATH] [CMD ARG…]")
	}
	if w.app != nil {
		ts.Fatalf("the app runs already")
	}
	if proxied {
		if fixed := len(args) == 0 && (w.options.AppShared || w.options.App == nil && w.options.AppURL != ""); fixed {
			ts.Fatalf("app -intercept: the app was told of another proxy when it started; do without --app-shared and --app-url")
		}
		ts.Check(w.intercept(filepath.Join(ts.Getenv("WORK"), ".tmp", "ca")))
	}
	w.public = publicURLOf(ts)
	started, err := w.startApp(ts, args)
	if err != nil {
		ts.Fatalf("app: %v", err)
	}
	w.app = started
	w.watchApp()
	w.serveAt(started.url)
	ts.Setenv("APP", started.url)
	_, err = w.account.SetNumber(simulator.DefaultPhoneNumber, w.public+path, http.MethodPost)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "ready on %s\n", started.url)
}

// watchApp ends what waits for the app when the app ends.
func (w *world) watchApp() {
	done := w.app.done
	if done == nil {
		return
	}
	alive, cancel := context.WithCancel(w.ctx)
	w.alive = alive
	go func() {
		defer cancel()
		select {
		case <-done:
		case <-w.ctx.Done():
		}
	}()
}

// startApp starts the program that the scenario names, or else the run's app, or our own where there is none.
func (w *world) startApp(ts *testscript.TestScript, args []string) (*process, error) {
	o := w.options
	switch {
	case len(args) > 0:
		return w.startProgram(program{args: args, dir: ts.MkAbs("."), env: w.given(ts), path: ts.Getenv("PATH")}, w.log)
	case o.App == nil && o.AppURL == "":
		return w.startOwn(ts.Getenv)
	}
	p := program{
		args: o.App, dir: w.common.root, env: slices.Concat(o.AppEnv, w.given(ts)), path: ts.Getenv("PATH"), url: o.AppURL,
		ready: o.AppReady,
	}
	switch {
	case o.App == nil:
		return w.findApp(p)
	case o.AppShared:
		p.env = o.AppEnv
		return w.shareApp(p)
	}
	return w.startProgram(p, w.log)
}

// given are the variables that the scenario's env lines above app have set.
func (w *world) given(ts *testscript.TestScript) []string {
	s, err := readScript(w.file)
	if err != nil {
		return nil // it was read before
	}
	var lines, above []command
	for _, p := range s.phases {
		for _, c := range p.commands {
			switch c.words[0] {
			case "env":
				lines = append(lines, c)
			case "app":
				above = lines
			}
		}
	}
	var env []string
	for _, c := range above {
		for _, name := range c.sets() {
			if value := ts.Getenv(name); value != "" || !c.maybe {
				env = append(env, name+"="+value)
			}
		}
	}
	return env
}

// startOwn serves the tutorial's app on a free port.
func (w *world) startOwn(getenv func(string) string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	own, _, err := app.FromEnv(getenv)
	if err != nil {
		return nil, err
	}
	own.Log = w.log
	server := &http.Server{Handler: own, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener) // it ends with ErrServerClosed
	return &process{url: "http://" + listener.Addr().String(), stop: func() { _ = server.Close() }}, nil
}

// Systems hand out ports from 32768 or from 49152 on to whoever asks for any. belowThem leads from such a port to one
// that they never hand out.
const (
	firstHandedOut = 32768
	belowThem      = 28768
)

// appPort finds a port for the app. It follows from the simulator's own, so that no other scenario on this machine comes to
// the same, and nobody is given it between now and the moment when the app listens.
func (w *world) appPort() (string, error) {
	u, err := url.Parse(w.url)
	if err != nil {
		return "", err
	}
	if own, err := strconv.Atoi(u.Port()); err == nil && own >= firstHandedOut {
		if port, err := freePort(own - belowThem); err == nil {
			return port, nil
		}
	}
	return freePort(0) // something else listens there, or this system is another
}

// freePort makes sure that nothing listens on a port, or finds one where that is 0.
func freePort(port int) (string, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, free, err := net.SplitHostPort(listener.Addr().String())
	return free, err
}

// findApp makes sure that the app that runs already does so.
func (w *world) findApp(p program) (*process, error) {
	if err := w.ready(p, p.url); err != nil {
		return nil, fmt.Errorf("the app of --app-url is not ready: %w", err)
	}
	return &process{url: p.url, stop: func() {}, elsewhere: true}, nil
}

// shareApp starts the app that all scenarios have in common, unless it runs already, and lets it print to this one's log.
func (w *world) shareApp(p program) (*process, error) {
	c := w.common
	c.log.begin(w.log)
	if c.app == nil || c.app.ended() {
		started, err := w.startProgram(p, c.log)
		if err != nil {
			return nil, err
		}
		c.app = started
	}
	shared := *c.app
	shared.stop = func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		w.log.settle(ctx, cut)
		c.log.end(w.log)
	}
	return &shared, nil
}

// cut is how long an app that serves all scenarios must print nothing before the next one's log begins.
const cut = 10 * time.Millisecond

// environ is a program's environment: the machine's, the account's, what was set for it, and the proxy's.
func (w *world) environ(port, path string, env []string) []string {
	return slices.Concat(machine(), w.vars(), []string{"PATH=" + path}, env, w.proxyVars(), []string{"PORT=" + port})
}

// patience is how long a program may take to end when it is asked to.
const patience = 2 * time.Second
