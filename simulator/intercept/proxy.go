package intercept

import (
	"context"
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

// Time limits for a connection to another host and for the header of a request.
const (
	dialTimeout   = 10 * time.Second
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
)

// maxConns is the largest number of connections that are open for clients; more are refused with
// 503.
const maxConns = 4096

// Proxy is an http.Handler that is also a proxy, on the same port. Set its fields before its first
// use. It is safe for concurrent use. Call [Proxy.Close] when it is no longer needed.
type Proxy struct {
	// Handler serves the requests that are not for a proxy, and the requests for Twilio's hosts
	// with that Host. A 501 means that the request is not simulated.
	Handler http.Handler
	// CA signs the certificates of Twilio's hosts; nil means the user's own CA, opened on its first
	// use.
	CA *CA
	// Offline refuses all connections except those to this machine.
	Offline bool
	// AllowHosts are hosts, or host:port, that are allowed when offline. Of Twilio's own hosts only
	// those of products that are not simulated are allowed, so a message is never really sent.
	AllowHosts []string
	// Trouble is called for every request and connection that was refused or failed; nil means no
	// call. Several goroutines can call it at the same time.
	Trouble func(Trouble)

	once    sync.Once
	server  *http.Server // for the requests in terminated TLS connections
	cancel  func()       // ends its requests
	queue   *queue
	forward *httputil.ReverseProxy
	tally   tally

	caOnce sync.Once
	ca     *CA
	caErr  error

	// guards closed, conns and settle
	mu      sync.Mutex
	closed  bool
	conns   map[net.Conn]*held // that were hijacked from their server
	working sync.WaitGroup
	settle  chan struct{} // closed when a connection changes; nil if nobody waits
}

// errClosed means that the proxy is closed or has maxConns connections.
var errClosed = errors.New("the proxy takes no more connections")

// ServeHTTP serves CONNECT and requests in absolute form, and passes all others to the Handler. A
// request in origin form is for the simulator itself, on whose port the proxy is.
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

// Close closes all connections of the proxy and blocks until its goroutines have ended. Later
// requests are refused.
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

// held is what the proxy knows about a hijacked connection.
type held struct {
	host string // the Twilio host that the connection is for; "" for a tunnel
	used bool   // a request came through it
}

// hold registers a hijacked connection. The caller must call release. net/http forgets a connection
// that was taken over, so Close could not end it otherwise.
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

// use notes that a request came through a connection.
func (p *Proxy) use(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn].used = true
	p.changed()
}

// about returns what is known about a connection.
func (p *Proxy) about(conn net.Conn) (host string, used bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.conns[conn]
	return h.host, h.used
}

// release removes a connection. What it says about the client is counted before, so that
// [Proxy.Settle] and Close see it.
func (p *Proxy) release(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
	p.changed()
	p.working.Done()
}

// changed wakes [Proxy.Settle]. p.mu must be held.
func (p *Proxy) changed() {
	if p.settle != nil {
		close(p.settle)
		p.settle = nil
	}
}

// Settle blocks until each connection to one of Twilio's hosts has carried a request or has ended,
// or until ctx is done. A client that does not trust the CA may have ended before its connection
// is counted.
func (p *Proxy) Settle(ctx context.Context) {
	for {
		p.mu.Lock()
		open := false
		for _, h := range p.conns {
			open = open || h.host != "" && !h.used
		}
		if open && p.settle == nil {
			p.settle = make(chan struct{})
		}
		changed := p.settle
		p.mu.Unlock()
		if !open {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// connect terminates a CONNECT, passes it on, or refuses it. Twilio's hosts come first: they are
// answered also for a client of another machine, which may use the simulator and nothing behind it.
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

// absolute serves a request in absolute form, as clients send it to proxies over plain HTTP.
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

// answer passes a request to the Handler, with one of Twilio's hosts as its Host. The handler sees
// the request as Twilio would: in origin form, with Twilio's Host and without the headers for the
// proxy.
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

// WriteString implements [io.StringWriter], so that io.WriteString does not copy the answer.
func (s *statusWriter) WriteString(text string) (int, error) {
	return io.WriteString(s.ResponseWriter, text)
}

// Unwrap is for http.ResponseController.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// intercepts reports whether the simulator answers for a host. It answers for all of Twilio's
// hosts, also for products that are not simulated: their requests get 501 and do not leave the
// machine, unless AllowHosts lets them.
func (p *Proxy) intercepts(hostPort string) bool {
	host := hostOf(hostPort)
	return isTwilio(host) && (Simulated(host) || !p.allows(hostPort))
}

// refusal returns why a request to a host is refused, "" if it is allowed.
func (p *Proxy) refusal(r *http.Request, hostPort string) string {
	switch {
	case !fromHere(r):
		return NotLocal
	case loopback(hostOf(hostPort)) || p.allows(hostPort) || !p.Offline:
		return ""
	}
	return WhenOffline
}

// fromHere reports whether a client is on this machine. Clients of other machines must not use the
// simulator as a proxy to the internet.
func fromHere(r *http.Request) bool {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().Unmap().IsLoopback()
}

func (p *Proxy) allows(hostPort string) bool {
	return slices.ContainsFunc(p.AllowHosts, func(allowed string) bool {
		return strings.EqualFold(allowed, hostPort) || strings.EqualFold(allowed, hostOf(hostPort))
	})
}

// refuse answers the client with the reason, and adds the request to the report.
func (p *Proxy) refuse(w http.ResponseWriter, method string, u *url.URL, reason string) {
	p.block(method, u, reason)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, "twilsim: "+u.Host+" is blocked: "+reason+"\n")
}

// hostOf returns the host of host:port, for comparisons: in lower case and without a final dot.
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

// isTwilio reports whether a host is one of Twilio's and its name is valid in a certificate.
func isTwilio(host string) bool {
	label, ok := strings.CutSuffix(host, ".twilio.com")
	return ok && label != "" && len(host) < 254
}

// Simulated reports whether a host belongs to a product that the simulator simulates, at any edge
// and in any region (F-468), or is the one where it keeps media (F-400).
func Simulated(host string) bool {
	product, _, _ := strings.Cut(hostOf(host), ".")
	return isTwilio(hostOf(host)) && (product == "api" || product == "messaging" ||
		product == "monitor" || product == "media")
}
