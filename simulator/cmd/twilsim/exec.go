package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/rest"
	sids "twilsim/simulator/sid"
	"twilsim/simulator/suggest"
)

// The exit codes of exec itself, as docker run has them. All others are the command's.
const (
	exitFirst         = 125 // twilsim failed before the command ran
	exitNotExecutable = 126
	exitNotFound      = 127
	exitSignal        = 128 // and the number of the signal
)

// execOptions are the flags of exec.
type execOptions struct {
	attach          bool
	printEnv        bool
	keepCredentials bool
	failOn          []string
	offline         bool
	allowHosts      []string
	seed            uint64
	forwardTo       string
}

func newExec(c *cli) *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [flags] -- CMD [ARG...]",
		Short: "run a command whose Twilio traffic goes to the simulator",
		Long: `Runs a command, unchanged, whose requests to *.twilio.com go to a simulator and nowhere else. Variables tell its SDK
about a proxy on this machine and about a certificate authority of your own; they are set for the command alone, and
nothing is put into the system's trust store.

The simulator is one of its own on a free port, or with --attach the one that runs. Requests for what is not simulated
are refused; those to hosts that are not Twilio's go out as always, unless --offline.

TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER are the simulator's for the command, and so are TWILIO_API_KEY
and TWILIO_API_SECRET where they are set. No real credential is used by mistake.

The exit code is the command's. 125 says that twilsim failed first, 126 that the command cannot be executed, 127 that it
was not found, 128+n that signal n ended it.`,
		Example: `twilsim exec -- npm test
twilsim exec --fail-on alert --fail-on blocked --offline -- pytest
twilsim exec --attach -- npm start
twilsim exec --print-env`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 || o.printEnv {
				return nil
			}
			return first(misuse("no command to run").try("twilsim exec -- npm test"))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.exec(context.WithoutCancel(cmd.Context()), o, args) // signals are for the command
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return first(flagFailure(cmd, err)) })
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what stands behind the command's name is its own
	flags.BoolVar(&o.attach, "attach", false, "join the simulator that runs, in place of one of its own")
	flags.BoolVar(&o.printEnv, "print-env", false, "print the variables that a command gets, and the reason for each, and run nothing")
	flags.BoolVar(&o.keepCredentials, "keep-credentials", false,
		"leave the TWILIO_ variables that are set; the simulator then takes any credentials")
	flags.StringSliceVar(&o.failOn, "fail-on", nil, "exit 1 on `WHAT` was found: alert (advice does not count) or blocked; may be repeated")
	flags.BoolVar(&o.offline, "offline", false, "let nothing out but to this machine")
	flags.StringArrayVar(&o.allowHosts, "allow-host", nil,
		"a `HOST` that is let out all the same, and that webhooks may go to; may be repeated")
	flags.Uint64Var(&o.seed, "seed", simulator.DefaultSeed, "what SIDs and chance come from, `N` above 0")
	flags.StringVar(&o.forwardTo, "forward-to", "", "the app's base `URL`; texts go to its /sms")
	return cmd
}

// first makes the failure one that happened before the command ran.
func first(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return &failure{code: exitFirst, what: err.Error(), err: err}
	}
	f.code = exitFirst
	return f
}

// execution is one run of a command.
type execution struct {
	c       *cli
	options execOptions

	sim    *simulator.Server // nil when attached
	place  *place            // of the simulator
	after  int64             // the last event before the command; 0 for a simulator of its own
	seed   uint64
	ca     *intercept.CA
	proxy  *intercept.Proxy
	ln     net.Listener
	server *http.Server
	direct atomic.Int64 // API requests that did not come through the proxy
	key    string       // SID of the API key that was made for the command; "" for none
	env    surroundings
}

func (c *cli) exec(ctx context.Context, o execOptions, args []string) error {
	if o.attach && c.fromFile("forward-to", o.forwardTo) != "" {
		o.forwardTo = "" // the project's, which is for a simulator of its own
	}
	if err := o.check(); err != nil {
		return first(err)
	}
	path := ""
	if !o.printEnv {
		var err error
		if path, err = lookUp(args[0]); err != nil {
			return err
		}
	}
	e := &execution{c: c, options: o}
	if err := e.start(ctx); err != nil {
		return first(c.explain(err))
	}
	defer e.stop()
	if o.printEnv {
		return c.printSettings(e.env.settings())
	}
	e.begin()
	code, err := e.run(path, args, c.ui.out)
	if err != nil {
		return err
	}
	return e.end(ctx, code)
}

// failOn are the findings that --fail-on knows.
func failOn() []string { return []string{"alert", "blocked"} }

func (o execOptions) check() error {
	for _, what := range o.failOn {
		if !slices.Contains(failOn(), what) {
			return misuse("--fail-on knows no %q", what).try("--fail-on " + or(suggest.Nearest(what, failOn()), "alert"))
		}
	}
	if err := checkAllowHosts(o.allowHosts); err != nil {
		return err
	}
	if o.attach && o.forwardTo != "" {
		return misuse("--forward-to is for a simulator of its own").try("twilsim serve --forward-to " + o.forwardTo)
	}
	return nil
}

// checkAllowHosts refuses what would make a simulator a way to Twilio, and a URL, which would allow nothing.
func checkAllowHosts(hosts []string) error {
	for _, host := range hosts {
		if strings.Contains(host, "/") {
			_, behind, _ := strings.Cut(host, "://")
			name, _, _ := strings.Cut(or(behind, host), "/")
			return misuse("--allow-host %s is no host", host).try("--allow-host " + name)
		}
		if intercept.Simulated(host) {
			return misuse("--allow-host %s would let messages out to Twilio", host).
				cause("twilsim never sends a message for real").try("run your app without twilsim's proxy")
		}
	}
	return nil
}

// tryDataHome is what helps where the CA cannot be opened.
const tryDataHome = "set XDG_DATA_HOME to a folder that you can write"

// openTrust opens the user's CA, and writes the files by which a command believes it.
func (c *cli) openTrust() (*intercept.CA, *intercept.Trust, error) {
	ca, err := intercept.OpenCA("")
	if err != nil {
		return nil, nil, fail(exitCannotStart, "%v", err).try(tryDataHome)
	}
	trust, err := ca.Trust(c.getenv("REQUESTS_CA_BUNDLE"), c.getenv("CURL_CA_BUNDLE"), c.getenv("NODE_EXTRA_CA_CERTS"))
	if err != nil {
		return nil, nil, fail(exitCannotStart, "%v", err).try(tryDataHome)
	}
	return ca, trust, nil
}

// lookUp finds the command's file.
func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path, nil
	case errors.Is(err, fs.ErrPermission):
		return "", fail(exitNotExecutable, "%s cannot be executed", name).cause(err.Error())
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "", fail(exitNotFound, "%s was not found", name).cause(err.Error())
	}
	return "", fail(exitNotExecutable, "%v", err)
}

// start finds or makes the simulator, and listens.
func (e *execution) start(ctx context.Context) error {
	ca, trust, err := e.c.openTrust()
	if err != nil {
		return err
	}
	e.ca = ca
	if e.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return fail(exitCannotStart, "cannot listen: %v", err)
	}
	handler, err := e.open(ctx)
	if err != nil {
		e.ln.Close()
		return err
	}
	e.proxy = &intercept.Proxy{Handler: handler, CA: ca, Offline: e.options.offline, AllowHosts: e.options.allowHosts}
	e.server = &http.Server{Handler: e.proxy, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go e.server.Serve(e.ln)
	e.env = surroundings{
		Environment: intercept.Environment{Proxy: e.ln.Addr().String(), Trust: trust, Getenv: e.c.getenv}, keep: e.options.keepCredentials,
	}
	if err := e.ask(ctx); err != nil {
		e.stop()
		return err
	}
	return nil
}

// open returns the simulator's handler.
func (e *execution) open(ctx context.Context) (http.Handler, error) {
	if e.options.attach {
		return e.attach(ctx)
	}
	o := serveOptions{
		forwardTo: e.options.forwardTo, allowHosts: e.options.allowHosts, seed: e.options.seed, speed: "real",
		number: simulator.DefaultPhoneNumber, anyAccount: e.options.keepCredentials,
	}
	number := e.c.getenv("TWILIO_PHONE_NUMBER")
	if _, err := address.Parse(number); err == nil && e.options.keepCredentials {
		o.number = number
	}
	sim, err := e.c.newServer(o)
	if err != nil {
		return nil, err
	}
	if e.options.keepCredentials { // the account whose token signs the webhooks
		if have := e.c.getenv("TWILIO_ACCOUNT_SID"); sids.Valid(have, "AC") {
			sim.AccountSID, sim.AuthToken = have, e.c.getenv("TWILIO_AUTH_TOKEN")
		}
	}
	url := "http://" + e.ln.Addr().String()
	sim.SetPublicURL(url)
	if err := e.c.config.furnish(sim); err != nil {
		return nil, err
	}
	e.sim, e.place = sim, &place{url: url}
	return http.HandlerFunc(e.serve), nil
}

// serve counts the requests that name the simulator and not Twilio.
func (e *execution) serve(w http.ResponseWriter, r *http.Request) {
	if !rest.IsTwilio(r.Host) && !strings.HasPrefix(r.URL.Path, control.Prefix) {
		e.direct.Add(1)
	}
	e.sim.ServeHTTP(w, r)
}

// attach returns what passes requests on to the simulator that runs, under the host that they name.
func (e *execution) attach(ctx context.Context) (http.Handler, error) {
	p, err := e.c.find(ctx)
	if err != nil {
		return nil, err
	}
	e.place = p
	target, err := url.Parse(p.url)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}, // F-487: as it is, or not at all
	}, nil
}

// ask learns from the simulator what the command has to know.
func (e *execution) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.c.timeout)
	defer cancel()
	client := e.place.client()
	server, err := client.Server(ctx)
	if err != nil {
		return e.place.explain(err)
	}
	e.seed = server.Seed
	if e.options.attach {
		e.after = server.LastEvent
	}
	credentials, err := client.Credentials(ctx)
	if err != nil {
		return e.place.explain(err)
	}
	e.env.simulator = e.place.variables(credentials)
	return e.replaceKey(ctx, client)
}

// replaceKey makes an API key where the command would have one of its own: it is as good as the token.
func (e *execution) replaceKey(ctx context.Context, client *control.Client) error {
	if e.options.keepCredentials || e.c.getenv("TWILIO_API_KEY")+e.c.getenv("TWILIO_API_SECRET") == "" {
		return nil
	}
	key, err := client.AddKey(ctx, "twilsim exec")
	if err != nil {
		return e.place.explain(err)
	}
	e.key = key.SID
	e.env.simulator = append(e.env.simulator, variable{"TWILIO_API_KEY", key.SID}, variable{"TWILIO_API_SECRET", key.Secret})
	return nil
}

// stop ends what start began.
func (e *execution) stop() {
	if e.options.attach && e.key != "" { // the simulator goes on without us
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		_, _ = e.place.client().RemoveKey(ctx, e.key) // it may have stopped meanwhile
	}
	e.server.Close()
	e.proxy.Close()
	if e.sim != nil {
		closed := make(chan struct{})
		go func() { e.sim.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(grace): // an app that does not answer must not hold us
		}
	}
}

// run runs the command to its end, and returns its exit code.
func (e *execution) run(path string, args []string, stdout io.Writer) (int, error) {
	cmd := exec.Command(path, args[1:]...)
	cmd.Args[0] = args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.c.ui.in, stdout, e.c.ui.err
	cmd.Env = os.Environ()
	for _, s := range e.env.settings() {
		cmd.Env = append(cmd.Env, s.Name+"="+s.Value)
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded()...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, fail(exitNotExecutable, "%s cannot be executed", args[0]).cause(err.Error())
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its exit code says it
		close(done)
	}()
	for {
		select {
		case s := <-signals:
			if !sentByTerminal(s) { // else the command has it already
				_ = cmd.Process.Signal(s)
			}
		case <-done:
			return exitCode(cmd.ProcessState), nil
		}
	}
}
