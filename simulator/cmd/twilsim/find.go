package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/host"
	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
	"twilsim/simulator/webhook"
)

// defaultURL is where serve listens by default.
const defaultURL = "http://127.0.0.1:2010"

// place is where a command expects the simulator. It stays usable when there is no simulator, so
// that an error can say where it was looked for.
type place struct {
	url     string
	token   string
	account string   // a SID or a friendly name; "" is the main account
	tried   []string // a line for each of the four places, for the error
}

// find chooses the place: --url, TWILSIM_URL, run.json, the default port. A URL that the user named
// is taken as it is. With a run file whose simulator does not run any more, there is a place and an
// error: another simulator must not take its part. The access token of a run file is sent only to
// that file's own URL. Otherwise --url could make a command hand it to another server.
func (c *cli) find(ctx context.Context) (*place, error) {
	p := &place{token: c.accessToken, account: c.account}
	env := c.getenv("TWILSIM_URL")
	found := host.FindRunning(ctx)
	run := found.Run
	switch {
	case c.url != "":
		p.url = c.url
	case env != "":
		p.url = env
	case run != nil:
		p.url = run.URL
	default:
		p.url = defaultURL
	}
	p.url = strings.TrimSuffix(p.url, "/")
	if err := webhook.CheckURL(p.url); err != nil {
		return nil, failure.Misuse("the simulator's URL: %v", err).Try("--url " + defaultURL)
	}
	if run != nil && p.token == "" && run.URL == p.url {
		p.token = run.AccessToken
	}
	p.tried = []string{
		terminal.Pad("--url", 24) + cmp.Or(strings.TrimSpace(c.url+c.fromFile("url", c.url)),
			"not given"),
		terminal.Pad("TWILSIM_URL", 24) + cmp.Or(env, "not set"),
		terminal.Pad(host.RunFileName, 24) + found.Text,
		terminal.Pad(defaultURL, 24) + p.lastPlace(),
	}
	if run != nil && c.url == "" && env == "" {
		return p, c.checkFound(p, found)
	}
	return p, nil
}

// checkFound refuses the run file of a simulator that does not run any more, and says which
// simulator a command uses if its file is not in the working directory.
func (c *cli) checkFound(p *place, found host.Found) error {
	file := filepath.Join(shell.Tilde(found.Dir), filepath.FromSlash(host.RunFileName))
	if found.Dead {
		f := failure.New(failure.Unreachable, "the simulator of %s does not run any more", file)
		f.Err = control.ErrUnreachable
		return f.Cause(p.tried...).Try("twilsim serve", "rm "+file)
	}
	if !found.Here && !c.said {
		c.said = true
		c.ui.Progressf("simulator  %s of %s\n", found.Run.URL, shell.Tilde(found.Dir))
	}
	return nil
}

func (p *place) lastPlace() string {
	if p.url == defaultURL {
		return "nothing answers"
	}
	return "not tried, because one above was found"
}

// client returns a client of the simulator at this place.
func (p *place) client() *control.Client {
	client := host.NewClient(p.url, p.token)
	client.Account = p.account
	return client
}

// ask finds the simulator and calls do with a client, for at most --timeout. Every client command
// goes through ask or listen, so that the simulator and its account are resolved in one place.
func (c *cli) ask(ctx context.Context, do func(context.Context, *control.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return c.listen(ctx, do)
}

// listen is ask without a time limit.
func (c *cli) listen(ctx context.Context, do func(context.Context, *control.Client) error) error {
	p, err := c.find(ctx)
	if err != nil {
		return err
	}
	return p.explain(do(ctx, p.client()))
}

// explain makes a failure of an error of the client.
func (p *place) explain(err error) error {
	var f *failure.Error
	var answered *control.Error
	switch {
	case err == nil, errors.As(err, &f):
		return err
	// failure.Explain knows --timeout and says it
	case errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, control.ErrUnreachable):
		f = failure.New(failure.Unreachable, "no simulator answers at %s", p.url)
		f.Err = err
		return f.Cause(p.tried...).Try("twilsim serve")
	case errors.As(err, &answered):
		return refused(answered)
	}
	return err
}

// refused makes a failure of an error that the simulator returned. Exit codes tell a script whether
// it can be repeated: a wrong request is misuse, the present state is a plain no.
func refused(e *control.Error) *failure.Error {
	code := failure.Usage
	switch {
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		code = failure.Unreachable
	case e.Status == http.StatusRequestTimeout:
		code = failure.Deadline
	case e.Status == http.StatusConflict || e.Status >= 500:
		code = failure.No
	}
	f := failure.New(code, "%s", e.Message)
	f.Err = e
	for i, near := range e.Nearest {
		label := ""
		if i == 0 {
			label = "closest"
		}
		f.Add(label, display.Short(near.ID)+"   "+near.Summary)
		for _, d := range near.Differences {
			f.Add("", "  "+d.Field+"   - expected "+d.Expected+"   + got "+d.Got)
		}
	}
	if e.Try != "" {
		f.Try(e.Try)
	}
	return f
}
