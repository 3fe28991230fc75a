package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	OK      Level = "ok"
	Warning Level = "warn"
	Failure Level = "fail"
)

// The sections of [Run], in order, and the one of [Command].
const (
	sectionSimulator    = "simulator"
	sectionApp          = "app"
	sectionInterception = "interception"
	sectionSafety       = "safety"
	sectionCI           = "ci"
	sectionCommand      = "command"
)

// Finding is the result of one check.
type Finding struct {
	Section string `json:"group"`
	Name    string `json:"name"` // of what was checked
	Level   Level  `json:"level"`
	Text    string `json:"text,omitempty"`
	Cause   string `json:"cause,omitempty"` // why it is so
	Try     string `json:"try,omitempty"`   // a command, or what to do
}

// Options describe the setup.
type Options struct {
	// URL is where the simulator is expected, and Named says that the user gave it: then it is a
	// failure if none answers.
	URL   string
	Named bool
	// Client is the client of the simulator at URL. It must be set.
	Client *control.Client
	// App is the URL of the app's webhook, /sms if it has no path; "" is where the simulator sends
	// the texts to its first number.
	App string
	// Version is the version of this program, which that of the simulator should equal.
	Version string
	// Dir is the directory of the app's project; "" is the working directory.
	Dir string
	// Getenv returns the environment; nil is [os.Getenv].
	Getenv func(string) string
	// Timeout limits each request to the simulator; 0 is 30 seconds.
	Timeout time.Duration
	// Report, if set, receives each finding as soon as it is known, since a check may take seconds.
	Report func(Finding)
}

// examination is one run of the checks. One goroutine uses it. The findings are also kept when
// Report has got them, for the callers of Run.
type examination struct {
	Options
	// These belong to the running simulator; they are nil if there is none.
	server      *control.Server
	credentials *control.Credentials

	insecure bool // the app's certificate is one that Twilio would refuse
	section  string
	findings []Finding
}

// Run checks a setup and returns the findings, section by section. An error means that the checks
// could not be completed: the simulator answered one request and then failed another, or ctx ended.
// The findings so far come with the error.
func Run(ctx context.Context, o Options) ([]Finding, error) {
	e := newExamination(o)
	for _, section := range []struct {
		name  string
		check func(context.Context) error
	}{
		{sectionSimulator, e.checkSimulator},
		{sectionApp, e.checkApp},
		{sectionInterception, e.checkInterception},
		{sectionSafety, e.checkSafety},
		{sectionCI, e.checkCI},
	} {
		e.section = section.name
		if err := section.check(ctx); err != nil {
			return e.findings, err
		}
	}
	return e.findings, nil
}

func newExamination(o Options) *examination {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Dir == "" {
		o.Dir = "."
	}
	return &examination{Options: o}
}

func (e *examination) add(f Finding) {
	f.Section = e.section
	e.findings = append(e.findings, f)
	if e.Report != nil {
		e.Report(f)
	}
}

func (e *examination) ok(name, text string) { e.add(Finding{Name: name, Level: OK, Text: text}) }

func (e *examination) warn(name, text, cause, try string) {
	e.add(Finding{Name: name, Level: Warning, Text: text, Cause: cause, Try: try})
}

func (e *examination) fail(name, text, cause, try string) {
	e.add(Finding{Name: name, Level: Failure, Text: text, Cause: cause, Try: try})
}

// checkSimulator asks the simulator about itself.
func (e *examination) checkSimulator(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	server, err := e.Client.Server(ctx)
	if err != nil {
		e.notRunning(err)
		return nil
	}
	e.server = server
	up, seed := uptime(clock.Wall().Sub(server.Started)), strconv.FormatUint(server.Seed, 10)
	e.ok("running", e.URL+"   "+server.Version+"   up "+up+"   seed "+seed)
	if e.credentials, err = e.Client.Credentials(ctx); err != nil {
		return err
	}
	if server.Version != e.Version {
		e.warn("version", "the simulator is "+server.Version+", and this command is "+e.Version,
			"", "stop it and start twilsim serve again")
	}
	if server.Clock.Rate == 0 {
		e.warn("clock", "time stands still: no status callback is sent by itself",
			"", "twilsim clock advance 5s, or twilsim clock run")
	}
	return nil
}

// notRunning reports that no simulator answers. This fails only if the user said that one does.
func (e *examination) notRunning(err error) {
	f := Finding{
		Name: "running", Level: Warning, Text: "no simulator answers at " + e.URL,
		Try: "twilsim serve",
	}
	var answered *control.Error
	switch {
	case errors.As(err, &answered) && answered.Status == http.StatusUnauthorized:
		f.Level, f.Text = Failure, "the simulator at "+e.URL+" refuses our access token"
		f.Cause, f.Try = answered.Message, answered.Try
	case errors.As(err, &answered):
		f.Level, f.Text = Failure, "the simulator at "+e.URL+" does not describe itself"
		f.Cause = answered.Message
	case e.Named:
		f.Level, f.Cause = Failure, "--url or TWILSIM_URL names that place"
	default:
		f.Cause = "checks that need a simulator are left out below"
	}
	e.add(f)
}

// uptime writes a duration in its largest unit.
func uptime(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Truncate(time.Second).String()
	case d < time.Hour:
		return strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
	}
	return strings.TrimSuffix(d.Truncate(time.Hour).String(), "0m0s")
}

// millis writes a duration in milliseconds, so that two of them compare at a glance.
func millis(d time.Duration) string {
	return fmt.Sprintf("%dms", d.Round(time.Millisecond).Milliseconds())
}

// count writes a number with its noun: 1 request, 2 requests.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// token returns the auth token with which the app should check signatures, and what to call it. It
// is the running simulator's, else what this shell would give the app.
func (e *examination) token() (token, name string) {
	if e.credentials != nil {
		return e.credentials.AuthToken, "the simulator's token"
	}
	if token := e.Getenv("TWILIO_AUTH_TOKEN"); token != "" {
		return token, "the token in TWILIO_AUTH_TOKEN"
	}
	return simulator.DefaultAuthToken, "the default token of a simulator"
}

// checkCI reports whether the environment says that this machine runs continuous integration.
func (e *examination) checkCI(context.Context) error {
	name := "CI"
	if e.Getenv("GITHUB_ACTIONS") == "true" {
		name = "GITHUB_ACTIONS"
	}
	if e.Getenv(name) == "" {
		e.ok("CI", "not set")
		return nil
	}
	e.ok("CI", name+" is set: twilsim run refuses --update")
	return nil
}
