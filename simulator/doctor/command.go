package doctor

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/child"
	"twilsim/simulator/intercept"
)

// variableProxy is a proxy that only one environment variable names. A program that reaches it has
// read that variable. mu guards the maps while the program runs; judgeCommand reads them afterwards
// without it, when the server is closed.
type variableProxy struct {
	variable string
	proxy    *intercept.Proxy
	server   *http.Server

	mu       sync.Mutex
	requests map[caller]int    // that reached the simulator
	connects map[string]string // by host: the client that sent CONNECT
}

// caller is an HTTP client and the host of Twilio's that it called.
type caller struct {
	agent, host string
	encrypted   bool
}

// proxyVariables are the variables that name a proxy. Some SDKs read only one of them.
func proxyVariables() []string {
	return []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "JAVA_TOOL_OPTIONS"}
}

// Command runs a program in a session, with a proxy of its own behind each variable, and says how
// its requests reached the simulator. The program's output goes to output. The session needs the
// certificate authority ca. Errors are those of [child.Session.Run] or a [*child.ListenError]. An
// exit code other than 0 is a finding and no error.
func Command(ctx context.Context, o Options, s *child.Session, ca *intercept.CA,
	path string, args []string, stdin io.Reader, output io.Writer) ([]Finding, error) {
	proxies, err := openProxies(s, ca)
	if err != nil {
		return nil, err
	}
	code, err := s.Run(path, args, stdin, output, output)
	for _, p := range proxies { // failed connections are counted when they end
		p.server.Close()
		p.proxy.Close()
	}
	if err != nil {
		return nil, err
	}
	e := newExamination(o)
	e.section = sectionCommand
	e.judgeCommand(s.Direct(), proxies, args, code)
	return e.findings, ctx.Err()
}

// openProxies gives each variable its own proxy in front of the session's simulator.
func openProxies(s *child.Session, ca *intercept.CA) ([]*variableProxy, error) {
	s.Env.Proxies = map[string]string{}
	var proxies []*variableProxy
	for _, variable := range proxyVariables() {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, &child.ListenError{Err: err}
		}
		p := &variableProxy{variable: variable, requests: map[caller]int{},
			connects: map[string]string{}}
		p.proxy = &intercept.Proxy{Handler: p.countRequests(s.Handler()), CA: ca, Offline: true}
		p.server = &http.Server{Handler: p.countConnects(p.proxy),
			ReadHeaderTimeout: 10 * time.Second}
		go p.server.Serve(ln)
		s.Env.Proxies[variable] = ln.Addr().String()
		proxies = append(proxies, p)
	}
	return proxies, nil
}

// countRequests records which client asks the simulator.
func (p *variableProxy) countRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.requests[caller{agentOf(r), r.Host, r.TLS != nil}]++
		p.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// countConnects records which client asks the proxy for an encrypted connection.
func (p *variableProxy) countConnects(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			p.mu.Lock()
			host, _, _ := net.SplitHostPort(r.Host)
			p.connects[host] = agentOf(r)
			p.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
}

// agentOf is the name and version of an HTTP client, "" if the request does not have it.
func agentOf(r *http.Request) string {
	agent, _, _ := strings.Cut(r.UserAgent(), " ")
	return agent
}

// judgeCommand reports what the proxies saw.
func (e *examination) judgeCommand(direct int, proxies []*variableProxy, args []string, code int) {
	var used, unused []string
	for _, p := range proxies {
		report := p.proxy.Report()
		e.reportRequests(p)
		e.reportDistrust(p, report)
		e.reportBlocked(p, report)
		if len(p.requests)+len(p.connects)+len(report.Blocked) > 0 {
			used = append(used, p.variable)
		} else {
			unused = append(unused, p.variable)
		}
	}
	if direct > 0 {
		e.ok("direct", count(direct, "request")+
			" to the simulator's own address, TWILSIM_URL: no proxy is needed")
	}
	switch {
	case len(used) > 0:
		e.ok("variables", "used: "+strings.Join(used, ", ")+
			"; not used: "+cmp.Or(strings.Join(unused, ", "), "none"))
	case direct == 0:
		e.reportNothing(args)
	}
	if code != 0 {
		e.warn("exit code", fmt.Sprint(code), "", "")
	}
}

func (e *examination) reportRequests(p *variableProxy) {
	byCaller := func(a, b caller) int {
		return cmp.Or(cmp.Compare(a.agent, b.agent), cmp.Compare(a.host, b.host))
	}
	for _, c := range slices.SortedFunc(maps.Keys(p.requests), byCaller) {
		trust := "and it trusts the local CA"
		if !c.encrypted {
			trust = "without TLS"
		}
		e.ok(cmp.Or(c.agent, "a client"),
			count(p.requests[c], "request")+" to "+c.host+" by "+p.variable+", "+trust)
	}
}

// reportDistrust reports the clients that ended a connection during the TLS handshake. A client
// that also sent requests is left out: it opened a connection in advance and did not need it.
func (e *examination) reportDistrust(p *variableProxy, report *intercept.Report) {
	for _, host := range report.Distrusted {
		asked := slices.ContainsFunc(slices.Collect(maps.Keys(p.requests)), func(c caller) bool {
			return c.host == host.Name
		})
		if asked {
			continue
		}
		e.fail(cmp.Or(p.connects[host.Name], "a client"),
			"connected by "+p.variable+" for "+host.Name+
				", and ended TLS without a request: it does not trust the local CA",
			"it reads none of NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and "+
				"SSL_CERT_FILE, or the command sets another; twilio-python up to 7.9.0 also needs "+
				"the PYTHONPATH, which python -I, -E and -S ignore",
			"twilsim exec --print-env shows them; "+
				"do not turn certificate checks off, because your app would keep that in "+
				"production")
	}
}

func (e *examination) reportBlocked(p *variableProxy, report *intercept.Report) {
	for _, b := range report.Blocked {
		f := Finding{
			Name: b.Host, Level: Warning,
			Text: b.Method + " " + b.URL + " by " + p.variable + "   " + b.Reason,
		}
		if b.Reason == intercept.NotSimulated {
			f.Try = "twilsim help limits"
		} else {
			f.Cause = "doctor sends nothing to other hosts; twilsim exec does"
		}
		e.add(f)
	}
}

// reportNothing says why a program may have reached none of the proxies.
func (e *examination) reportNothing(args []string) {
	e.fail("connection", "the command reached no proxy",
		"it asks nothing of Twilio, or its HTTP client does not read the variables: "+
			"then its requests go to Twilio itself",
		"twilsim exec --print-env shows what is set, and for which programs")
	for _, l := range languages() {
		_, where := l.find(e.Dir)
		started := strings.HasPrefix(filepath.Base(args[0]), strings.TrimRight(l.runtime, "3"))
		if l.hint != "" && (where != "" || started) {
			e.warn(l.runtime, l.hint, "", "")
		}
	}
}
