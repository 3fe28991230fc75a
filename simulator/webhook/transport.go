package webhook

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"time"
)

// connection has the settings of a connection. Requests with different settings do not share one.
type connection struct {
	timeout time.Duration // for TCP, and again for TLS
	noSNI   bool          // F-046: sni=n
	cut     bool          // bytes are sent at once, without buffering: see cut.go
}

// dialWith makes the transport without overrides on first use, when the fields are set.
func (c *Client) dialWith() {
	c.slots = make(chan struct{}, cmp.Or(c.MaxCalls, maxCalls))
	c.usual = connection{timeout: c.limits().connect}
	c.transport = c.newTransport(c.usual,
		&tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.InsecureSkipVerify})
	c.direct = &direct{dial: c.transport.DialContext, maxIdle: c.transport.MaxIdleConns}
}

// transportFor returns the transport for connections with these settings.
func (c *Client) transportFor(k connection) *http.Transport {
	c.once.Do(c.dialWith)
	if k == c.usual {
		return c.transport
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.others[k]
	if !ok {
		t = c.newTransport(k, c.transport.TLSClientConfig)
		if c.others == nil {
			c.others = map[connection]*http.Transport{}
		}
		c.others[k] = t
	}
	return t
}

// roundTripperFor returns what sends a request with these settings where [direct] does not.
func (c *Client) roundTripperFor(k connection) http.RoundTripper {
	if c.Wrap != nil {
		return c.Wrap(c.transportFor(k))
	}
	return c.transportFor(k)
}

// isDirect reports whether a request with these settings is sent without net/http's transport. With
// Wrap none is: a wrapper expects the transport.
func (c *Client) isDirect(h *head, body string, k connection) bool {
	return c.Wrap == nil && k == c.usual && takes(h, body)
}

type requestKey struct{}

// RequestOf returns the webhook that an HTTP request is about, nil for none. It works in the
// transport of [Client.Wrap].
func RequestOf(r *http.Request) *Request {
	request, _ := r.Context().Value(requestKey{}).(*Request)
	return request
}

// Detached returns a context for a copy of a request in the transport of [Client.Wrap]: it has the
// webhook, and neither the deadline nor the traces of the original.
func Detached(r *http.Request) context.Context {
	return context.WithValue(context.Background(), requestKey{}, RequestOf(r))
}

// newTransport makes a transport.
func (c *Client) newTransport(k connection, config *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: k.timeout}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, loopback(address))
	}
	t := &http.Transport{
		DialContext:         dial,
		TLSHandshakeTimeout: k.timeout,
		TLSClientConfig:     config.Clone(),
		// Twilio speaks HTTP/1.1
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		// the journal shows exactly the headers that are sent
		DisableCompression:     true,
		MaxIdleConns:           max(cap(c.slots)/4, 1), // they need file descriptors, too
		MaxIdleConnsPerHost:    idleConnections,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: 1 << 20,
	}
	if k.cut {
		t.WriteBufferSize = 1
	}
	if k.noSNI {
		t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialNameless(ctx, k.timeout, config, address,
				func(ctx context.Context) (net.Conn, error) {
					return dial(ctx, network, address)
				})
		}
	}
	return t
}

// dialNameless makes a TLS connection without SNI. The certificate must still be valid for the
// host.
func dialNameless(ctx context.Context, timeout time.Duration, config *tls.Config, address string,
	dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	plain, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	nameless := config.Clone()
	// crypto/tls cannot check the certificate without a name; verify does
	nameless.InsecureSkipVerify = true
	nameless.VerifyConnection = func(state tls.ConnectionState) error {
		if config.InsecureSkipVerify {
			return nil
		}
		return verify(state, host, config.RootCAs)
	}
	conn := tls.Client(plain, nameless)
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errHandshakeTimeout)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = plain.Close()
		if context.Cause(ctx) == errHandshakeTimeout {
			return nil, errHandshakeTimeout
		}
		return nil, err
	}
	return conn, nil
}

// verify checks a certificate as crypto/tls does.
func verify(state tls.ConnectionState, host string, roots *x509.CertPool) error {
	options := x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: x509.NewCertPool()}
	for _, certificate := range state.PeerCertificates[1:] {
		options.Intermediates.AddCert(certificate)
	}
	_, err := state.PeerCertificates[0].Verify(options)
	return err
}

// loopback resolves every name below .localhost to this machine (RFC 6761), because resolvers
// differ in that.
func loopback(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil || !isLocalhost(host) {
		return address
	}
	return net.JoinHostPort("localhost", port)
}

// Close closes the idle connections. The client can be used again. Requests under way go on.
func (c *Client) Close() {
	c.once.Do(c.dialWith)
	c.transport.CloseIdleConnections()
	c.direct.CloseIdleConnections()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.others {
		t.CloseIdleConnections()
	}
}
