package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/webhook"
)

// doctorOptions are the flags of doctor.
type doctorOptions struct {
	app    string
	strict bool
	exec   bool
}

func newDoctor(c *cli) *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor [flags] [--exec -- CMD [ARG...]]",
		Short: "what is wrong with my setup",
		Long: `Looks at the simulator that runs, at your app, at what brings its traffic here, and at what must not be used by mistake.
Each line says ok, warn or FAIL, and below it why and what to try. It exits 1 where something failed.

It changes nothing and sends nothing off this machine. The app, which is the one of --app or else where the simulator sends
your number's texts, gets a few webhooks: one that is signed well and some that it must refuse. They come from a simulator
made for them alone, with the token of the one that runs, so nothing of them is in the lists of that one. Their text is
"twilsim doctor", their sender +12025550199.

With --exec it runs a command as "twilsim exec" does, with a proxy of its own behind each variable, and says which HTTP client
connected by which, whether it believed the local CA, and what was refused. Nothing else gets out. The command's output goes
to stderr.`,
		Example: `twilsim doctor
twilsim doctor --app http://localhost:3000 --strict
twilsim doctor --exec -- npm test`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.exec && len(args) == 0:
				return misuse("no command to run").try("twilsim doctor --exec -- npm test")
			case !o.exec && len(args) > 0:
				return misuse("doctor runs no command without --exec").try("twilsim doctor --exec -- " + strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.exec {
				return c.doctorExec(context.WithoutCancel(cmd.Context()), o, args) // signals are for the command
			}
			return c.doctor(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what stands behind the command's name is its own
	flags.StringVar(&o.app, "app", "", "your app's `URL`, with the path of its webhook where that is not /sms")
	flags.BoolVar(&o.strict, "strict", false, "exit 1 on warnings too")
	flags.BoolVar(&o.exec, "exec", false, "run a command, and say how its Twilio traffic gets here")
	for _, name := range []string{"app", "exec"} { // TWILSIM_APP is a command, for run
		_ = flags.SetAnnotation(name, noEnv, nil)
	}
	return cmd
}

// The levels of a finding. Under --json fail is in small letters as well.
const (
	levelOK   = "ok"
	levelWarn = "warn"
	levelFail = "FAIL"
)

// finding is what doctor has to say about one thing.
type finding struct {
	Type  string `json:"type"` // check
	Group string `json:"group"`
	Name  string `json:"name"`
	Level string `json:"level"` // ok, warn or fail
	Text  string `json:"text,omitempty"`
	Cause string `json:"cause,omitempty"`
	Try   string `json:"try,omitempty"`
}

// diagnosis is the last line of doctor --json.
type diagnosis struct {
	Type     string `json:"type"` // summary
	Failed   int    `json:"failed"`
	Warnings int    `json:"warnings"`
}

// patient is what doctor looks at, and what it found.
type patient struct {
	c       *cli
	options doctorOptions
	place   *place // nil where none can be told
	// These are of the simulator that runs; nil where none does.
	server      *control.Server
	credentials *control.Credentials

	insecure bool // the app's certificate is none that Twilio would take
	group    string
	sum      diagnosis
}

func (c *cli) doctor(ctx context.Context, o doctorOptions) error {
	p := &patient{c: c, options: o}
	if o.app != "" {
		if err := webhook.CheckURL(o.app); err != nil {
			return misuse("--app: %v", err).try("twilsim doctor --app http://localhost:3000")
		}
	}
	for _, group := range []struct {
		name  string
		check func(context.Context) error
	}{
		{"simulator", p.checkSimulator}, {"app", p.checkApp}, {"interception", p.checkInterception},
		{"safety", p.checkSafety}, {"ci", p.checkCI},
	} {
		p.group = group.name
		c.heading(group.name)
		if err := group.check(ctx); err != nil {
			return err
		}
	}
	return p.end()
}

// heading prints the name of a group.
func (c *cli) heading(group string) {
	if !c.ui.json && !c.ui.quiet {
		c.ui.printf("%s\n", group)
	}
}

// say prints a finding and counts it.
func (p *patient) say(f finding) {
	switch f.Level {
	case levelFail:
		p.sum.Failed++
	case levelWarn:
		p.sum.Warnings++
	}
	f.Type, f.Group = "check", p.group
	u := p.c.ui
	if u.json {
		f.Level = strings.ToLower(f.Level)
		_ = u.encode(f)
		return
	}
	if u.quiet && f.Level == levelOK {
		return
	}
	style := map[string]string{levelOK: green, levelWarn: yellow, levelFail: red}[f.Level]
	u.printf("  %s  %s\n", u.paint(style, pad(f.Level, 4)), strings.TrimRight(pad(f.Name, 14)+" "+f.Text, " "))
	for _, r := range []row{{"cause", f.Cause}, {"try", f.Try}} {
		if r.text != "" {
			u.printf("        %s   %s\n", pad(r.label, 5), r.text)
		}
	}
}

func (p *patient) ok(name, what string) { p.say(finding{Name: name, Level: levelOK, Text: what}) }

func (p *patient) warn(name, what, cause, try string) {
	p.say(finding{Name: name, Level: levelWarn, Text: what, Cause: cause, Try: try})
}

func (p *patient) fail(name, what, cause, try string) {
	p.say(finding{Name: name, Level: levelFail, Text: what, Cause: cause, Try: try})
}

// end prints the sum, and makes of it the exit code.
func (p *patient) end() error {
	p.sum.Type = "summary"
	if u := p.c.ui; u.json {
		_ = u.encode(p.sum)
	} else {
		u.printf("%d failed, %s\n", p.sum.Failed, count(p.sum.Warnings, "warning"))
	}
	if p.sum.Failed > 0 || p.options.strict && p.sum.Warnings > 0 {
		return &failure{code: exitNo}
	}
	return nil
}

// checkSimulator asks for the simulator that runs. That there is none fails only where somebody said where it is.
func (p *patient) checkSimulator(ctx context.Context) error {
	var err error
	if p.place, err = p.c.find(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.c.timeout)
	defer cancel()
	client := p.place.client()
	server, err := client.Server(ctx)
	if err != nil {
		p.notRunning(err)
		return nil
	}
	p.server = server
	up, seed := uptime(clock.Wall().Sub(server.Started)), strconv.FormatUint(server.Seed, 10)
	p.ok("running", p.place.url+"   "+server.Version+"   up "+up+"   seed "+seed)
	if p.credentials, err = client.Credentials(ctx); err != nil {
		return p.place.explain(err)
	}
	if server.Version != version {
		p.warn("version", "it is "+server.Version+", and this command "+version,
			"", "stop it and start twilsim serve again")
	}
	if server.Clock.Rate == 0 {
		p.warn("clock", "time stands still: no status callback comes by itself",
			"", "twilsim clock advance 5s, or twilsim clock run")
	}
	return nil
}

func (p *patient) notRunning(err error) {
	f := finding{Name: "running", Level: levelWarn, Text: "no simulator answers at " + p.place.url, Try: "twilsim serve"}
	var answered *control.Error
	named := p.c.url != "" || p.c.getenv("TWILSIM_URL") != ""
	switch {
	case errors.As(err, &answered) && answered.Status == http.StatusUnauthorized:
		f.Level, f.Text = levelFail, "the simulator at "+p.place.url+" does not let us in"
		f.Cause, f.Try = answered.Message, answered.Try
	case errors.As(err, &answered):
		f.Level, f.Text, f.Cause = levelFail, "the simulator at "+p.place.url+" does not say what it is", answered.Message
	case named:
		f.Level, f.Cause = levelFail, "--url or TWILSIM_URL names that place"
	default:
		f.Cause = "what it would tell is left out below"
	}
	p.say(f)
}

// uptime is a duration in its largest unit.
func uptime(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Truncate(time.Second).String()
	case d < time.Hour:
		return strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
	}
	return strings.TrimSuffix(d.Truncate(time.Hour).String(), "0m0s")
}

// token is the auth token with which the app should check signatures, and what to call it.
func (p *patient) token() (token, from string) {
	switch {
	case p.credentials != nil:
		return p.credentials.AuthToken, "the simulator's token"
	case p.c.getenv("TWILIO_AUTH_TOKEN") != "":
		return p.c.getenv("TWILIO_AUTH_TOKEN"), "the token in TWILIO_AUTH_TOKEN"
	}
	return simulator.DefaultAuthToken, "the token that a simulator has by default"
}

// checkCI tells whether the environment says that this is no person's machine.
func (p *patient) checkCI(context.Context) error {
	name := "CI"
	if p.c.getenv("GITHUB_ACTIONS") == "true" {
		name = "GITHUB_ACTIONS"
	}
	if p.c.getenv(name) == "" {
		p.ok("CI", "not set")
		return nil
	}
	p.ok("CI", name+" is set: twilsim run refuses --update")
	return nil
}
