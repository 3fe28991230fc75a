package testscript

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"twilsim/app"
)

// AppEnv is the environment of an app that runs in this process.
type AppEnv struct {
	// Getenv returns a variable of the app's environment; see the package documentation.
	Getenv func(name string) string
	// Dir is a directory of the app's own. It is empty at first, and what the app writes there is
	// still there after a kill.
	Dir string
	// HTTPClient makes the app's requests to Twilio's API: to any of Twilio's hosts, or to
	// TWILSIM_URL. After a kill it refuses everything.
	HTTPClient *http.Client
	// Log receives what the app prints.
	Log io.Writer
}

// newHandler makes the app of the options, or the tutorial's app.
func (w *world) newHandler(env AppEnv) (http.Handler, error) {
	if w.options.Handler != nil {
		return w.options.Handler(env)
	}
	own, _, err := app.FromEnv(env.Getenv)
	if err != nil {
		return nil, err
	}
	own.Log = w.log
	return own, nil
}

// direct connects a simulator and an app in this process without a network between them. The app
// can be killed: what it is doing then does not reach anybody any more. dirs and make are for each
// start; the directory stays the same after a kill.
type direct struct {
	world *world
	make  func(AppEnv) (http.Handler, error)
	dirs  *dirs

	mu     sync.Mutex
	dir    string
	getenv func(string) string
	app    *instance
}

// directAPI is where the simulator of an app in this process seems to listen. Nothing does: all
// requests go through AppEnv.HTTPClient.
const directAPI = "http://127.0.0.1:9"

// directURL is where an app in this process seems to listen.
const directURL = "http://app.direct.example"

// start makes the app.
func (d *direct) start(getenv func(string) string) (*process, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.getenv = getenv
	return &process{url: directURL, stop: d.close}, d.startLocked()
}

// startLocked starts the app in its directory. The tutorial's app gets no directory, since it
// writes no files.
func (d *direct) startLocked() error {
	if d.dir == "" && d.world.options.Handler != nil {
		dir, err := d.dirs.take()
		if err != nil {
			return err
		}
		d.dir = dir
	}
	made, err := d.world.newInstance(AppEnv{Getenv: d.getenv, Dir: d.dir, Log: d.world.log}, d.make)
	if err != nil {
		return err
	}
	d.app = made
	return nil
}

// kill ends the app and starts it again in the same directory.
func (d *direct) kill() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.app.kill(d.dir, nil); err != nil {
		return err
	}
	return d.startLocked()
}

func (d *direct) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dir != "" {
		d.dirs.give(d.dir)
	}
}

// errKilled is the error of a request to an app that is killed meanwhile.
var errKilled = errors.New("connection reset by peer")

// RoundTrip calls the app as a server would: in a goroutine of its own, with a context that ends
// with the request, and without its answer if the request ends first.
func (d *direct) RoundTrip(req *http.Request) (*http.Response, error) {
	d.mu.Lock()
	running := d.app
	d.mu.Unlock()
	if running == nil { // the script names its URL before a line app
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	return callHandler(req, running, running.killed)
}

// callHandler serves a request with a handler. The answer is complete when it returns.
func callHandler(req *http.Request, h http.Handler, killed <-chan struct{}) (*http.Response,
	error) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	r := req.Clone(ctx)
	r.RequestURI, r.Proto, r.RemoteAddr = req.URL.RequestURI(), "HTTP/1.1", "127.0.0.1:1"
	if r.Host == "" {
		r.Host = req.URL.Host
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.Body = &requestBody{r.Body}
	answer := &answerWriter{header: http.Header{}}
	done := make(chan bool, 1)
	go func() {
		complete := false
		defer func() {
			if recover() != nil { // as net/http, which closes the connection then
				complete = false
			}
			done <- complete
		}()
		h.ServeHTTP(answer, r)
		complete = true
	}()
	select {
	case complete := <-done:
		select {
		case <-killed:
			return nil, errKilled
		default:
		}
		if !complete {
			return nil, io.EOF
		}
		return answer.response(req), nil
	case <-killed:
		return nil, errKilled
	case <-req.Context().Done():
		return nil, context.Cause(req.Context())
	}
}

// requestBody is a body as a server's handler sees it: one that breaks off ends unexpectedly.
type requestBody struct{ io.ReadCloser }

func (b *requestBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// answerWriter is a handler's answer, in memory. It does not stream: what the app flushes arrives
// with the rest.
type answerWriter struct {
	header http.Header
	sent   http.Header // as it was when the answer began
	status int
	body   bytes.Buffer
}

// Header returns the answer's headers.
func (a *answerWriter) Header() http.Header { return a.header }

// WriteHeader begins the answer.
func (a *answerWriter) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status, a.sent = status, a.header.Clone()
	}
}

// Write adds to the answer's body.
func (a *answerWriter) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answerWriter) response(req *http.Request) *http.Response {
	a.WriteHeader(http.StatusOK)
	if len(a.sent["Content-Type"]) == 0 && a.body.Len() > 0 {
		a.sent.Set("Content-Type", http.DetectContentType(a.body.Bytes()))
	}
	return &http.Response{
		Status:     strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.sent, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: req,
	}
}

// apiTransport takes the requests of an app in this process to the simulator.
type apiTransport struct {
	world  *world
	killed <-chan struct{}
}

// RoundTrip serves a request for Twilio's API, and for nothing else.
func (t apiTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case <-t.killed:
		return nil, errKilled
	default:
	}
	w := t.world
	if host := req.URL.Host; !strings.HasSuffix(host, ".twilio.com") && "http://"+host != w.url {
		w.account.RaiseRefused(req.Method, req.URL.String(), tryLocal)
		return nil, errors.New(host + " is not reachable from a scenario")
	}
	defer w.serving(req)()
	return callHandler(req, w.server, t.killed)
}

// toApp returns the transport of a request that the script makes; nil is the network.
func (w *world) toApp(req *http.Request) http.RoundTripper {
	switch target := req.URL.String(); {
	case w.direct == nil:
		return nil
	case strings.HasPrefix(target, directURL):
		return w.direct
	case strings.HasPrefix(target, w.url):
		return apiTransport{w, nil}
	}
	return nil
}

// toAPI returns the transport of the script's requests to Twilio's API; nil is the network.
func (w *world) toAPI() http.RoundTripper {
	if w.direct == nil {
		return nil
	}
	return apiTransport{w, nil}
}

// wrap returns the transport of webhooks.
func (w *world) wrap(network http.RoundTripper) http.RoundTripper {
	w.networks.Store(network, nil)
	if w.direct != nil {
		network = directOrNetwork{w.direct, network}
	}
	if w.director != nil {
		return &directedTransport{w.director, network}
	}
	if w.common.slots != nil {
		return lendingTransport{w.common.slots, network}
	}
	return network
}

// lendingTransport lends the slot of its scenario while an app does not answer.
type lendingTransport struct {
	slots   *slots
	network http.RoundTripper
}

// slow is how long a webhook may take before its scenario counts as one that only waits. Until then
// the app is likely to be busy, and needs the processor for itself.
const slow = 100 * time.Millisecond

// RoundTrip sends a webhook.
func (t lendingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	defer t.slots.lendAfter(slow)()
	return t.network.RoundTrip(req)
}

// directOrNetwork carries the webhooks of an app in this process: to the app itself, and to what
// else a scenario names, such as a port on which nothing listens.
type directOrNetwork struct {
	direct  *direct
	network http.RoundTripper
}

// RoundTrip sends a webhook.
func (t directOrNetwork) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasPrefix(req.URL.String(), directURL) {
		return t.direct.RoundTrip(req)
	}
	return t.network.RoundTrip(req)
}

// snapshot returns the script's variables as they are now. The app's goroutines read them while the
// script goes on, so the stepper's map is copied.
func snapshot(ts host) func(string) string {
	if p, ok := ts.(*stepper); ok {
		env := maps.Clone(p.env)
		return func(name string) string { return env[name] }
	}
	return ts.Getenv
}
