package host

import (
	"io"
	"net/http"
	"sync"
)

// inFlight counts the requests to a simulator, so that it can stop when those that it works on are
// answered. It is safe for concurrent use; the zero value is not usable.
type inFlight struct {
	mu       sync.Mutex
	count    int // of those that wait for their answer
	draining bool
	done     chan struct{} // closed when draining and count is 0
}

func newInFlight() *inFlight { return &inFlight{done: make(chan struct{})} }

// in returns a handler that serves requests with next, and counts them. Once [inFlight.drain] was
// called, it answers new ones with 503: they would keep the simulator from ever coming to an end.
// Requests about its health are served always and not counted, because a supervisor that asks every
// second is what must see that it stops.
func (f *inFlight) in(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/livez", "/readyz", "/metrics":
			next.ServeHTTP(w, r)
			return
		}
		if !f.begin() {
			w.Header().Set("Connection", "close")
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, "twilsim is stopping\n")
			return
		}
		defer f.end()
		next.ServeHTTP(w, r)
	})
}

func (f *inFlight) begin() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.draining {
		return false
	}
	f.count++
	return true
}

func (f *inFlight) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count--; f.draining && f.count == 0 {
		close(f.done)
	}
}

// drain refuses new requests from now on, and returns a channel that is closed when those before
// are answered. It must be called once.
func (f *inFlight) drain() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.draining = true; f.count == 0 {
		close(f.done)
	}
	return f.done
}
