package testscript

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/app"
	"twilsim/simulator"
)

// process is the app under test: a program, or our own app in this process.
type process struct {
	url  string
	stop func()
	done <-chan struct{} // closed when the program has ended; nil for our own app
}

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
	dir := ts.MkAbs(".")
	if len(args) == 0 {
		args, dir = w.options.App, w.root
	}
	if proxied {
		ts.Check(w.intercept(filepath.Join(ts.Getenv("WORK"), ".tmp", "ca")))
	}
	w.log, w.public = newApplog(), publicURLOf(ts)
	started, err := w.startApp(args, dir, ts.Getenv)
	if err != nil {
		ts.Fatalf("app: %v", err)
	}
	w.app = started
	w.serveAt(started.url)
	ts.Setenv("APP", started.url)
	_, err = w.account.SetNumber(simulator.DefaultPhoneNumber, w.public+path, http.MethodPost)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "ready on %s\n", started.url)
}

// startApp starts a program, or our own app where there is none.
func (w *world) startApp(args []string, dir string, getenv func(string) string) (*process, error) {
	if len(args) == 0 {
		return w.startOwn(getenv)
	}
	port, err := w.appPort()
	if err != nil {
		return nil, err
	}
	return w.startProgram(args, dir, port, getenv("PATH"))
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

// startProgram starts a program in dir and waits until it answers on its port.
func (w *world) startProgram(args []string, dir, port, path string) (*process, error) {
	if args[0] != filepath.Base(args[0]) {
		if _, err := os.Stat(filepath.Join(dir, args[0])); err != nil {
			dir = w.root // not one of the scenario's own files
		}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, w.log, w.log
	cmd.Env = w.environ(port, path)
	lead(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", args[0], err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // how it ended shows in its log and in what it answers
	}()
	p := &process{url: "http://127.0.0.1:" + port, done: ended, stop: func() { end(cmd, ended) }}
	if err := p.awaitReady(w.ctx, "127.0.0.1:"+port); err != nil {
		p.stop()
		text, _ := w.log.read()
		return nil, fmt.Errorf("%s: %w; it printed:\n%s", strings.Join(args, " "), err, bytes.TrimSpace([]byte(text)))
	}
	return p, nil
}

// environ is a program's environment: the machine's, the account's, and the proxy's.
func (w *world) environ(port, path string) []string {
	environ := append(machine(), w.vars()...)
	return append(append(environ, w.proxyVars()...), "PATH="+path, "PORT="+port)
}

// poll is how often a starting program is asked for a connection.
const poll = 10 * time.Millisecond

// awaitReady blocks until something listens on addr, the program ends, or ctx does.
func (p *process) awaitReady(ctx context.Context, addr string) error {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		if conn, err := net.Dial("tcp", addr); err == nil {
			return conn.Close()
		}
		select {
		case <-p.done:
			return errors.New("it ended before it listened on the port that PORT names")
		case <-ctx.Done():
			return errors.New("it does not listen on the port that PORT names")
		case <-ticker.C:
		}
	}
}

// patience is how long a program may take to end when it is asked to.
const patience = 2 * time.Second

// end asks a program and its children to end, then makes them.
func end(cmd *exec.Cmd, ended <-chan struct{}) {
	askToEnd(cmd)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
		kill(cmd)
		<-ended
	}
}
