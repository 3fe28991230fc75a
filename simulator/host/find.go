package host

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/shell"
)

// FindRunning returns the run file of a simulator that is listening, from the working directory or
// one above it, and what to tell a person about the search. A run file is ignored if nothing
// listens on its URL any more, because a server that was killed cannot remove its file.
func FindRunning(ctx context.Context) (run *RunFile, found string) {
	run, dir, err := findRunFile()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "none here or above"
	case err != nil:
		return nil, err.Error()
	}
	if dial(ctx, run.URL) != nil {
		return nil, "in " + shell.Tilde(dir) + ", but nothing listens on " + run.URL
	}
	return run, run.URL + " in " + shell.Tilde(dir)
}

// NewClient returns a client of the control API. It ignores the proxy variables, because the
// simulator may be the proxy that they name.
func NewClient(url, token string) *control.Client {
	return &control.Client{
		URL: url, Token: token, HTTP: &http.Client{Transport: &http.Transport{}},
	}
}

// WhoListens names the program at a URL: from the run file, or else from its answer. simulated
// reports whether it is a simulator.
func WhoListens(ctx context.Context, url string) (who string, simulated bool) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	info, err := NewClient(url, "").Server(ctx)
	var answered *control.Error
	if err != nil && !errors.As(err, &answered) {
		return "another program listens there", false
	}
	if run, dir, err := findRunFile(); err == nil && run.URL == url {
		return "twilsim serve, pid " + strconv.Itoa(run.PID) + ", started " +
			run.Started.Local().Format("15:04") + " in " + shell.Tilde(dir), true
	}
	if answered != nil { // a server that asks for a token is a simulator as well
		return "twilsim serve", true
	}
	return "twilsim serve " + info.Version + ", started " + info.Started.Local().Format("15:04"), true
}
