package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
)

// roomLimit is how many bytes everything may need that the accounts have, such as numbers,
// handsets, opt-outs, bins, templates and verifications, as it is stored. What happens in them has
// limits of its own.
const roomLimit = 64 << 20

// room knows whether there is room for more of what accounts have. To measure it takes a while, so
// that is done when so much was sent since the last time that the limit might be reached.
type room struct {
	limit int64
	size  func() int64

	mu    sync.Mutex
	used  int64 // when it was measured
	sent  int64 // since then
	full  bool
	again time.Time // when to measure again, if it is full
}

const (
	// requestBytes is what a request may add beside what its body has.
	requestBytes = 512
	fullPause    = 10 * time.Second
)

// take says that a request with so many bytes would be served, and reports whether there is room.
func (r *room) take(bytes int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full && clock.Wall().Before(r.again) {
		return false
	}
	bytes += requestBytes
	if r.full || r.used+r.sent+bytes > r.limit {
		r.used, r.sent = r.size(), 0
		// the rest is left, so that a measurement is rare
		r.full = r.used+bytes > r.limit-r.limit/16
		r.again = clock.Wall().Add(fullPause)
	}
	if !r.full {
		r.sent += bytes
	}
	return !r.full
}

// freed says that something may have been deleted.
func (r *room) freed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.again = time.Time{}
}

// bounded passes requests on, but not those that could add something when there is no room for it.
func (s *Server) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
		case http.MethodDelete:
			defer s.room.freed()
		default:
			switch r.URL.Path {
			case control.Prefix + "/reset":
				defer s.room.freed()
			case control.Prefix + "/import": // into the journal
			default:
				if !s.room.take(weight(r)) {
					refuseFull(w, s.room.limit)
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// weight returns how many bytes a request may add.
func weight(r *http.Request) int64 {
	const most = 1 << 20
	if r.ContentLength < 0 {
		return most
	}
	return min(r.ContentLength, most)
}

// refuseFull answers a request for which there is no room.
func refuseFull(w http.ResponseWriter, limit int64) {
	body := control.ErrorBody(fmt.Sprintf("the accounts have more than %d MiB of numbers, handsets, "+
		"opt-outs, bins, templates and the like", limit>>20), "twilsim reset, or delete some of them")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusInsufficientStorage)
	_, _ = w.Write(body)
}
