package main

import (
	"context"
	"slices"
	"strings"

	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

// begin prints where the requests go, and which variables are replaced.
func (e *execution) begin() {
	u := e.c.ui
	account := e.session.Env.Simulator[0].Value
	u.Progressf("twilsim: *.twilio.com -> simulator (%s, account %s..%s), seed %d\n",
		strings.TrimPrefix(e.place.url, "http://"), account[:2], account[max(2,
			len(account)-4):], e.session.Seed)
	if names := e.session.Env.Replaced(); len(names) > 0 {
		u.Progressf("twilsim: %s replaced by the simulator's, for this command (--keep-credentials "+
			"leaves them)\n",
			strings.Join(names, ", "))
	}
	if e.session.Env.Trust.Roots == 0 {
		u.Warnf("the system's root certificates were not found, so the command trusts only Twilio's " +
			"hosts; SSL_CERT_FILE can name them")
	}
}

// end prints what happened, and returns the failure for the exit code.
func (e *execution) end(ctx context.Context, code int) error {
	r, err := e.session.Report(ctx)
	if err != nil {
		e.c.ui.Warnf("the simulator does not report what happened: %s", e.place.explain(err))
	}
	f := display.Findings{Report: r}
	f.Print(e.c.ui)
	if code == 0 {
		return e.options.verdict(f)
	}
	return &failure.Error{Code: code}
}

// verdict returns a failure if there are findings that --fail-on names.
func (o execOptions) verdict(f display.Findings) error {
	var found []string
	if f.Serious > 0 && slices.Contains(o.failOn, "alert") {
		found = append(found, terminal.Count(f.Serious, "alert"))
	}
	if slices.Contains(o.failOn, "blocked") {
		if n := f.Refusals(); n > 0 {
			found = append(found, terminal.Count(n, "blocked request"))
		}
		if n := f.Distrusts(); n > 0 {
			found = append(found, terminal.Count(n, "connection")+" without trust in the local CA")
		}
	}
	if len(found) == 0 {
		return nil
	}
	return failure.New(failure.No, "the command succeeded, with %s (--fail-on)",
		strings.Join(found, " and "))
}
