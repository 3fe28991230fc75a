package intercept

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
)

// startForward makes what passes on requests in absolute form.
func (p *Proxy) startForward() {
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.Host = r.In.Host
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, ok := r.In.Header[name]; ok { // what the client says is its own business
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

// tunnel connects a client with the host that it asked for.
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

// relay copies both ways until both ends have said all.
func relay(near, far net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		pour(far, near)
	}()
	pour(near, far)
	<-done
}

// pour copies to the end, and says that it is one. A connection that breaks takes the other with it.
func pour(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); err == nil && ok {
		_ = half.CloseWrite()
		return
	}
	to.Close()
	from.Close()
}
