package testscript

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

// publicURL is the URL of a scenario's app as Twilio knows it, unless the scenario or the options
// set another. It is always the same, so that signatures and journals are the same in each run;
// requests to it are routed to the app.
const publicURL = "http://app.example"

// start is the time at which every scenario's virtual clock begins.
var start = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// world is one scenario: a simulator of its own, the app under test, and the names that the script
// gave to things. Commands of the script use it from one goroutine; what others read meanwhile,
// such as the names, has its own lock.
type world struct {
	options Options
	common  *common // what it shares with the other scenarios of the run
	file    string  // the scenario's
	dir     string  // of its files: $WORK
	server  *simulator.Server
	account *messaging.Account
	stop    func() // stops listening
	url     string // the simulator's
	public  string // what the app believes its URL to be
	ctx     context.Context
	alive   context.Context // ends with ctx and with the app; for waits that need the app
	cancel  context.CancelFunc

	app          *process
	interception *interception // nil without -intercept
	log          *applog
	progress     progress
	naming       sync.Mutex        // names are read while the scenario runs
	names        map[string]string // a thing's ID and the name that as= gave it
	story        storyVars
	environment  []string // of the script at its beginning, secrets masked
	hungUp       int      // how many requests the app has left unanswered
	startedApp   bool     // the run's app, not one that the scenario names
	builtIn      bool     // the built-in app was started
	part         bool     // it is run to one of its phases only
	provisions   []provision
	told         bool            // whether the script has failed because the app has ended
	direct       *direct         // calls the app without a network; nil uses one
	director     *director       // of the bug search; nil without one
	checked      map[string]bool // things that lines of the script looked for, by ID
	networks     sync.Map        // the transports of webhooks so far
	handsets     *handsets       // the numbers of this run of the bug search; nil for the scenario's
	looksAtLog   bool            // a line of the bug search's scenario looks at what the app prints
	kept         bool            // its app is one that the runs of the bug search share
	release      func()          // gives a shared app back, at the end; nil without one

	closed sync.Once
}

type worldKey struct{}

// of returns the world of a running script.
func of(ts host) *world { return ts.Value(worldKey{}).(*world) }

// newWorld makes the world of the scenario called name, which ends with ctx or at the deadline. Its
// account depends on the seed and the name alone; scenarios with a shared app have the same
// account. The caller must close it. Its clock is virtual and begins at start.
func newWorld(
	ctx context.Context,
	o Options,
	name string,
	c *common,
	deadline time.Time,
) (*world, error) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	seed := o.seed() ^ hash.Sum64()
	w := &world{
		options: o,
		common:  c,
		public:  o.publicURL(),
		names:   map[string]string{},
		checked: map[string]bool{},
		log:     newApplog(),
	}
	ids := sid.New(seed)
	w.server = &simulator.Server{
		AccountSID: ids.Next(
			"AC",
		), AuthToken: ids.AuthToken(), Seed: seed, Clock: clock.Virtual(start), Quirks: o.Quirks,
		Patience: o.patience(),
		Routes:   routesTo(w.public, "http://127.0.0.1:1"), Log: o.Log,
	}
	if o.together() {
		w.server.AccountSID, w.server.AuthToken = simulator.DefaultAccountSID, simulator.DefaultAuthToken
	}
	w.server.Webhooks = &webhook.Client{Wrap: w.wrap}
	c.prepare(w)
	if err := w.server.Start(); err != nil {
		return nil, err
	}
	if o.Run > 0 && o.together() {
		w.server.BeginRun(o.Run)
	}
	w.account = w.server.Account()
	w.log.stamp = w.stamp
	if w.director != nil {
		w.account.SetDirector(w.director)
	}
	var err error
	if w.direct != nil {
		w.url, w.stop = directAPI, func() {}
	} else if w.url, w.stop, err = c.serve(http.HandlerFunc(w.serve)); err != nil {
		return nil, err
	}
	w.server.SetURL(w.url)
	w.ctx, w.cancel = context.WithDeadline(ctx, deadline)
	w.alive = w.ctx
	return w, nil
}

// publicURLOf is the script's PUBLIC_URL, without a slash at its end, as apps expect it.
func publicURLOf(ts host) string {
	return strings.TrimRight(ts.Getenv("PUBLIC_URL"), "/")
}

// serveAt routes requests to where the app listens.
func (w *world) serveAt(url string) {
	for _, route := range routesTo(w.options.publicURL(), "") {
		_ = w.server.SetRoute(route.Public, "") // removing a route never fails
	}
	for _, route := range routesTo(w.public, url) {
		// A public URL that is not a URL is refused when the number gets its webhook, right after
		// this.
		_ = w.server.SetRoute(route.Public, route.Local)
	}
}

// routesTo returns routes from the app's public URL to where it listens, for http and https: an app
// usually runs behind a proxy that accepts both.
func routesTo(public, local string) webhook.Routes {
	other, isHTTPS := strings.CutPrefix(public, "https://")
	if isHTTPS {
		other = "http://" + other
	} else {
		other = "https://" + strings.TrimPrefix(public, "http://")
	}
	return webhook.Routes{{Public: public, Local: local}, {Public: other, Local: local}}
}

// close stops the simulator, and the app unless it is shared. The app goes first, while its
// requests can still be answered. It may be called more than once.
func (w *world) close() {
	w.closed.Do(func() {
		if w.app != nil {
			w.app.stop()
		}
		w.cancel()
		w.interception.close()
		w.server.Close()
		w.stop()
		w.giveBack()
	})
}

// giveBack lets other runs have a shared app.
func (w *world) giveBack() {
	if w.release != nil {
		w.release()
		w.release = nil
	}
}

// masked replaces a secret.
const masked = "[masked]"

// mask hides the tokens of all accounts, including those before a rotation.
func (w *world) mask(s string) string {
	s = strings.ReplaceAll(s, w.server.Accounts().Test().Token, masked)
	for _, account := range w.server.Accounts().List() {
		s = strings.ReplaceAll(s, account.Token, masked)
		s = strings.ReplaceAll(s, webhook.PreviousToken(account.Token), masked)
	}
	return s
}

// outerCause returns the cause of a failure that lies outside of the script: the app has ended, or
// the time limit was reached. Nil means neither.
func (w *world) outerCause() error {
	if w.app != nil && !w.told &&
		w.app.endedWithin(quiet) { // its connections close a moment before it ends
		return w.app.exitError(w.log)
	}
	if w.timedOut(clock.Wall()) {
		return timeoutError(w.options.timeout())
	}
	return nil
}

// timedOut reports whether the scenario's time was over at a moment. The clock decides, not the
// context: the engine ends a program a moment after the scenario's deadline, and on a busy machine
// the context may not have noticed its own by then.
func (w *world) timedOut(now time.Time) bool {
	deadline, ok := w.ctx.Deadline()
	return errors.Is(w.ctx.Err(), context.DeadlineExceeded) ||
		ok && w.ctx.Err() == nil && !now.Before(deadline)
}

// checkApp fails the script when the app has ended. It comes before and after each command, because
// an app that has ended explains most other failures. An app that was started elsewhere cannot be
// watched.
func (w *world) checkApp(ts host) {
	if w.app == nil || w.app.done == nil {
		return
	}
	limit := time.Duration(0)
	if w.director != nil { // its deviations break connections too, and its verdict looks again
		limit = -1
	}
	if n := w.unanswered(); limit == 0 && n > w.hungUp { // it may be ending just now
		w.hungUp, limit = n, exitDelay
	}
	if w.app.ended() || limit > 0 && w.app.endedWithin(limit) {
		w.told = true
		ts.Fatalf("%v", w.app.exitError(w.log))
	}
}

// exitDelay is how long an app that has closed its connections may take to end: the system closes
// the connections of a program before it reports the end of the program, on a busy machine long
// before.
const exitDelay = time.Second

// unanswered counts the requests that the app did not answer before it closed the connection, as
// happens when it ends.
func (w *world) unanswered() int {
	n := 0
	for _, thing := range w.account.Journal.Things(journal.Webhooks) {
		if thing.(*journal.Exchange).Error == webhook.HungUp {
			n++
		}
	}
	return n
}

// timeoutError is the error of a scenario that took too long.
func timeoutError(limit time.Duration) error {
	return fmt.Errorf("timed out after %s (--timeout): this command was still running", limit)
}

// vars are the variables in the environment of the script and of the app.
func (w *world) vars() []string {
	return []string{
		"TWILSIM_URL=" + w.url,
		"TWILIO_ACCOUNT_SID=" + w.account.SID,
		"TWILIO_AUTH_TOKEN=" + w.account.Token,
		"TWILIO_PREVIOUS_AUTH_TOKEN=" + webhook.PreviousToken(w.account.Token),
		"TWILIO_PHONE_NUMBER=" + simulator.DefaultPhoneNumber,
		"PUBLIC_URL=" + w.public,
		"TWILIO_TEST_ACCOUNT_SID=" + w.server.Accounts().Test().SID,
		"TWILIO_TEST_AUTH_TOKEN=" + w.server.Accounts().Test().Token,
	}
}

// elapsed is the virtual time since the scenario began.
func (w *world) elapsed() time.Duration { return w.account.Clock.Now().Sub(start) }

// accounts returns the scenario's account and all others, which the app or the scenario made: the
// oldest first, and last the account of the test credentials.
func (w *world) accounts() []*messaging.Account {
	all := w.server.Accounts().List()
	slices.Reverse(all)
	return append(all, w.server.Accounts().Test())
}

// unexpected returns an error about the alerts of level error, in any account, that the script did
// not expect.
func (w *world) unexpected() error {
	var lines []string
	for _, account := range w.accounts() {
		for _, thing := range account.Journal.Things(journal.Alerts) {
			alert := thing.(*journal.Alert)
			if alert.Level == journal.LevelError && !alert.Expected() {
				lines = append(lines, w.explain(account, alert))
			}
		}
	}
	if lines == nil {
		return nil
	}
	return errors.New("the scenario raised an alert of level error that it did not expect:\n" +
		strings.Join(lines, "\n"))
}

// explain describes an alert: what happened, what its code means, in which exchange, and how a
// scenario expects it.
func (w *world) explain(account *messaging.Account, alert *journal.Alert) string {
	lines := []string{
		fmt.Sprintf("  %s  %s %s: %s", alert.Name, alert.Code, alert.Title, alert.Text),
	}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, fmt.Sprintf("      %-6s %s", label, text))
		}
	}
	expect := "expect alert code=" + alert.Code
	if account != w.account {
		add("in", "account "+account.SID)
		expect = "account " + account.SID + " " + expect
	}
	add("cause", alert.Cause)
	if x, ok := exchangeOf(account, alert); ok {
		add(x.Name, x.Method+" "+x.URL+"  "+httpStatus(x))
	}
	add("try", alert.Try)
	lines = append(lines, "      if this is right, say so in the scenario:  "+expect)
	return strings.Join(lines, "\n")
}

// exchangeOf returns the webhook or the request that an alert of an account came from.
func exchangeOf(a *messaging.Account, alert *journal.Alert) (*journal.Exchange, bool) {
	for _, kind := range []journal.Kind{journal.Webhooks, journal.Requests} {
		if thing, ok := a.Journal.Thing(kind, alert.Exchange); ok {
			return thing.(*journal.Exchange), true
		}
	}
	return nil, false
}

// message finds a message by its SID, a prefix of it, or "latest".
func (w *world) message(ref string) (*messaging.Message, error) {
	thing, err := w.account.Journal.Resolve(journal.Messages, ref)
	if err != nil {
		return nil, err
	}
	return thing.(*messaging.Message), nil
}

// nameThing gives a thing the name of an as= word.
func (w *world) nameThing(ts host, name, id string) {
	if name != "" {
		ts.Check(checkName(name))
		w.naming.Lock()
		w.names[id] = name
		w.naming.Unlock()
		ts.Setenv(name, id)
	}
}

var goodName = lazy.Regexp(`^[A-Z][A-Z0-9_]*$`)

// reserved are variables that as= must not overwrite.
func reserved() []string {
	return []string{
		"APP",
		"HERE",
		"HOME",
		"PATH",
		"PUBLIC_URL",
		"ROOT",
		"TMPDIR",
		"TWILIO_ACCOUNT_SID",
		"TWILIO_AUTH_TOKEN",
		"TWILIO_PHONE_NUMBER",
		"TWILIO_PREVIOUS_AUTH_TOKEN",
		"TWILIO_TEST_ACCOUNT_SID",
		"TWILIO_TEST_AUTH_TOKEN",
		"TWILSIM_URL",
		"WORK",
	}
}

// checkName returns an error if a word cannot be the name of a thing.
func checkName(name string) error {
	switch {
	case !goodName().MatchString(name):
		return fmt.Errorf(
			"bad name as=%s: use capitals, digits and underscores, a capital first",
			name,
		)
	case slices.Contains(reserved(), name):
		return fmt.Errorf(
			"as=%s would overwrite a variable that the scenario needs: choose another name",
			name,
		)
	}
	return nil
}

// usage fails the script with a command's usage.
func usage(ts host, format string) { ts.Fatalf("usage: %s", format) }

// refuseNeg fails the script if ! stands before a command that cannot be negated.
func refuseNeg(ts host, neg bool, command string) {
	if neg {
		ts.Fatalf("%v", cannotNegate(command))
	}
}
