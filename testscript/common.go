package testscript

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// common is what the scenarios of a run share. Usually each has a simulator on its own port, and
// its own app. If one app serves all of them, its environment is fixed before the first begins;
// therefore they share the simulator's address, too, and run one at a time. close must be called
// after the last scenario.
type common struct {
	options Options
	root    string // where the run began: programs are looked up there

	listener net.Listener // nil where each scenario listens on its own
	http     *http.Server

	// slots are for the scenarios that run; nil without a limit.
	slots *slots

	// equip changes a world before its simulator starts, for the bug search; nil for nothing.
	equip func(*world)

	mu  sync.Mutex
	now *served  // the simulator of the scenario that runs; nil between two
	app *process // the app of all; nil before the first scenario that wants it
	log *sharedLog

	// state is the directory of the app of all; "" before there is one. again starts an app of all
	// that was halted again, at the same address.
	state string
	again func(*world) (*process, error)
}

// newCommon listens, where all scenarios have one address.
func (o Options) newCommon(root string) (*common, error) {
	c := &common{options: o, root: root}
	if !o.together() {
		return c, nil
	}
	var err error
	if c.listener, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1",
		strconv.Itoa(int(o.Port)))); err != nil {
		return nil, err
	}
	c.log = &sharedLog{}
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

// prepare changes a world before its simulator starts.
func (c *common) prepare(w *world) {
	if c.equip != nil {
		c.equip(w)
	}
}

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

// swap makes next the simulator that is served, if old is the current one. A scenario that was left
// behind may call it late, when another is being served.
func (c *common) swap(old, next *served) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if next != nil || c.now == old {
		c.now = next
	}
}

// close stops what the scenarios share.
func (c *common) close() {
	if c.app != nil {
		c.app.stop()
	}
	if c.http != nil {
		_ = c.http.Close()
	}
	if c.state != "" {
		_ = os.RemoveAll(filepath.Clean(c.state)) // a temporary directory; the system clears the rest
	}
}

// sharedLog is the output of a shared app. It goes to the log of the scenario that is running.
type sharedLog struct {
	mu  sync.Mutex
	log *applog // nil between two scenarios
}

// Write passes on what the app prints. What it prints between two scenarios is lost.
func (l *sharedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	log := l.log
	l.mu.Unlock()
	if log == nil {
		return len(p), nil
	}
	return log.Write(p)
}

func (l *sharedLog) begin(log *applog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = log
}

// end takes a log away, unless another is there already.
func (l *sharedLog) end(log *applog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log == log {
		l.log = nil
	}
}
