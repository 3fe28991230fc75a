package host

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/shell"
)

// Found is the run file of the working directory or one above it.
type Found struct {
	Run  *RunFile // nil if there is none
	Dir  string   // where it is
	Here bool     // that is the working directory
	Dead bool     // its simulator does not run any more: one that was killed cannot remove its file
	Text string   // what to tell a person about the search
}

// FindRunning looks for the run file of a simulator. It asks the simulator, for at most a second,
// whether it still runs.
func FindRunning(ctx context.Context) Found {
	run, dir, err := findRunFile()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Found{Text: "none here or above"}
	case err != nil:
		return Found{Text: err.Error()}
	}
	wd, err := os.Getwd()
	f := Found{Run: run, Dir: dir, Here: err == nil && wd == dir, Text: run.URL + " in " +
		shell.Tilde(dir)}
	if f.Dead = !run.Runs(ctx); f.Dead {
		f.Text = "in " + shell.Tilde(dir) + ", but its simulator does not run any more"
	}
	return f
}

// NewClient returns a client of the control API. It ignores the proxy variables, because the
// simulator may be the proxy that they name.
func NewClient(url, token string) *control.Client {
	return &control.Client{
		URL: url, Token: token, HTTP: &http.Client{Transport: &http.Transport{}},
	}
}

// WhoListens names the program at a URL: from the run file, or else from its answer. simulated
// reports whether it is a simulator. It is for an error about a port that is taken, so it takes at
// most three seconds.
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
	return "twilsim serve " + info.Version + ", started " +
		info.Started.Local().Format("15:04"), true
}
