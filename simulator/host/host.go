package host

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/console"
	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/mask"
	"twilsim/simulator/reason"
	"twilsim/simulator/webhook"
	"twilsim/simulator/wholefile"
)

// Host serves a simulator. Set its fields before [Host.Start]. Start and Stop must be called once
// each, from one goroutine.
type Host struct {
	Server   *simulator.Server
	Listener net.Listener
	// Offline lets the proxy refuse all hosts outside this machine but those of AllowHosts.
	Offline    bool
	AllowHosts []string
	// Wrap returns a handler in front of the simulator; nil for none.
	Wrap func(http.Handler) http.Handler
	// Warnf receives what the user should know and the simulator's alerts do not say; nil drops it.
	Warnf func(format string, args ...any)

	server *http.Server
	proxy  *intercept.Proxy
	conns  *conns
	work   *inFlight
	waits  *lasting
	cancel context.CancelFunc // ends all requests
	// ends what waits for something to happen, such as event streams
	stopping      context.Context
	stopWaiting   context.CancelFunc
	stopped       chan error
	noCertificate sync.Once // warns only once that the proxy has no certificate
}

// grace is how long requests and webhooks in flight may continue after [Host.Stop].
const grace = time.Second

// Start begins to serve. The caller must call [Host.Stop]. It returns at once; a failure of the
// listener comes from [Host.Stopped].
func (h *Host) Start() {
	var base context.Context
	// two contexts: Stop first ends what only waits, then lets the rest finish, then ends
	// everything
	base, h.cancel = context.WithCancel(context.Background())
	h.stopping, h.stopWaiting = context.WithCancel(base)
	handler := h.ending(h.Server)
	if h.Wrap != nil {
		handler = h.Wrap(handler)
	}
	h.conns, h.work, h.waits = newConns(), newInFlight(), newLasting()
	h.proxy = &intercept.Proxy{
		Handler: &timed{next: h.work.in(handler), waits: h.waits}, Offline: h.Offline,
		AllowHosts: h.AllowHosts, Trouble: h.trouble,
	}
	h.server = &http.Server{
		Handler:           h.proxy,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnState:         h.conns.note,
	}
	h.Server.SetURL(h.URL())
	h.stopped = make(chan error, 1)
	most, _ := connLimits(descriptors())
	h.Listener = newListener(h.Listener, most, func() {
		if !h.conns.dropIdle() {
			h.waits.endOldest(max(most/8, 1))
		}
	})
	go func() { h.stopped <- h.server.Serve(h.Listener) }()
	go h.newQuiet().run(base.Done())
}

// Stopped has an error when the listener fails.
func (h *Host) Stopped() <-chan error { return h.stopped }

// ending ends GETs of the control API and of the pages when the host stops, and when their
// connections are needed: those that last are event streams, and waiting for what has not happened.
func (h *Host) ending(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ours := strings.HasPrefix(r.URL.Path, control.Prefix) ||
			strings.HasPrefix(r.URL.Path, console.Prefix)
		if r.Method == http.MethodGet && ours {
			ctx, cancel := context.WithCancel(r.Context())
			defer cancel()
			defer context.AfterFunc(h.stopping, cancel)()
			wait := &waiting{cancel}
			h.waits.add(wait)
			defer h.waits.remove(wait)
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// Stop has /readyz say that the simulator stops, ends event streams, and refuses new requests. When
// those in flight are answered, it accepts no more connections and waits for webhooks in flight.
// All this takes no longer than a second: an app that does not answer must not block it.
func (h *Host) Stop() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	select {
	case <-h.drain():
	case <-ctx.Done():
	}
	h.close(ctx)
}

// drain begins to stop, and returns a channel that is closed when the requests in flight are
// answered. Requests for the simulator's health are answered until [Host.close].
func (h *Host) drain() <-chan struct{} {
	// first, so that a client whose request is refused finds the reason at /readyz
	h.Server.Drain()
	answered := h.work.drain()
	h.stopWaiting()
	return answered
}

// close accepts no more connections, and ends what is left when ctx ends.
func (h *Host) close(ctx context.Context) {
	defer h.cancel()
	h.server.SetKeepAlivesEnabled(false)
	h.Listener.Close()
	_ = h.conns.finish(ctx) // what is not finished is broken off now
	h.server.Close()
	h.proxy.Close()
	closed := make(chan struct{})
	// on a goroutine, because it waits for calls to the app
	go func() { h.Server.Close(); close(closed) }()
	select {
	case <-closed:
	case <-ctx.Done():
	}
}

// URL is the URL of the simulator on this machine. A listener on all addresses is given as
// loopback, which commands on this machine can use.
func (h *Host) URL() string {
	addr := h.Listener.Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(addr.Port))
	}
	return "http://" + addr.String()
}

// Announce writes the run file, and the URL into readyFile unless that is "". The function that it
// returns removes the files. A directory that cannot be written costs only the run file, with a
// warning; a ready file that cannot be written is an error, because a program waits for it. It must
// be called after Start: a program that has read a file calls at once.
func (h *Host) Announce(ctx context.Context, started time.Time, readyFile string) (remove func(),
	err error) {
	run := &RunFile{
		URL: h.URL(), PID: os.Getpid(), Started: started, Version: h.Server.Version,
		AccountSID: h.Server.Account().SID, AccessToken: h.Server.AccessToken,
	}
	removeRun, other, err := run.Write(ctx)
	if err != nil {
		h.warnf("%s is not written, so other commands need --url %s: %s", RunFileName, h.URL(), err)
		removeRun = func() {}
	}
	if other != nil {
		h.warnf("another twilsim serve, pid %d, runs in this directory; commands here use that "+
			"one, %s, unless they have --url %s", other.PID, other.URL, h.URL())
	}
	if readyFile == "" {
		return removeRun, nil
	}
	if err := wholefile.Write(readyFile, []byte(h.URL()+"\n"), 0o644); err != nil {
		removeRun()
		return nil, fmt.Errorf("cannot write the ready file: %w", err)
	}
	return func() {
		removeRun()
		_ = wholefile.Remove(readyFile) // a program that waits for the next serve must not find it
	}, nil
}

// CheckApp warns if the app does not accept connections yet. It asks no other machine.
func (h *Host) CheckApp(ctx context.Context) {
	if h.Server.ForwardTo == "" {
		return
	}
	// the URL that is dialled, which --forward may put in place of the public one
	local, _ := h.Server.Routes.Local(h.Server.ForwardTo)
	if !webhook.IsLocal(local) {
		return
	}
	if err := dial(ctx, local); err != nil {
		h.warnf("%s does not answer yet (%s); webhooks will be recorded",
			mask.Text(local), reason.Of(err))
	}
}

// dial reports whether something listens at a URL.
func dial(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", webhook.HostPort(url))
	if err == nil {
		conn.Close()
	}
	return err
}

func (h *Host) warnf(format string, args ...any) {
	if h.Warnf != nil {
		h.Warnf(format, args...)
	}
}

// trouble reports a problem of the proxy. Most clients do not show the answer to their CONNECT, so
// the user would not see it otherwise.
func (h *Host) trouble(t intercept.Trouble) {
	account := h.Server.Account()
	switch t.Reason {
	case intercept.WhenOffline:
		account.RaiseRefused(t.Method, t.URL, "twilsim serve --offline --allow-host "+t.Host)
	case intercept.NotLocal:
		account.RaiseRefused(t.Method, t.URL, "run the app on the machine of the simulator")
	case intercept.Distrust:
		account.RaiseDistrust(t.Host)
	case intercept.NoCertificate:
		h.noCertificate.Do(func() {
			h.warnf("the proxy cannot answer for %s: %v; %s", t.Host, t.Err, intercept.TryDataHome)
		})
	}
}
