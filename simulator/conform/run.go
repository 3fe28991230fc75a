package conform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"twilsim/simulator/clock"
)

// Options say whom to ask, and what.
type Options struct {
	// URL is the base URL of the server, such as http://127.0.0.1:2010 or https://api.twilio.com.
	URL string
	// Account and Token are the credentials. Whether they are an ordinary account's or test
	// credentials is found out with one GET (F-464).
	Account, Token string
	// TestAccount and TestToken are test credentials beside those of an ordinary account.
	TestAccount, TestToken string
	// Select names the probes: the numbers of facts, or words in the names of probes. Empty is all.
	Select []string
	// Effects lets probes change the account at a server that is not on a loopback address.
	Effects bool
	// To receives messages where Effects is set; on a loopback address it has a default.
	To string
	// Now is the server's time; nil is this machine's.
	Now func() time.Time
	// Wait waits for a time between two requests of an await, or moves the server's clock by it.
	// Nil waits on this machine's clock.
	Wait func(context.Context, time.Duration) error
	// Client makes the requests; nil is one with a timeout of 30 s. It must not follow redirects.
	Client *http.Client
}

// Verdict says how an answer compares with the facts.
type Verdict string

// The verdicts. Unknown is a server that could not be asked.
const (
	Agrees  Verdict = "agrees"
	Differs Verdict = "differs"
	Unknown Verdict = "unknown"
)

// Result is what came of one probe. Want, Got and Diff are "" for an unknown one, and Reason for
// the others.
type Result struct {
	Facts   []string `json:"facts"`
	Probe   string   `json:"probe"`
	Request string   `json:"request"` // such as POST Messages.json
	Verdict Verdict  `json:"verdict"`
	Want    string   `json:"want,omitempty"` // lines, one for each expectation
	Got     string   `json:"got,omitempty"`  // lines, in the same order
	Diff    string   `json:"diff,omitempty"` // the lines that differ, -want +got
	Reason  string   `json:"reason,omitempty"`
}

const (
	// magicFrom is the only sender that test credentials have (F-456).
	magicFrom = "+15005550006"
	// loopbackTo is a number that nobody has.
	loopbackTo = "+12025550142"
	// nobody is the SID of an account that does not exist.
	nobody = "AC00000000000000000000000000000000"
	// maxAnswer is the most that is read of an answer, in bytes.
	maxAnswer = 8 << 20
	// awaitLimit is how long an await goes on, and pause how long it waits between two requests.
	awaitLimit, pause = 30 * time.Second, 50 * time.Millisecond
)

// Run asks the server and returns the results in the order of the probes. Its errors are about the
// options, or about a server that does not answer or refuses the credentials. Probes run one after
// the other, because they share an account. When ctx ends, the results so far come with its error.
func Run(ctx context.Context, o Options) ([]Result, error) {
	probes, err := load()
	if err != nil {
		return nil, err
	}
	if probes, err = choose(probes, o.Select); err != nil {
		return nil, err
	}
	r, err := newRunner(ctx, o)
	if err != nil {
		return nil, err
	}
	results := make([]Result, 0, len(probes))
	for _, p := range probes {
		if err := ctx.Err(); err != nil {
			return results, err
		}
		results = append(results, r.run(ctx, p))
	}
	return results, nil
}

// credentials are those of an account, "" where there are none.
type credentials struct{ account, token string }

// runner asks one server.
type runner struct {
	options  Options
	base     *url.URL
	loopback bool
	account  credentials
	test     credentials
	from     string // a number of the ordinary account
}

func newRunner(ctx context.Context, o Options) (*runner, error) {
	base, err := url.Parse(strings.TrimSuffix(o.URL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the URL of a server, such as http://127.0.0.1:2010", o.URL)
	}
	if o.Account == "" || o.Token == "" {
		return nil, errors.New("no credentials: an Account SID and a token are needed")
	}
	if o.Now == nil {
		o.Now = clock.Wall
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 30 * time.Second, CheckRedirect: stay}
	}
	r := &runner{
		options: o, base: base, loopback: isLoopback(base.Hostname()),
		account: credentials{o.Account, o.Token}, test: credentials{o.TestAccount, o.TestToken},
	}
	return r, r.explore(ctx)
}

// stay has a redirect returned and not followed: it is an answer as any other.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// explore finds out which kind of credentials there are, and a number of the account.
// It only reads.
func (r *runner) explore(ctx context.Context) error {
	isTest, err := r.isTest(ctx, r.account)
	if err != nil {
		return err
	}
	if isTest {
		r.account, r.test = credentials{}, r.account
		return nil
	}
	if r.test != (credentials{}) {
		if isTest, err = r.isTest(ctx, r.test); err != nil {
			return err
		}
		if !isTest && !r.loopback {
			return fmt.Errorf("%s does not answer as test credentials do: leave them out", r.test.account)
		}
	}
	numbers := request{method: "GET", path: "IncomingPhoneNumbers.json"}
	a, err := r.send(ctx, r.account, r.variables(r.account), numbers)
	if err != nil {
		return err
	}
	if number, ok := a.field("incoming_phone_numbers.0.phone_number"); ok {
		r.from = text(number)
	}
	return nil
}

// isTest reports whether credentials are test credentials: they may not list messages (F-464).
func (r *runner) isTest(ctx context.Context, who credentials) (bool, error) {
	list := request{method: "GET", path: "Messages.json", form: []pair{{"PageSize", "1"}}}
	a, err := r.send(ctx, who, r.variables(who), list)
	switch {
	case err != nil:
		return false, err
	case a.status == http.StatusUnauthorized:
		return false, fmt.Errorf("%s refuses the credentials of %s with 401", r.base.Host, who.account)
	}
	return a.status == http.StatusForbidden && a.error("code", "Code") == "20008", nil
}

func (r *runner) variables(who credentials) *variables {
	return &variables{now: r.options.Now, values: map[string]string{
		"AC": who.account, "TOKEN": who.token, "OTHER": nobody, "FROM": r.from,
		"TO": cmp.Or(r.options.To, loopbackTo),
	}}
}

// run asks one question. It cleans up also after ctx has ended and after a failure, so that an
// account at Twilio keeps nothing.
func (r *runner) run(ctx context.Context, p *probe) Result {
	result := Result{Facts: p.facts, Probe: p.name, Request: p.ask.method + " " + p.ask.path}
	if reason := r.obstacle(p); reason != "" {
		result.Verdict, result.Reason = Unknown, reason
		return result
	}
	who := r.identity(p.as)
	v := r.variables(who)
	if p.as == asTest {
		v.values["FROM"] = magicFrom
	}
	if p.as == asWrong {
		who.token = "wrong" + who.token
	}
	if p.as == asNobody {
		who = credentials{}
	}
	a, err := r.question(ctx, p, who, v)
	for _, s := range p.saves {
		_ = v.save(&s, a) // what is not there is not cleaned up
	}
	r.cleanUp(context.WithoutCancel(ctx), p, who, v)
	switch {
	case err != nil:
		result.Verdict, result.Reason = Unknown, err.Error()
	case a.unable():
		result.Verdict = Unknown
		result.Reason = fmt.Sprintf("the server answers %d: %s", a.status, a.error("message", "Message"))
	default:
		result.compare(p, a, v)
	}
	return result
}

// unable reports whether the server says that it cannot answer: the operation is not implemented,
// the server is not available, or there are too many requests (F-378).
func (a *answer) unable() bool {
	switch a.status {
	case http.StatusNotImplemented, http.StatusServiceUnavailable:
		return true
	}
	return a.status == http.StatusTooManyRequests && a.error("code", "Code") == "20429"
}

// obstacle says why a probe cannot run here, "" if it can.
func (r *runner) obstacle(p *probe) string {
	switch {
	case p.as == asTest && r.test == (credentials{}):
		return "needs test credentials"
	case p.as == asAccount && r.account == (credentials{}):
		return "needs the credentials of an ordinary account"
	case p.changes() && !r.loopback && !r.options.Effects:
		return "would change the account"
	case p.as == asAccount && p.mentions("FROM") && r.from == "":
		return "needs an account with a phone number"
	case p.changes() && p.mentions("TO") && !r.loopback && r.options.To == "":
		return "needs a recipient"
	}
	return ""
}

func (r *runner) identity(as identity) credentials {
	if as == asTest || r.account == (credentials{}) {
		return r.test
	}
	return r.account
}

// question takes the steps and asks.
func (r *runner) question(
	ctx context.Context, p *probe, who credentials, v *variables,
) (*answer, error) {
	var last *answer
	for _, s := range p.steps {
		var err error
		switch {
		case s.send != nil:
			last, err = r.prepare(ctx, who, v, *s.send)
		case s.await != nil:
			err = r.await(ctx, who, v, s.await)
		case s.save != nil:
			err = v.save(s.save, last)
		}
		if err != nil {
			return nil, err
		}
	}
	return r.send(ctx, who, v, *p.ask)
}

// prepare makes a request that has to succeed.
func (r *runner) prepare(
	ctx context.Context, who credentials, v *variables, q request,
) (*answer, error) {
	a, err := r.send(ctx, who, v, q)
	if err == nil && a.status/100 != 2 {
		err = fmt.Errorf("the setup %s %s was answered %d %s",
			q.method, v.expand(q.path), a.status, a.error("message", "Message"))
	}
	return a, err
}

func (v *variables) save(s *save, last *answer) error {
	if last != nil {
		if value, ok := last.field(s.field); ok {
			v.values[s.variable] = text(value)
			return nil
		}
	}
	return fmt.Errorf("the answer to the setup has no %s", s.field)
}

// await repeats a GET until the field matches, or awaitLimit has passed.
func (r *runner) await(ctx context.Context, who credentials, v *variables, w *await) error {
	ctx, cancel := context.WithTimeout(ctx, awaitLimit)
	defer cancel()
	pattern := regexp.MustCompile("^(?:" + w.pattern + ")$")
	for {
		a, err := r.prepare(ctx, who, v, w.request)
		if err != nil {
			return err
		}
		value, _ := a.field(w.field)
		if pattern.MatchString(text(value)) {
			return nil
		}
		if err := r.options.Wait(ctx, pause); err != nil {
			if ctx.Err() == nil {
				return err
			}
			return fmt.Errorf("%s stayed %s, want %s", w.field, text(value), w.pattern)
		}
	}
}

// wait is the Wait of options that have none.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// cleanUp removes what the steps made. A request whose variables were never set is left away.
func (r *runner) cleanUp(ctx context.Context, p *probe, who credentials, v *variables) {
	for _, q := range p.after {
		complete := true
		for _, m := range variablePattern().FindAllStringSubmatch(q.path, -1) {
			complete = complete && v.value(strings.Trim(m[1], "{}")) != ""
		}
		if complete {
			_, _ = r.send(ctx, who, v, q) // the verdict does not depend on it
		}
	}
}

// compare sets the verdict.
func (r *Result) compare(p *probe, a *answer, v *variables) {
	var want, got, diff []string
	for _, c := range p.check {
		w, g := c.compare(a, v)
		want, got = append(want, w), append(got, g)
		if w != g {
			diff = append(diff, "-"+w, "+"+g)
		}
	}
	r.Verdict = Agrees
	if len(diff) > 0 {
		r.Verdict = Differs
	}
	r.Want, r.Got, r.Diff = strings.Join(want, "\n"), strings.Join(got, "\n"), strings.Join(diff, "\n")
}

// send makes one request.
func (r *runner) send(
	ctx context.Context, who credentials, v *variables, q request,
) (*answer, error) {
	form := url.Values{}
	for _, f := range q.form {
		form.Add(f.name, v.expand(f.value))
	}
	path := v.expand(q.path)
	if !strings.HasPrefix(path, "/") {
		path = "/2010-04-01/Accounts/" + v.values["AC"] + "/" + path
	}
	target, body := r.target(path), ""
	if q.method == http.MethodPost {
		body = form.Encode()
	} else if len(form) > 0 {
		target += "?" + form.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, q.method, target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if q.method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != (credentials{}) {
		req.SetBasicAuth(who.account, who.token)
	}
	resp, err := r.options.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	return readAnswer(resp, answer), nil
}

// target returns the URL of a path. At Twilio other hosts serve /v1.
func (r *runner) target(path string) string {
	base := *r.base
	label, domain, _ := strings.Cut(base.Host, ".")
	if label == "api" && strings.HasSuffix("."+domain, ".twilio.com") {
		switch {
		case strings.HasPrefix(path, "/v1/Alerts"):
			base.Host = "monitor." + domain
		case strings.HasPrefix(path, "/v1/"):
			base.Host = "messaging." + domain
		}
	}
	return base.String() + path
}
