package intercept

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
)

// startForward makes the reverse proxy for requests in absolute form. Nothing about the client is
// added to a request: what leaves the machine is what the client sent.
func (p *Proxy) startForward() {
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.Host = r.In.Host
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
				"X-Forwarded-Proto"} {
				if values, ok := r.In.Header[name]; ok { // send on what the client sent
					r.Out.Header[name] = values
				}
			}
		},
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSHandshakeTimeout: dialTimeout,
			IdleConnTimeout:     idleTimeout,
			MaxIdleConns:        100,
			DisableCompression:  true,
		},
		ErrorLog: log.New(io.Discard, "", 0), // the client gets a 502
	}
}

// tunnel connects a client to the host that it asked for. Both connections are held, because Close
// has to end them: no server knows connections that were hijacked or dialled.
func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	if !loopback(hostOf(r.Host)) {
		p.tally.hit(&p.tally.tunnelled, r.Host)
	}
	far, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(r.Context(), "tcp", r.Host)
	if err != nil {
		http.Error(w, "twilsim: "+err.Error(), http.StatusBadGateway)
		return
	}
	defer far.Close()
	near, err := hijack(w)
	if err != nil {
		return
	}
	defer near.Close()
	for _, conn := range []net.Conn{near, far} {
		if p.hold(conn, "") != nil {
			_, _ = io.WriteString(near, unavailable)
			return
		}
		defer p.release(conn)
	}
	if _, err := io.WriteString(near, established); err == nil {
		relay(near, far)
	}
}

// relay copies in both directions until both ends have closed.
func relay(near, far net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		pour(far, near)
	}()
	pour(near, far)
	<-done
}

// pour copies until the end and closes the other side for writing only: a client may end its
// request in this way and still wait for the answer. If one connection fails, both are closed,
// since the goroutine of the other direction would wait for ever.
func pour(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); err == nil && ok {
		_ = half.CloseWrite()
		return
	}
	to.Close()
	from.Close()
}
