package webhook

import (
	"net"
	"net/url"
	"strings"
)

// endpoint is a URL that is called, with what every request to it needs to know. It does not
// change, because requests share it.
type endpoint struct {
	url     *url.URL
	address string // of the connection, for http
	local   bool   // on this machine
}

// newEndpoint returns an error for a URL that cannot be called.
func newEndpoint(rawURL string) (*endpoint, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, err
	}
	u.Host = strings.TrimSuffix(u.Host, ":") // as http.NewRequest does
	e := &endpoint{url: u, address: u.Host, local: isLocal(u)}
	if u.Port() == "" {
		e.address = net.JoinHostPort(u.Hostname(), "80")
	}
	return e, nil
}

// The limits of the endpoints that a client remembers. An app has a few.
const (
	manyEndpoints = 64
	longEndpoint  = 1024 // bytes
)

// endpoint is newEndpoint with a memory. A URL with the parameters of a GET is not remembered: it
// is another one each time.
func (c *Client) endpoint(rawURL string, remember bool) (*endpoint, error) {
	if !remember || len(rawURL) > longEndpoint {
		return newEndpoint(rawURL)
	}
	c.mu.Lock()
	e := c.endpoints[rawURL]
	c.mu.Unlock()
	if e != nil {
		return e, nil
	}
	e, err := newEndpoint(rawURL)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.endpoints == nil || len(c.endpoints) >= manyEndpoints {
		c.endpoints = map[string]*endpoint{}
	}
	c.endpoints[rawURL] = e
	return e, nil
}
