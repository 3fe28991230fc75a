package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/config"
	"twilsim/simulator/display"
	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/reason"
	"twilsim/simulator/runcount"
	"twilsim/simulator/webhook"
	"twilsim/simulator/wholefile"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	listen       string
	port         uint16
	forwardTo    string
	fallbackURL  string
	forward      []string
	allowHosts   []string
	insecureApp  bool
	number       string
	seed         uint64
	speed        string
	keep         int
	rules        string
	quirks       []string
	strict       bool
	readyFile    string
	requireToken bool
	authToken    string
	anyAccount   bool
	offline      bool
	// testCredentials prints the test credentials, which work in any case.
	testCredentials bool
	// repeatSIDs issues the same SIDs in each run.
	repeatSIDs bool
}

func newServe(c *cli) *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "run the simulator",
		Long: `Serves the simulator until it is interrupted, and logs what happens: API calls, messages, webhooks, alerts.

Texts to your number go to POST /sms of the app at --forward-to, and to --fallback-url if that fails. --speed says how
time passes: real; fast, which is 60x; any factor such as 10x; or virtual, which stands still until "twilsim clock
advance". Each run issues new SIDs, because an app that has stored those of an earlier run would take a message with
one of them for a duplicate; with --repeat-sids they come from --seed alone.

The port is also an HTTP proxy, for apps whose SDK has no setting for Twilio's address: the simulator answers requests
to *.twilio.com, and all others are sent as usual, unless --offline. "twilsim env --proxy" prints the variables for it.

While it runs, the other commands find it by .twilsim/run.json in this directory.`,
		Example: `twilsim serve --forward-to http://localhost:3000
twilsim serve --forward https://shop.example=http://localhost:3000 \
    --forward-to https://shop.example
twilsim serve --forward-to http://localhost:3000 --fallback-url /fallback
twilsim serve --port 0 --ready-file ready --speed virtual`,
		Args: wantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.serve(cmd.Context(), o) },
	}
	config.AddFlags(cmd.Flags(), "serve", map[string]any{
		"listen": &o.listen, "port": &o.port, "forward-to": &o.forwardTo, "fallback-url": &o.fallbackURL,
		"forward": &o.forward, "allow-host": &o.allowHosts, "offline": &o.offline,
		"insecure-app": &o.insecureApp, "number": &o.number, "seed": &o.seed, "speed": &o.speed,
		"keep": &o.keep, "rules": &o.rules, "quirk": &o.quirks, "strict": &o.strict, "ready-file": &o.readyFile, "require-token": &o.requireToken,
		"auth-token":  &o.authToken,
		"any-account": &o.anyAccount, "test-credentials": &o.testCredentials, "repeat-sids": &o.repeatSIDs,
	})
	return cmd
}

// serve runs the simulator until ctx ends.
func (c *cli) serve(ctx context.Context, o serveOptions) error {
	sim, err := c.newServer(o)
	if err != nil {
		return err
	}
	if sim.AccessToken, err = o.token(c.accessToken); err != nil {
		return err
	}
	if err := sim.Start(); err != nil {
		return misuse("%v", err).try("twilsim help serve")
	}
	if err := c.config.Apply(sim); err != nil {
		return err
	}
	c.beginRun(sim, o.repeatSIDs)
	if err := applyRules(sim, o.rules); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(o.listen, strconv.Itoa(int(o.port))))
	if err != nil {
		return c.cannotListen(ctx, err, o)
	}
	h := &host{c: c, sim: sim, ln: ln, options: o}
	return h.run(ctx)
}

// beginRun makes the SIDs of this run differ from those of all others, unless they are to repeat. If
// the runs cannot be counted, it takes a number by chance; and also with an access token, because
// whoever knows the SID of a media file may fetch it.
func (c *cli) beginRun(sim *simulator.Server, repeat bool) {
	if repeat {
		return
	}
	number, err := runcount.Next()
	if err != nil {
		c.ui.Warnf("runs are not counted, so SIDs come from no seed: %v; set XDG_STATE_HOME to a directory that you can "+
			"write, or --repeat-sids", err)
	}
	if err != nil || sim.AccessToken != "" {
		var random [8]byte
		rand.Read(random[:])                                // it never fails
		number = binary.BigEndian.Uint64(random[:]) | 1<<63 // above all that are counted
	}
	sim.BeginRun(number)
}

// applyRules replaces the rules of the main account by those of a file; "" leaves them.
func applyRules(sim *simulator.Server, file string) error {
	if file == "" {
		return nil
	}
	rules, err := config.ReadRules(file)
	if err != nil {
		return err
	}
	sim.Account().Rules.Replace(rules)
	return nil
}

// newServer returns a simulator with the settings of the flags.
func (c *cli) newServer(o serveOptions) (*simulator.Server, error) {
	sim := &simulator.Server{Seed: o.seed, Keep: o.keep, AllowHosts: o.allowHosts, AnyAccount: o.anyAccount,
		InsecureApp: o.insecureApp, AuthToken: o.authToken, Version: version}
	var err error
	if sim.Clock, err = config.ParseSpeed(o.speed); err != nil {
		return nil, err
	}
	if sim.Quirks, err = config.ParseQuirks(o.strict, o.quirks); err != nil {
		return nil, err
	}
	if sim.PhoneNumber, err = address.Parse(o.number); err != nil {
		return nil, err
	}
	for _, s := range o.forward {
		route, err := webhook.ParseRoute(s)
		if err != nil {
			return nil, err
		}
		sim.Routes = append(sim.Routes, route)
	}
	if o.forwardTo != "" {
		// The path is /sms anyway, so a URL with it means the same.
		sim.ForwardTo = strings.TrimSuffix(strings.TrimSuffix(o.forwardTo, "/"), "/sms")
	}
	if o.fallbackURL != "" && o.forwardTo == "" {
		return nil, misuse("--fallback-url stands in for the app at --forward-to, which is missing").
			try("twilsim serve --forward-to http://localhost:3000 --fallback-url /fallback")
	}
	sim.FallbackURL = o.fallbackURL
	if c.ui.Verbose {
		sim.Log = slog.New(slog.NewTextHandler(c.ui.Err, nil))
	}
	return sim, nil
}

// token returns the access token: the given one, or a new one; "" for none. Without a token it refuses to
// listen for other machines.
func (o serveOptions) token(given string) (string, error) {
	if o.requireToken && o.anyAccount {
		return "", misuse("--any-account accepts any credentials, and --require-token keeps strangers out").
			try("one of the two")
	}
	if o.requireToken {
		return cmp.Or(given, rand.Text()), nil
	}
	addr, err := netip.ParseAddr(o.listen)
	if o.listen == "localhost" || err == nil && addr.IsLoopback() {
		return "", nil
	}
	listen := o.listen
	if listen == "" {
		listen = `""`
	}
	return "", fail(exitUsage, "refusing to listen on %s without a token", listen).
		cause("both APIs would be open to your network").
		try("twilsim serve --listen " + listen + " --require-token      (a token is generated and printed)")
}

// host is a simulator that is being served.
type host struct {
	c       *cli
	sim     *simulator.Server
	ln      net.Listener
	options serveOptions

	noCertificate sync.Once // prints only once that the proxy has no certificate
}

// trouble reports a problem of the proxy. Most clients do not show the answer to their CONNECT, so the
// user would not see it otherwise.
func (h *host) trouble(t intercept.Trouble) {
	account := h.sim.Account()
	switch t.Reason {
	case intercept.WhenOffline:
		account.RaiseRefused(t.Method, t.URL, "twilsim serve --offline --allow-host "+t.Host)
	case intercept.NotLocal:
		account.RaiseRefused(t.Method, t.URL, "run the app on the machine of the simulator")
	case intercept.Distrust:
		account.RaiseDistrust(t.Host)
	case intercept.NoCertificate:
		h.noCertificate.Do(func() { h.c.ui.Warnf("the proxy cannot answer for %s: %v; %s", t.Host, t.Err, intercept.TryDataHome) })
	}
}

// grace is how long requests and webhooks in flight may continue after a signal.
const grace = time.Second

// run serves until ctx ends.
func (h *host) run(ctx context.Context) error {
	base, cancel := context.WithCancel(context.Background())
	defer cancel()
	logs := display.NewLogs(h.c.ui, h.sim.Accounts(), h.options.speed != "real")
	proxy := &intercept.Proxy{
		Handler: logs.Listen(h.sim), Offline: h.options.offline, AllowHosts: h.options.allowHosts, Trouble: h.trouble,
	}
	server := &http.Server{
		Handler:           proxy,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return base },
	}
	h.sim.SetURL(h.url())
	done := make(chan error, 1)
	go func() { done <- server.Serve(h.ln) }()

	remove, err := h.announce()
	if err != nil {
		return err
	}
	defer remove()
	logs.Start(base)
	h.checkApp(ctx)

	select {
	case err = <-done:
		err = fail(exitCannotStart, "stopped listening: %v", err)
	case <-ctx.Done():
	}
	cancel() // ends event streams, which would otherwise delay the shutdown
	h.stop(server, proxy)
	logs.Summary()
	return err
}

// stop ends the server. It waits for requests and webhooks in flight, but no longer than grace.
func (h *host) stop(server *http.Server, proxy *intercept.Proxy) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
	proxy.Close()
	closed := make(chan struct{})
	go func() { h.sim.Close(); close(closed) }()
	select {
	case <-closed:
	case <-ctx.Done(): // an app that does not answer must not block the exit
	}
}

// url is the URL of the server on this machine.
func (h *host) url() string {
	addr := h.ln.Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(addr.Port))
	}
	return "http://" + addr.String()
}

// announce says that the server is ready: in run.json, in the ready file and on stdout. It returns a
// function that removes the files.
func (h *host) announce() (remove func(), err error) {
	run := &runFile{
		URL: h.url(), PID: os.Getpid(), Started: h.c.started, Version: version,
		AccountSID: h.sim.Account().SID, AccessToken: h.sim.AccessToken,
	}
	removeRun, err := run.write()
	if err != nil { // serve works in a directory that cannot be written
		h.c.ui.Warnf("%s is not written, so other commands need --url %s: %s", runFileName, h.url(), err)
		removeRun = func() {}
	}
	ready := h.options.readyFile
	remove = func() {
		removeRun()
		if ready != "" {
			os.Remove(ready) // a program that waits for the next serve must not find it
		}
	}
	if ready != "" {
		if err := wholefile.Write(ready, []byte(h.url()+"\n"), 0o644); err != nil {
			remove()
			return nil, fail(exitCannotStart, "cannot write the ready file: %v", err)
		}
	}
	h.banner() // last, so that the files exist when a program reads its first line
	return remove, nil
}

// checkApp warns if the app does not accept connections yet.
func (h *host) checkApp(ctx context.Context) {
	if h.sim.ForwardTo == "" {
		return
	}
	local, _ := h.sim.Routes.Local(h.sim.ForwardTo)
	if !webhook.IsLocal(local) {
		return // other machines get no request without need
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", webhook.HostPort(local))
	if err == nil {
		conn.Close()
		return
	}
	h.c.ui.Warnf("%s does not answer yet (%s); webhooks will be recorded", journal.MaskURL(local), reason.Of(err))
}
