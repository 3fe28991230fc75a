package testscript

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"twilsim/simulator/quirk"
)

// Options describe how to run scenarios. The zero value works.
type Options struct {
	// App is the command of the app under test, started in the directory where the run began, once
	// for each scenario. Nil is the app at AppURL, or else the built-in one.
	App []string
	// Handler makes the app under test in this process, in place of App: once for each scenario, and
	// again where the bug search kills it. Nil is App. See [Explore].
	Handler func(AppEnv) (http.Handler, error)
	// AppCommand is App as a person wrote it, for reports; "" joins App.
	AppCommand string
	// AppURL is the base URL at which the app listens, whatever PORT says. Without App, that app
	// must be running already, with the credentials [simulator.DefaultAccountSID] and
	// [simulator.DefaultAuthToken]. "" means the port in PORT.
	AppURL string
	// AppShared starts App once, for all scenarios.
	AppShared bool
	// AppReady is the path that App answers with a status of 200 to 399 when it is ready; "" waits
	// until it listens.
	AppReady string
	// AppEnv has NAME=VALUE for the environment of App. The env lines of a scenario override it.
	AppEnv []string
	// PublicURL is the app's URL as Twilio knows it, which is signed. "" is AppURL for an app that
	// is running already, else http://app.example.
	PublicURL string
	// Port is where the simulator listens for scenarios that share an app; 0 is any free port.
	// Others have a port each.
	Port uint16
	// Seed determines everything random; 0 means 1.
	Seed uint64
	// Run is the number of the run, above 0, for an app at AppURL that remembers messages: it gives
	// the messages of each run SIDs of their own. 0 gives them the same ones in each run.
	Run uint64
	// Quirks are how the switches of each scenario stand at its beginning.
	Quirks quirk.Set
	// Strict fails a scenario that does not start App, for which the built-in app stands in, or in
	// which a rule, the state of a handset or a bin is never used.
	Strict bool
	// Timeout is how long a scenario may take in real time, its app's start included; 0 means 30
	// seconds.
	Timeout time.Duration
	// Patience is how long the app has for the answer to a webhook, in real time; 0 means 2 seconds.
	// After that Twilio's time limits pass on the virtual clock, and the webhook was not answered.
	Patience time.Duration
	// Wait is how long expect and applog wait for an app that acts after it has answered, in real
	// time; 0 means 3 seconds.
	Wait time.Duration
	// Update rewrites the golden files of scenarios in which nothing else fails.
	Update bool
	// Continue goes on after a failure, so that all failures of a scenario are reported.
	Continue bool
	// Work keeps each scenario's directory.
	Work bool
	// Journal is a directory into which each scenario's journal is written; "" for none.
	Journal string
	// Log receives what the simulators do; nil discards it.
	Log *slog.Logger
}

func (o Options) seed() uint64 { return cmp.Or(o.Seed, 1) }

// together reports whether the scenarios share an app. They then run one at a time, with the same
// account SID, token and address of the simulator, because the app gets these only once, when it
// starts.
func (o Options) together() bool { return o.AppShared || o.AppURL != "" }

func (o Options) publicURL() string {
	if o.PublicURL == "" && o.App == nil && o.AppURL != "" {
		return o.AppURL
	}
	return cmp.Or(o.PublicURL, publicURL)
}

func (o Options) timeout() time.Duration { return cmp.Or(o.Timeout, 30*time.Second) }

func (o Options) patience() time.Duration { return cmp.Or(o.Patience, 2*time.Second) }

func (o Options) wait() time.Duration { return cmp.Or(o.Wait, 3*time.Second) }
