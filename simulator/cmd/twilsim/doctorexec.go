package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/intercept"
)

// window is a proxy to which one variable alone leads.
type window struct {
	variable string
	address  string
	proxy    *intercept.Proxy
	server   *http.Server

	mu       sync.Mutex
	requests map[caller]int    // that came through
	knocks   map[string]string // by host: what said CONNECT
}

// caller is an HTTP client and one of Twilio's hosts that it calls.
type caller struct {
	agent, host string
	encrypted   bool
}

// windows are the variables that lead to a proxy, each of which an SDK may read alone.
func windows() []string {
	return []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "JAVA_TOOL_OPTIONS"}
}

// doctorExec runs a command and says how it came to the simulator.
func (c *cli) doctorExec(ctx context.Context, o doctorOptions, args []string) error {
	path, err := lookUp(args[0])
	if err != nil {
		return err
	}
	e := &execution{c: c, options: execOptions{seed: simulator.DefaultSeed, offline: true}}
	if err := e.start(ctx); err != nil {
		return c.explain(err)
	}
	defer e.stop()
	open, err := e.openWindows()
	if err != nil {
		return err
	}
	code, err := e.run(path, args, c.ui.err)
	for _, w := range open { // a connection that fails is known when it has ended
		w.server.Close()
		w.proxy.Close()
	}
	if err != nil {
		return err
	}
	p := &patient{c: c, options: o, group: "command"}
	c.heading(p.group)
	p.tell(e, open, args, code)
	return p.end()
}

// openWindows gives each variable a proxy of its own before the simulator of the command.
func (e *execution) openWindows() ([]*window, error) {
	e.env.Proxies = map[string]string{}
	var open []*window
	for _, variable := range windows() {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fail(exitCannotStart, "cannot listen: %v", err)
		}
		w := &window{variable: variable, address: ln.Addr().String(), requests: map[caller]int{}, knocks: map[string]string{}}
		w.proxy = &intercept.Proxy{Handler: w.note(e.proxy.Handler), CA: e.ca, Offline: true}
		w.server = &http.Server{Handler: w.knock(w.proxy), ReadHeaderTimeout: 10 * time.Second}
		go w.server.Serve(ln)
		e.env.Proxies[variable] = w.address
		open = append(open, w)
	}
	return open, nil
}

// note remembers who asks the simulator.
func (w *window) note(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.requests[caller{agentOf(r), r.Host, r.TLS != nil}]++
		w.mu.Unlock()
		next.ServeHTTP(rw, r)
	})
}

// knock remembers who asks the proxy for an encrypted connection.
func (w *window) knock(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			w.mu.Lock()
			host, _, _ := net.SplitHostPort(r.Host)
			w.knocks[host] = agentOf(r)
			w.mu.Unlock()
		}
		next.ServeHTTP(rw, r)
	})
}

// agentOf is the name and version of an HTTP client, "" where it does not say.
func agentOf(r *http.Request) string {
	agent, _, _ := strings.Cut(r.UserAgent(), " ")
	return agent
}

// tell says what the windows saw.
func (p *patient) tell(e *execution, open []*window, args []string, code int) {
	var used, unused []string
	for _, w := range open {
		report := w.proxy.Report()
		p.tellRequests(w)
		p.tellDistrust(w, report)
		p.tellBlocked(w, report)
		if len(w.requests)+len(w.knocks)+len(report.Blocked) > 0 {
			used = append(used, w.variable)
		} else {
			unused = append(unused, w.variable)
		}
	}
	direct := int(e.direct.Load())
	if direct > 0 {
		p.ok("direct", count(direct, "request")+" to the simulator's own address, TWILSIM_URL: no proxy is needed")
	}
	switch {
	case len(used) > 0:
		p.ok("variables", "used: "+strings.Join(used, ", ")+"; not used: "+or(strings.Join(unused, ", "), "none"))
	case direct == 0:
		p.tellNothing(args)
	}
	if code != 0 {
		p.warn("exit code", fmt.Sprint(code), "", "")
	}
}

func (p *patient) tellRequests(w *window) {
	byCaller := func(a, b caller) int { return cmp.Or(cmp.Compare(a.agent, b.agent), cmp.Compare(a.host, b.host)) }
	for _, who := range slices.SortedFunc(maps.Keys(w.requests), byCaller) {
		trust := "and it believes the local CA"
		if !who.encrypted {
			trust = "without TLS"
		}
		what := count(w.requests[who], "request") + " to " + who.host + " by " + w.variable + ", " + trust
		p.ok(or(who.agent, "a client"), what)
	}
}

// tellDistrust says who hung up in TLS. A client that sent requests as well had a connection to spare.
func (p *patient) tellDistrust(w *window, report *intercept.Report) {
	for _, host := range report.Distrusted {
		asked := slices.ContainsFunc(slices.Collect(maps.Keys(w.requests)), func(c caller) bool { return c.host == host.Name })
		if asked {
			continue
		}
		p.fail(or(w.knocks[host.Name], "a client"),
			"came by "+w.variable+" for "+host.Name+", and ended TLS without a request: it does not believe the local CA",
			"it reads none of NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and SSL_CERT_FILE, or the command sets another",
			"twilsim exec --print-env shows them; do not turn the check of certificates off, your app would keep that")
	}
}

func (p *patient) tellBlocked(w *window, report *intercept.Report) {
	for _, b := range report.Blocked {
		f := finding{Name: b.Host, Level: levelWarn, Text: b.Method + " " + b.URL + " by " + w.variable + "   " + b.Reason}
		switch b.Reason {
		case intercept.NotSimulated:
			f.Try = "twilsim help limits"
		default:
			f.Cause = "doctor lets nothing out; twilsim exec does"
		}
		p.say(f)
	}
}

// tellNothing says why a command may have come to none of the proxies.
func (p *patient) tellNothing(args []string) {
	f := finding{Name: "connection", Level: levelFail, Text: "the command came to no proxy",
		Cause: "it asks nothing of Twilio, or its HTTP client does not read the variables: what that sends goes to Twilio itself",
		Try:   "twilsim exec --print-env shows what is set, and for whom"}
	p.say(f)
	for _, l := range languages() {
		_, where := l.find(".")
		started := strings.HasPrefix(filepath.Base(args[0]), strings.TrimRight(l.runtime, "3"))
		if l.hint != "" && (where != "" || started) {
			p.warn(l.runtime, l.hint, "", "")
		}
	}
}
