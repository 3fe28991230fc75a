package testscript

import (
	"cmp"
	"log/slog"
	"time"
)

// Options say how scenarios are run. The zero value works.
type Options struct {
	// App is the command of the app under test, started in the directory where the run began, once for each scenario. Nil
	// is our own app, or the one at AppURL.
	App []string
	// AppURL is the base URL at which the app listens, whatever PORT says. Without App that is an app that runs already, with
	// the credentials [simulator.DefaultAccountSID] and [simulator.DefaultAuthToken]. "" lets PORT decide.
	AppURL string
	// AppShared starts App once, for all scenarios.
	AppShared bool
	// AppReady is the path that App answers with a status of 200 to 399 when it is ready; "" waits until it listens.
	AppReady string
	// AppEnv are NAME=VALUE for the environment of App. Those of a scenario's own env lines win over them.
	AppEnv []string
	// PublicURL is what the app believes its URL to be, the one that is signed. "" is AppURL for an app that runs already, else
	// http://app.example.
	PublicURL string
	// Port is where the simulator listens for scenarios that share an app; 0 is any free port. Others have a port each.
	Port uint16
	// Seed is what all chance comes from; 0 means 1.
	Seed uint64
	// Timeout is how long a scenario may take in real time, its app's start included; 0 means 30 seconds.
	Timeout time.Duration
	// Wait is how long expect and applog wait for an app that acts after it has answered, in real time; 0 means 3
	// seconds.
	Wait time.Duration
	// Update rewrites the golden files of scenarios that pass but for them.
	Update bool
	// Continue goes on after a failure, to report all of a file's.
	Continue bool
	// Work keeps each scenario's directory.
	Work bool
	// Journal is a directory into which each scenario's journal is written; "" for none.
	Journal string
	// Log hears what the simulators do; nil is nobody.
	Log *slog.Logger
}

func (o Options) seed() uint64 { return cmp.Or(o.Seed, 1) }

// together reports whether scenarios have more in common than the run. They then run one at a time, with one account SID, one
// token and one address of the simulator, because the app was told these once and for all, or can listen but once.
func (o Options) together() bool { return o.AppShared || o.AppURL != "" }

func (o Options) publicURL() string {
	if o.PublicURL == "" && o.App == nil && o.AppURL != "" {
		return o.AppURL
	}
	return cmp.Or(o.PublicURL, publicURL)
}

func (o Options) timeout() time.Duration { return cmp.Or(o.Timeout, 30*time.Second) }

func (o Options) wait() time.Duration { return cmp.Or(o.Wait, 3*time.Second) }
