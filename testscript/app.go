package testscript

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/suggest"
)

const appUsage = "app [-intercept] [-patience TIME] [-url PATH|none] [CMD ARG…]"

// appWords are the words of the command app.
type appWords struct {
	intercept bool
	patience  time.Duration // with this app; 0 is the run's
	path      string        // the default number's webhook; "" for none
	command   []string      // empty for the run's app
}

// parseApp reads the words of the command app.
func parseApp(args []string) (appWords, error) {
	a := appWords{path: "/sms"}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch {
		case args[0] == "-intercept":
			a.intercept, args = true, args[1:]
		case args[0] == "-url" && len(args) > 1:
			a.path, args = args[1], args[2:]
		case args[0] == "-patience" && len(args) > 1:
			var err error
			if a.patience, err = time.ParseDuration(args[1]); err != nil || a.patience <= 0 {
				return a, fmt.Errorf("-patience %s: want a time, such as 100ms", args[1])
			}
			args = args[2:]
		default:
			flags := []string{"-intercept", "-patience", "-url"}
			if near := suggest.Nearest(args[0], flags); near != "" &&
				near != args[0] {
				return a, fmt.Errorf("unknown flag %s: did you mean %s?", args[0], near)
			}
			return a, errors.New("usage: " + appUsage)
		}
	}
	switch {
	case a.path == "none":
		a.path = ""
	case !strings.HasPrefix(a.path, "/") && !strings.Contains(a.path, "$"):
		return a, fmt.Errorf("-url %s: want a path of the app, such as /sms, or none", a.path)
	}
	a.command = args
	return a, nil
}

// cmdApp starts the app under test and points the default number's webhook at it.
//
//	app [-intercept] [-patience TIME] [-url PATH|none] [CMD ARG…]
func cmdApp(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "app")
	w := of(ts)
	a, err := parseApp(args)
	ts.Check(err)
	if w.app != nil {
		ts.Fatalf("the app runs already")
	}
	if a.intercept {
		if fixed := len(a.command) == 0 && (w.options.AppShared || w.options.App == nil &&
			w.options.AppURL != ""); fixed {
			ts.Fatalf(
				"app -intercept: the app got another proxy when it started: leave out --app-shared and " +
					"--app-url",
			)
		}
		ts.Check(w.intercept(filepath.Join(ts.Getenv("WORK"), ".tmp", "ca")))
	}
	if a.patience > 0 {
		w.server.SetPatience(a.patience)
	}
	w.public = publicURLOf(ts)
	started, err := w.startApp(ts, a.command)
	if err != nil {
		ts.Fatalf("app: %v", err)
	}
	w.app = started
	w.watchApp()
	w.serveAt(started.url)
	ts.Setenv("APP", started.url)
	if a.path != "" {
		_, err = w.account.SetNumber(simulator.DefaultPhoneNumber, w.public+a.path, http.MethodPost)
		ts.Check(err)
	}
	fmt.Fprintf(ts.Stdout(), "ready on %s\n", started.url)
}

// watchApp ends all waits for the app when the app ends.
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

// startApp starts the program that the scenario names, else the run's app, else the built-in one.
func (w *world) startApp(ts host, args []string) (*process, error) {
	o := w.options
	switch {
	case w.direct != nil:
		return w.direct.start(snapshot(ts))
	case len(args) > 0:
		return w.startProgram(
			program{args: args, dir: ts.MkAbs("."), env: w.given(ts), path: ts.Getenv("PATH")},
			w.log,
		)
	case o.Handler != nil || o.App == nil && o.AppURL == "":
		w.startedApp, w.builtIn = o.Handler != nil, o.Handler == nil
		return w.startOwn(ts.Getenv)
	}
	w.startedApp = true
	p := program{args: o.App, dir: w.common.root, env: o.AppEnv, path: ts.Getenv("PATH"),
		url: o.AppURL, ready: o.AppReady}
	switch {
	case o.App == nil:
		return w.findApp(p)
	case o.AppShared:
		return w.shareApp(p)
	}
	p.env = slices.Concat(o.AppEnv, w.given(ts))
	return w.startProgram(p, w.log)
}

// given returns the variables that the scenario's env lines above app have set. A variable of a
// line whose condition did not hold is empty, and left out.
func (w *world) given(ts host) []string {
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

// startOwn serves the handler of the options, or else the tutorial's app, on a free port.
func (w *world) startOwn(getenv func(string) string) (*process, error) {
	dir := filepath.Join(w.dir, ".tmp", "app")
	if w.options.Handler != nil { // the tutorial's writes no files
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	return w.startOwnAt("127.0.0.1:0", AppEnv{Getenv: getenv, Dir: dir, Log: w.log})
}

// startOwnAt serves the app at an address. A kill closes its connections, and it cannot make
// requests any more. Its again starts the next one at the same address, since Twilio and the script
// know that.
func (w *world) startOwnAt(address string, env AppEnv) (*process, error) {
	own, err := w.newInstance(env, w.newHandler)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	var c connections
	server := &http.Server{Handler: own, ReadHeaderTimeout: time.Minute, ConnState: c.note}
	go server.Serve(listener) // it ends with ErrServerClosed
	p := &process{
		url:  "http://" + listener.Addr().String(),
		stop: func() { _ = server.Close() },
		again: func() (*process, error) {
			cut := func() { _ = server.Close() } // it ends in any case
			if err := own.kill(env.Dir, cut); err != nil {
				return nil, err
			}
			return w.startOwnAt(listener.Addr().String(), env)
		},
	}
	if w.builtIn {
		p.atRest = func(ctx context.Context) bool { return c.atRest(ctx, p.url) }
	}
	return p, nil
}

// Systems choose ports from 32768 or 49152 on for programs that ask for any free port. belowThem is
// subtracted from such a port; the result is one that systems never choose.
const (
	firstHandedOut = 32768
	belowThem      = 28768
)

// appPort finds a port for the app. It is computed from the simulator's own port, so that no other
// scenario on this machine gets the same one, and the system does not give it to another program
// before the app listens.
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
	return freePort(0) // something else listens there, or this system chooses other ports
}

// freePort checks that nothing listens on a port; for port 0 it finds a free one.
func freePort(port int) (string, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, free, err := net.SplitHostPort(listener.Addr().String())
	return free, err
}

// findApp checks that the app at AppURL is running.
func (w *world) findApp(p program) (*process, error) {
	if err := w.ready(p, p.url); err != nil {
		return nil, fmt.Errorf("the app of --app-url is not ready: %w", err)
	}
	return &process{url: p.url, stop: func() {}, elsewhere: true}, nil
}

// shareApp starts the app of all scenarios, unless it is running, and directs its output to this
// scenario's log. Scenarios with a shared app run one at a time, so nobody else uses common.app
// meanwhile.
func (w *world) shareApp(p program) (*process, error) {
	c := w.common
	c.log.begin(w.log)
	if c.app == nil || c.app.ended() {
		if err := w.startShared(p); err != nil {
			return nil, err
		}
	}
	return w.share(), nil
}

// startShared starts the app of all scenarios.
func (w *world) startShared(p program) error {
	c := w.common
	if c.state == "" {
		dir, err := os.MkdirTemp("", "twilsim-state-")
		if err != nil {
			return err
		}
		c.state = dir
	}
	p.state = c.state
	bases, port, err := w.places(p)
	if err != nil {
		return err
	}
	c.again = func(w *world) (*process, error) { return w.startAt(p, bases, port, c.log) }
	c.app, err = c.again(w)
	return err
}

// share returns the app of all scenarios as that of this one. To stop it ends only what is this
// scenario's: the app goes on, and common.close stops it.
func (w *world) share() *process {
	c := w.common
	shared := *c.app
	shared.stop = func() {
		if w.settles() {
			ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
			defer cancel()
			w.log.settle(ctx, cut)
		}
		c.log.end(w.log)
	}
	shared.again = func() (*process, error) {
		c.app.halt()
		next, err := c.again(w)
		if err != nil {
			return nil, err
		}
		c.app = next
		return w.share(), nil
	}
	return &shared
}

// settles reports whether the log of a shared app must be complete before the next scenario begins:
// in the bug search only where a line looks at it.
func (w *world) settles() bool { return w.director == nil || w.looksAtLog }

// cut is how long a shared app must print nothing before the log of the next scenario begins.
const cut = 10 * time.Millisecond

// environ returns a program's environment: the machine's, the account's, the app's own and the
// proxy's variables.
func (w *world) environ(port, path string, env []string) []string {
	return slices.Concat(
		machine(),
		w.vars(),
		[]string{"PATH=" + path},
		env,
		w.proxyVars(env),
		[]string{"PORT=" + port},
	)
}

// stopTimeout is how long a program may take to end after SIGTERM; then it is killed.
const stopTimeout = 2 * time.Second
