package webhook

import (
	"fmt"
	"net/http"
)

// Cut breaks the connection in the middle of a request's body.
type Cut struct {
	After int // so many bytes, and never the last one; less than 0 is half of the body
}

// cuts reports whether the request is to break off. A GET has no body.
func (r *Request) cuts() bool {
	return r.Fault != nil && r.Fault.Cut != nil && r.Method != http.MethodGet
}

// at returns how much of a body of n bytes is sent.
func (c *Cut) at(n int) int {
	if c.After < 0 {
		return n / 2
	}
	return max(min(c.After, n-1), 0)
}

// errCut is why a request did not end.
type errCut struct{ sent, of int }

func (e errCut) Error() string {
	return fmt.Sprintf("the connection was cut on purpose after %d of the %d bytes of the body", e.sent, e.of)
}

// cutBody is a body that breaks off.
type cutBody struct {
	rest string
	err  errCut
}

// cut has the request's body break off. The transport then closes the connection, so that the app sees its end before that of
// the body.
func (c *Cut) cut(req *http.Request, body string) errCut {
	n := c.at(len(body))
	b := &cutBody{rest: body[:n], err: errCut{n, len(body)}}
	req.Body, req.GetBody = b, nil
	return b.err
}

// Read returns what is to be sent, and then the error.
func (b *cutBody) Read(p []byte) (int, error) {
	if b.rest == "" {
		return 0, b.err
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Close does nothing.
func (b *cutBody) Close() error { return nil }

// tripCut makes a request that is to be cut. What the app has answered to its beginning, if it was that quick, is not read.
func tripCut(t http.RoundTripper, req *http.Request, watch *watch, cut errCut) error {
	resp, err := t.RoundTrip(req)
	switch {
	case err == nil:
		_ = resp.Body.Close()
	case !watch.connected:
		return err
	}
	return cut
}
