package webhook

import (
	"fmt"
	"net/http"

	"twilsim/simulator/fault"
)

// cut returns how much of the request's body is sent before the connection breaks, and whether it
// breaks at all.
func (r *Request) cut(body string) (n int, ok bool) {
	f, ok := r.Faults.Get(fault.Cut)
	switch {
	case !ok || r.Method == http.MethodGet: // a GET has no body
		return 0, false
	case f.Bytes < 0:
		return len(body) / 2, true
	}
	return max(min(f.Bytes, len(body)-1), 0), true
}

// errCut is the error of a request that was cut off.
type errCut struct{ sent, of int }

func (e errCut) Error() string {
	return fmt.Sprintf("the connection was cut on purpose after %d of the %d bytes of the body",
		e.sent, e.of)
}

// cutBody is a body that ends with an error. The transport then closes the connection, so that the
// app sees the end of the connection before the end of the body.
type cutBody struct {
	rest string
	err  errCut
}

func newCutBody(body string, sent int) *cutBody {
	return &cutBody{rest: body[:sent], err: errCut{sent, len(body)}}
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

// tripCut sends a request whose body is cut off. A quick app may have answered to the beginning of
// the body; that answer is not read. Without a connection the error is that of the connection, so
// that it is retried like any other.
func tripCut(t http.RoundTripper, req *http.Request, watch *watch, body *cutBody) error {
	req.Body, req.GetBody = body, nil
	resp, err := t.RoundTrip(req)
	switch {
	case err == nil:
		_ = resp.Body.Close()
	case !watch.connected:
		return err
	}
	return body.err
}
