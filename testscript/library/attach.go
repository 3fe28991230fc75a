package library

import (
	"context"
	"strings"

	"twilsim/simulator"
	"twilsim/simulator/control"
	"twilsim/testscript"
	"twilsim/testscript/compose"
)

// Attach gives a server that has not started what it needs to write scenarios and, if dir is not
// "", to run those of a folder, with the app that the settings of twilsim run name. url returns
// where the server listens, once it does. The caller must call stop when the server ends. setting
// returns all values of a key, nil for none. An app that runs already cannot be used, as it has the
// address of one simulator: then every run is refused, and the folder can still be read and
// written.
func Attach(sim *simulator.Server, dir string, setting func(key string) []string,
	url func() string) (stop func()) {
	sim.Scenario = func(ctx context.Context, r control.Recorded) ([]byte, error) {
		return compose.Write(ctx, &control.Client{URL: url(), Token: sim.AccessToken, Account: r.Account},
			r.SID, compose.Options{Answers: r.Answers, Since: r.Since, Until: r.Until})
	}
	if dir == "" {
		return func() {}
	}
	l := &Library{Dir: dir}
	one := func(key string) string { return strings.Join(setting(key), " ") }
	if app := one("app"); app != "" {
		l.Options.App, l.Options.AppCommand, l.Options.AppEnv = testscript.Shell(app),
			app, setting("app-env")
		l.Options.AppReady = one("app-ready")
		l.Options.PublicURL = strings.TrimSuffix(one("app-public-url"), "/")
	} else if url := one("app-url"); url != "" {
		l.Refuse = "the app at " + url + " (app-url) talks to one simulator, which twilsim run starts"
	}
	sim.Library = l
	return l.Close
}
