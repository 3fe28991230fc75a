package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"twilsim/simulator"
	"twilsim/simulator/config"
	"twilsim/simulator/failure"
	"twilsim/simulator/journal"
	"twilsim/simulator/mask"
	"twilsim/simulator/reason"
	"twilsim/simulator/sid"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
	"twilsim/testscript/audit"
)

// The help of twilsim audit.
const (
	AuditHelp = `Check how an app answers Twilio's webhooks: good and bad signatures, unusual texts and
parameters, copies, callbacks in the wrong order, broken requests. A line for each check says ok,
FAIL, warn or "not seen", with the fact about Twilio behind it.

The app is the one that --app starts, with a simulator whose requests can be seen; its webhooks are
/sms and /status. Or it listens at URL already, and --token is the token with which it checks
signatures. What cannot be seen is never ok: whether a copy changed anything needs --app, or
--state, a command that prints what the app remembers.

Exit codes: 0 no check failed, 1 one did, 2 wrong usage, 4 the app cannot be started or reached.`
	AuditExample = `twilsim audit --app 'node server.js'
twilsim audit http://localhost:3000/sms --token "$TOKEN" \
    --status http://localhost:3000/status
twilsim audit --app 'node server.js' --sarif audit.sarif --only A0`
)

// Audit is one call of twilsim audit.
type Audit struct {
	UI     *terminal.UI
	Getenv func(string) string

	simscript.Options
	shard                                                    string
	app, path, status, method, account, token, public, state string
	junit, sarif, findings                                   string
	only                                                     []string
}

// AddFlags adds the command's flags.
func (a *Audit) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&a.app, "app", "", "the `COMMAND` that starts the app, in this directory")
	flags.StringVar(&a.AppReady, "app-ready", "",
		"the `PATH` that the app answers with 200 to 399 when it is ready; else it must listen")
	flags.StringArrayVar(&a.AppEnv, "app-env", nil,
		"`NAME=VALUE` for the app's environment; may be repeated")
	flags.StringVar(&a.path, "path", "/sms", "the `PATH` of --app that gets texts")
	flags.StringVar(&a.status, "status", "",
		"the `URL` that gets status callbacks, or a path of --app (else /status of --app)")
	flags.StringVar(&a.method, "method", "POST", "the `METHOD` of webhooks, POST or GET")
	flags.StringVar(&a.account, "account-sid", simulator.DefaultAccountSID,
		"the account's `SID`, with URL")
	flags.StringVar(&a.token, "token", simulator.DefaultAuthToken,
		"the auth `TOKEN` that signs, with URL")
	flags.StringVar(&a.public, "public-url", "",
		"the `URL` that the app considers its own, which is signed")
	flags.StringVar(&a.state, "state", "", "a `COMMAND` that prints what the app remembers")
	flags.StringVar(&a.shard, "shard", "",
		"make part `I/N` of the checks, 1/3 to 3/3, or auto for that of the CI system; see merge")
	flags.StringSliceVar(&a.only, "only", nil, "only checks whose `ID` begins so: A1, A30")
	flags.StringVar(&a.findings, "findings", ".twilsim/findings",
		"write a scenario for each failure that one can show into this `DIRECTORY`")
	flags.StringVar(&a.junit, "junit", "", "write a JUnit report to this `FILE`")
	flags.StringVar(&a.sarif, "sarif", "", "write a SARIF report to this `FILE`")
}

// Run makes the checks. Results are printed as they come, but JSON at the end, because the file of
// a scenario belongs to its result.
func (a *Audit) Run(ctx context.Context, args []string) error {
	a.method = strings.ToUpper(a.method)
	switch {
	case len(args) > 1 || len(args) == 1 && a.app != "":
		return misuse("twilsim audit URL, or twilsim audit --app 'node server.js'",
			"audit checks one app: the one at URL, or that of --app")
	case a.method != "POST" && a.method != "GET":
		return misuse("--method POST", "--method %s is neither POST nor GET", a.method)
	}
	if err := a.checkTarget(len(args) == 1); err != nil {
		return err
	}
	choice := audit.Choice{Only: a.only}
	err := choice.Check()
	if err != nil {
		return misuse("--only A30", "%v", err)
	}
	if choice.Shard, choice.Shards, err = config.FindShard(a.shard, a.Getenv); err != nil {
		return misuse("--shard 1/3", "--shard %s is wrong: %v", a.shard, err)
	}
	target, stop, err := a.aim(ctx, args)
	if err != nil {
		return err
	}
	defer stop()
	if err := a.checkState(ctx); err != nil {
		return err
	}
	if !a.UI.JSON {
		a.UI.Printf("audit  app %s\n", a.appName(args))
	}
	var results []audit.Result
	err = audit.Run(ctx, target, choice, func(r audit.Result) {
		a.write(&r)
		if !a.UI.JSON {
			r.WriteLine(a.UI.Clean())
		}
		results = append(results, r)
	})
	switch {
	case err == nil && len(results) == 0 && !a.UI.JSON:
		a.UI.Printf("none of the checks is in this part\n")
	case err != nil && len(results) == 0 && ctx.Err() == nil:
		return exit(failure.CannotStart, "", "%v", err)
	case err != nil:
		return err
	}
	return a.finish(target, results)
}

// checkTarget checks the flags about the app, which runs already or not.
func (a *Audit) checkTarget(runs bool) error {
	if err := checkURL("--public-url", a.public); err != nil {
		return err
	}
	if runs {
		if !sid.Valid(a.account, "AC") {
			return misuse("--account-sid "+simulator.DefaultAccountSID,
				"--account-sid %s is not an Account SID: write AC and 32 hexadecimal digits", a.account)
		}
		return checkURL("--status", a.status)
	}
	for _, f := range []struct{ flag, path string }{{"--path", a.path}, {"--status", a.status}} {
		if f.path != "" && !strings.HasPrefix(f.path, "/") {
			return misuse(f.flag+" /sms", "%s %s is not a path of the app", f.flag, f.path)
		}
	}
	return nil
}

// checkState checks that the command of --state can be run, and prints the same while nothing
// happens: else it would say that every request changes something.
func (a *Audit) checkState(ctx context.Context) error {
	state := a.stateOf()
	if state == nil {
		return nil
	}
	first, err := state(ctx)
	if err != nil {
		return misuse("", "--state: %v", err)
	}
	if second, err := state(ctx); err != nil || second != first {
		return misuse("", "--state %s prints something else each time, although nothing happens: leave "+
			"out what the app does not remember, such as times", a.state)
	}
	return nil
}

// appName names the app under audit: without any, it is not the user's.
func (a *Audit) appName(args []string) string {
	switch {
	case len(args) == 1:
		return "at " + mask.Text(args[0])
	case a.app != "":
		return a.app
	}
	return a.AppUnderTest() + "; --app 'node server.js' or a URL audits yours"
}

// aim returns the app under audit. stop ends what was started for it, and must be called. With
// --public-url the app is called at the URL's host and signed for the public one.
func (a *Audit) aim(ctx context.Context, args []string) (target audit.Target, stop func(),
	err error) {
	if len(args) == 0 {
		return a.start(ctx, a.public)
	}
	u, err := url.Parse(args[0])
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return target, nil, misuse("twilsim audit http://localhost:3000/sms", "%q is not an absolute URL",
			args[0])
	}
	target = audit.Target{Inbound: args[0], Status: a.status, Method: a.method, AccountSID: a.account,
		Token: a.token, State: a.stateOf()}
	if a.public != "" {
		target.Local = u.Scheme + "://" + u.Host
		target.Inbound = strings.TrimSuffix(a.public, "/") + u.RequestURI()
		if s, err := url.Parse(a.status); err == nil && a.status != "" {
			target.Status = strings.TrimSuffix(a.public, "/") + s.RequestURI()
		}
	}
	return target, func() {}, nil
}

// start starts the app of --app, or the tutorial's app. The fixture is a scenario's surroundings
// without a script: its simulator, whose journal has the app's requests, and the app. A restart
// starts one more of both, and stop ends all of them.
func (a *Audit) start(ctx context.Context, public string) (target audit.Target, stop func(),
	err error) {
	o := a.Options
	o.PublicURL, o.Timeout = public, 10*time.Minute
	if a.app != "" {
		o.App = simscript.Shell(a.app)
	}
	f, err := simscript.NewFixture(ctx, o, "audit")
	if err != nil {
		return target, nil, asExit(err)
	}
	account := f.Server.Account()
	target = audit.Target{
		Inbound: f.PublicURL + a.path, Status: f.PublicURL + "/status", Local: f.URL, Method: a.method,
		AccountSID: account.SID, Token: account.Token, State: a.stateOf(),
		Calls: func() (int, []string) {
			var texted []string
			all := account.Journal.Things(journal.Requests)
			for _, thing := range all {
				if to := thing.(*journal.Exchange).Params().Get("To"); to != "" {
					texted = append(texted, to)
				}
			}
			return len(all), texted
		},
	}
	if a.status != "" {
		target.Status = f.PublicURL + a.status
	}
	var others []func()
	target.Restart = func(ctx context.Context, public string) (audit.Target, error) {
		other, stop, err := a.start(ctx, public)
		if err == nil {
			others = append(others, stop)
		}
		return other, err
	}
	return target, func() {
		for _, stop := range others {
			stop()
		}
		f.Close()
	}, nil
}

// stateLimit is how long the command of --state may take.
const stateLimit = 10 * time.Second

// stateOf returns what runs the command of --state, nil without one.
func (a *Audit) stateOf() func(context.Context) (string, error) {
	if a.state == "" {
		return nil
	}
	words := simscript.Shell(a.state)
	return func(ctx context.Context) (string, error) {
		ctx, cancel := context.WithTimeoutCause(ctx, stateLimit,
			fmt.Errorf("it takes longer than %s", stateLimit))
		defer cancel()
		cmd := exec.CommandContext(ctx, words[0], words[1:]...)
		cmd.WaitDelay = time.Second // for what a shell has started
		out, err := cmd.Output()
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		if err != nil {
			return "", fmt.Errorf("%s: %v", a.state, reason.Of(err))
		}
		return string(out), nil
	}
}

// write writes the scenario of a failure. A file that cannot be written is a warning: the result
// counts.
func (a *Audit) write(r *audit.Result) {
	if r.Scenario == "" {
		return
	}
	name := filepath.Join(a.findings, "audit-"+r.ID+".txtar")
	err := os.MkdirAll(a.findings, 0o777)
	if err == nil {
		err = os.WriteFile(name, []byte(r.Scenario), 0o666)
	}
	if err != nil {
		a.UI.Warnf("cannot write %s: %v", name, reason.Of(err))
		return
	}
	r.File = name
}

// finish writes the totals and the reports. Warnings do not change the exit code. The error has no
// text, because the results were printed.
func (a *Audit) finish(target audit.Target, results []audit.Result) error {
	if a.UI.JSON {
		if err := audit.WriteJSON(a.UI.CleanJSON(), results); err != nil {
			return err
		}
	} else {
		audit.WriteTotals(a.UI.Clean(), results)
	}
	for name, write := range map[string]func(io.Writer) error{
		a.junit: func(w io.Writer) error { return audit.WriteJUnit(w, results) },
		a.sarif: func(w io.Writer) error { return audit.WriteSARIF(w, target.Inbound, results) },
	} {
		if err := writeFile(name, write); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(results, func(r audit.Result) bool { return r.Outcome == audit.Fail }) {
		return &failure.Error{Code: failure.No}
	}
	return nil
}

// writeFile writes a report, nothing without a name. Passwords of URLs are hidden, and characters
// escaped that may control a terminal: a report is passed on, and printed by other programs.
func writeFile(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return failure.Unwritable(name, err)
	}
	var text bytes.Buffer
	err = write(&text)
	if err == nil {
		_, err = io.WriteString(f, harmless(mask.Text(text.String())))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return failure.Unwritable(name, err)
	}
	return nil
}

// harmless escapes characters of a report, which is JSON or made of elements.
func harmless(text string) string {
	if strings.HasPrefix(text, "{") {
		return mask.JSON(text)
	}
	var b strings.Builder
	_, _ = terminal.NewCleanWriter(&b).Write([]byte(text)) // a Builder takes everything
	return b.String()
}
