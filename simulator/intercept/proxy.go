package intercept

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits of time: for a connection to another host and for what a client has to say first.
const (
	dialTimeout   = 10 * time.Second
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
)

// maxConns is how many connections are held open for clients at once; more are refused with 503.
const maxConns = 4096

// Proxy is a server's handler and a proxy on the same port. Set its fields before its first use. It is safe for concurrent
// use, and [Proxy.Close] ends it.
type Proxy struct {
	// Handler gets the requests that are not for a proxy as they are, and those to Twilio's hosts under that Host. An answer
	// of 501 means that it does not simulate what was asked for.
	Handler http.Handler
	// CA signs the certificates of Twilio's hosts; nil is the user's own, opened when it is needed.
	CA *CA
	// Offline lets nothing out but to this machine.
	Offline bool
	// AllowHosts are let out even so: a host, or host:port. Among Twilio's own hosts that holds for products that are not
	// simulated; no message is ever sent for real.
	AllowHosts []string
	// Trouble hears of every request and connection that did not get where its client wanted; nil is nobody. It is called by
	// several goroutines.
	Trouble func(Trouble)

	once    sync.Once
	server  *http.Server // of what comes out of TLS
	cancel  func()       // ends its requests
	queue   *queue
	forward *httputil.ReverseProxy
	tally   tally

	caOnce sync.Once
	ca     *CA
	caErr  error

	mu      sync.Mutex
	closed  bool
	conns   map[net.Conn]*held // that were taken from their server
	working sync.WaitGroup
}

// errClosed says that the proxy is closed, or full.
var errClosed = errors.New("the proxy takes no more connections")

// ServeHTTP takes CONNECT and requests in absolute form, and gives all others to the Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.once.Do(p.start)
	switch {
	case r.Method == http.MethodConnect:
		p.connect(w, r)
	case r.URL.IsAbs():
		p.absolute(w, r)
	default:
		p.Handler.ServeHTTP(w, r)
	}
}

func (p *Proxy) start() {
	p.conns = map[net.Conn]*held{}
	p.startTLS()
	p.startForward()
}

// Close breaks the connections that the proxy holds and blocks until its work has ended. Requests that come later are refused.
func (p *Proxy) Close() {
	p.once.Do(p.start)
	p.mu.Lock()
	p.closed = true
	for conn := range p.conns {
		conn.Close()
	}
	p.mu.Unlock()
	p.cancel()
	p.server.Close()
	p.forward.Transport.(*http.Transport).CloseIdleConnections()
	p.working.Wait()
}

// held is what is known of a connection that was taken from its server.
type held struct {
	host string // of Twilio's, which the connection is for; "" for a tunnel
	used bool   // a request came through it
}

// hold remembers a connection that was taken from its server. Who holds it calls release.
func (p *Proxy) hold(conn net.Conn, host string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.conns) >= maxConns {
		return errClosed
	}
	p.conns[conn] = &held{host: host}
	p.working.Add(1)
	return nil
}

// release forgets a connection, and returns what was known of it.
func (p *Proxy) release(conn net.Conn) held {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := *p.conns[conn]
	delete(p.conns, conn)
	p.working.Done()
	return h
}

// connect ends a CONNECT here, lets it out, or refuses it.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	host := hostOf(r.Host)
	switch reason := p.refusal(r, r.Host); {
	case p.intercepts(r.Host):
		p.terminate(w, host)
	case reason != "":
		p.refuse(w, r.Method, &url.URL{Scheme: "https", Host: r.Host}, reason)
	default:
		p.tunnel(w, r)
	}
}

// absolute serves a request in absolute form, as clients send them to proxies over plain HTTP.
func (p *Proxy) absolute(w http.ResponseWriter, r *http.Request) {
	host := hostOf(r.URL.Host)
	switch reason := p.refusal(r, r.URL.Host); {
	case p.intercepts(r.URL.Host):
		p.answer(w, r, r.URL.Scheme, host)
	case reason != "":
		p.refuse(w, r.Method, r.URL, reason)
	default:
		if !loopback(host) {
			p.tally.hit(&p.tally.tunnelled, r.URL.Host)
		}
		p.forward.ServeHTTP(w, r)
	}
}

// answer hands a request to the Handler, under the name of one of Twilio's hosts.
func (p *Proxy) answer(w http.ResponseWriter, r *http.Request, scheme, host string) {
	named := *r.URL
	named.Scheme, named.Host = scheme, host
	r2 := r.WithContext(r.Context())
	r2.Host = host
	r2.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	r2.RequestURI = r2.URL.RequestURI()
	r2.Header.Del("Proxy-Connection")
	r2.Header.Del("Proxy-Authorization")
	s := &statusWriter{ResponseWriter: w}
	defer func() {
		if s.status == http.StatusNotImplemented {
			p.block(r.Method, &named, NotSimulated)
			return
		}
		p.tally.hit(&p.tally.intercepted, host)
	}()
	p.Handler.ServeHTTP(s, r2)
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// intercepts reports whether the simulator answers for a host.
func (p *Proxy) intercepts(hostPort string) bool {
	host := hostOf(hostPort)
	return isTwilio(host) && (Simulated(host) || !p.allows(hostPort))
}

// refusal is why a request to a host must not go out, "" where it may.
func (p *Proxy) refusal(r *http.Request, hostPort string) string {
	switch {
	case !fromHere(r):
		return NotLocal
	case loopback(hostOf(hostPort)) || p.allows(hostPort) || !p.Offline:
		return ""
	}
	return WhenOffline
}

// fromHere reports whether a client is on this machine: a simulator that listens to a network is no way out for others.
func fromHere(r *http.Request) bool {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().Unmap().IsLoopback()
}

func (p *Proxy) allows(hostPort string) bool {
	return slices.ContainsFunc(p.AllowHosts, func(allowed string) bool {
		return strings.EqualFold(allowed, hostPort) || strings.EqualFold(allowed, hostOf(hostPort))
	})
}

// refuse says to the client, and to the report, that the request goes nowhere.
func (p *Proxy) refuse(w http.ResponseWriter, method string, u *url.URL, reason string) {
	p.block(method, u, reason)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, "twilsim: "+u.Host+" is blocked: "+reason+"\n")
}

// hostOf returns the host of host:port as it is compared: in lower case and without the dot at its end.
func hostOf(hostPort string) string {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// isTwilio reports whether a host is one of Twilio's, with a name that a certificate can have.
func isTwilio(host string) bool {
	label, ok := strings.CutSuffix(host, ".twilio.com")
	return ok && label != "" && len(host) < 254
}

// Simulated reports whether a host is one of the products that the simulator plays, at any edge and in any region (F-468).
func Simulated(host string) bool {
	product, _, _ := strings.Cut(hostOf(host), ".")
	return isTwilio(hostOf(host)) && (product == "api" || product == "messaging" || product == "monitor")
}
