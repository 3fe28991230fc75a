package testscript

import (
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// common is what the scenarios of a run have in common. Mostly that is little: each has a simulator on a port of its own,
// and its own app. Where one app serves them all, its environment was fixed before the first began, so they have one
// address for the simulator, too, and run one at a time.
type common struct {
	options Options
	root    string // where the run began: programs are looked up there

	listener net.Listener // nil where each scenario listens on its own
	http     *http.Server

	mu  sync.Mutex
	now *served  // the simulator of the scenario that runs; nil between two
	app *process // the app of all; nil before the first scenario that wants it
	log *lineup
}

// newCommon listens, where all scenarios have one address.
func (o Options) newCommon(root string) (*common, error) {
	c := &common{options: o, root: root}
	if !o.together() {
		return c, nil
	}
	var err error
	if c.listener, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(o.Port)))); err != nil {
		return nil, err
	}
	c.log = &lineup{}
	c.http = &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go c.http.Serve(c.listener) // it ends with ErrServerClosed
	return c, nil
}

// ServeHTTP passes a request on to the simulator of the scenario that runs.
func (c *common) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	now := c.now
	c.mu.Unlock()
	if now == nil {
		http.Error(w, "twilsim: no scenario runs at the moment", http.StatusServiceUnavailable)
		return
	}
	now.ServeHTTP(w, r)
}

// served is the simulator of one scenario.
type served struct{ http.Handler }

// serve makes a scenario's simulator reachable, until stop.
func (c *common) serve(handler http.Handler) (url string, stop func(), err error) {
	if c.listener != nil {
		s := &served{handler}
		c.swap(nil, s)
		return "http://" + c.listener.Addr().String(), func() { c.swap(s, nil) }, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener) // it ends with ErrServerClosed
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// swap makes next the simulator that is served. One that was left behind takes itself away too late: then old is not there.
func (c *common) swap(old, next *served) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if next != nil || c.now == old {
		c.now = next
	}
}

// close stops what all scenarios had in common.
func (c *common) close() {
	if c.app != nil {
		c.app.stop()
	}
	if c.http != nil {
		_ = c.http.Close()
	}
}

// lineup is where an app that serves all scenarios prints: into the log of the scenario that runs.
type lineup struct {
	mu  sync.Mutex
	log *applog // nil between two scenarios
}

// Write passes on what the app prints. What it prints between two scenarios is lost.
func (l *lineup) Write(p []byte) (int, error) {
	l.mu.Lock()
	log := l.log
	l.mu.Unlock()
	if log == nil {
		return len(p), nil
	}
	return log.Write(p)
}

func (l *lineup) begin(log *applog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = log
}

// end takes a log away, unless another is there already.
func (l *lineup) end(log *applog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log == log {
		l.log = nil
	}
}
