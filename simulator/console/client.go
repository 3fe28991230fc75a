package console

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"twilsim/simulator/control"
)

// clientFor returns a client of the control API that calls its handler without a network. Its
// requests have the host and the origin of the browser's request, so that the API refuses whom it
// would refuse itself. mount is the path of the API that is meant, below that of api.
func clientFor(api http.Handler, r *http.Request, account, mount string) *control.Client {
	token := ""
	if cookie, err := r.Cookie(control.TokenCookie); err == nil {
		token = cookie.Value
	}
	return &control.Client{
		Direct: true, URL: "http://" + r.Host, Account: account, Token: token,
		HTTP: &http.Client{Transport: inProcess{api: api, origin: r.Header["Origin"], mount: mount}},
	}
}

// inProcess is a transport to a handler of the same process.
type inProcess struct {
	api    http.Handler
	origin []string
	mount  string // the path, below that of the API, of the API that is meant; "" for its own
}

// RoundTrip has the handler answer the request. The whole answer is in memory, so it is not for
// streams.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if t.mount != "" {
		path := r.URL.EscapedPath()
		r.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, RawQuery: r.URL.RawQuery,
			Path: control.Prefix + t.mount + strings.TrimPrefix(r.URL.Path, control.Prefix)}
		r.URL.RawPath = control.Prefix + t.mount + strings.TrimPrefix(path, control.Prefix)
	}
	r.Host, r.RequestURI = r.URL.Host, r.URL.RequestURI()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	if t.origin != nil {
		r.Header["Origin"] = t.origin
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	t.api.ServeHTTP(w, r)
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Header: w.header, Request: r,
		Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
	}, nil
}

// recorder is a ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }
