package intercept

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// established is the answer to CONNECT. It must be exactly this: with other words or with a header,
// PHP's SDK takes it for the answer of the API (F-483).
const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// startTLS starts the server for the requests in terminated TLS connections. Its connections are
// put into the queue by terminate.
func (p *Proxy) startTLS() {
	ctx, cancel := context.WithCancel(context.Background())
	// a handler that has not read the body is not told that its connection is broken
	p.cancel = cancel
	p.queue = &queue{conns: make(chan net.Conn), done: make(chan struct{})}
	p.server = &http.Server{
		Handler:           http.HandlerFunc(p.inside),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       p.nameConn,
		ConnState:         p.follow,
		ErrorLog:          log.New(io.Discard, "", 0), // failures are in the report
	}
	p.working.Go(func() {
		_ = p.server.Serve(p.queue) // until Close
	})
}

type hostKey struct{}

// nameConn puts the host of a connection into the context of its requests.
func (p *Proxy) nameConn(ctx context.Context, conn net.Conn) context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	host := ""
	if h := p.conns[conn]; h != nil { // nil if it was closed in the meantime
		host = h.host
	}
	return context.WithValue(ctx, hostKey{}, host)
}

// follow tracks the state of a connection. net/http calls it with each change, and with StateClosed
// or StateHijacked last and once, so release is called once.
func (p *Proxy) follow(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateActive:
		p.use(conn)
	case http.StateClosed, http.StateHijacked:
		// Node completes the handshake before it checks the certificate
		if host, used := p.about(conn); !used {
			p.distrust(host)
		}
		p.release(conn)
	}
}

// inside serves a request from a terminated TLS connection. Its host is the host of the connection,
// because the certificate is valid for no other.
func (p *Proxy) inside(w http.ResponseWriter, r *http.Request) {
	host, _ := r.Context().Value(hostKey{}).(string)
	if r.Method == http.MethodConnect || r.URL.IsAbs() || host == "" {
		http.Error(w, "twilsim: a tunnel is not a proxy", http.StatusBadRequest)
		return
	}
	p.answer(w, r, "https", host)
}

// terminate answers a CONNECT for one of Twilio's hosts and starts TLS with a certificate for that
// host.
func (p *Proxy) terminate(w http.ResponseWriter, host string) {
	config, err := p.config(host)
	if err != nil {
		p.notify(Trouble{Method: http.MethodConnect, URL: "https://" + host, Host: host,
			Reason: NoCertificate, Err: err})
		http.Error(w, "twilsim: "+err.Error(), http.StatusBadGateway)
		return
	}
	plain, err := hijack(w)
	if err != nil {
		return
	}
	conn := tls.Server(plain, config)
	// before the handshake, so that Close ends one that takes long
	if p.hold(conn, host) != nil {
		_, _ = io.WriteString(plain, unavailable)
		plain.Close()
		return
	}
	if err := handshake(plain, conn); err != nil {
		plain.Close()
		p.distrust(host)
		p.release(conn)
		return
	}
	if !p.queue.put(conn) {
		plain.Close()
		p.release(conn)
	}
}

// unavailable is the answer on a hijacked connection that cannot be served.
const unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n" +
	"Connection: close\r\n\r\n"

func handshake(plain net.Conn, conn *tls.Conn) error {
	if _, err := io.WriteString(plain, established); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), headerTimeout)
	defer cancel()
	return conn.HandshakeContext(ctx)
}

// config returns how the proxy does TLS for a host: with a certificate that p.CA has signed, or
// else the user's own CA.
func (p *Proxy) config(host string) (*tls.Config, error) {
	p.caOnce.Do(func() {
		if p.ca = p.CA; p.ca == nil {
			p.ca, p.caErr = OpenCA("")
		}
	})
	if p.caErr != nil {
		return nil, p.caErr
	}
	return p.ca.server(host)
}

// hijack takes over the connection of a request.
func hijack(w http.ResponseWriter) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "twilsim: CONNECT needs HTTP/1.1: "+err.Error(),
			http.StatusHTTPVersionNotSupported)
		return nil, err
	}
	if buffered.Reader.Buffered() == 0 {
		return conn, nil
	}
	return &readAhead{conn, buffered.Reader}, nil
}

// readAhead is a connection from which the server has already read more than the request.
type readAhead struct {
	net.Conn
	reader *bufio.Reader
}

func (c *readAhead) Read(b []byte) (int, error) { return c.reader.Read(b) }

// queue is a net.Listener for connections that already exist.
type queue struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

// errQueueClosed is returned by Accept when the proxy is closed; it ends Serve.
var errQueueClosed = errors.New("the proxy is closed")

func (q *queue) Accept() (net.Conn, error) {
	select {
	case conn := <-q.conns:
		return conn, nil
	case <-q.done:
		return nil, errQueueClosed
	}
}

// put passes a connection to Accept, and reports whether it was accepted.
func (q *queue) put(conn net.Conn) bool {
	select {
	case q.conns <- conn:
		return true
	case <-q.done:
		return false
	}
}

func (q *queue) Close() error {
	q.once.Do(func() { close(q.done) })
	return nil
}

func (q *queue) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
