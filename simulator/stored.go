package simulator

import (
	"bufio"
	"net"
	"net/http"
	"strconv"

	"twilsim/simulator/control"
)

// store puts back what is stored in Data, and has everything stored from now on.
func (s *Server) store() error {
	keepToken := func(stored string) bool {
		public := s.AccessToken != "" && stored == DefaultAuthToken
		return s.AuthToken == "" && !public
	}
	return s.accounts.Store(s.Data, keepToken, func(err error) {
		s.logger().Error("cannot store what happens", "error", err)
		if s.StoreFailed != nil {
			s.StoreFailed(err)
		}
	})
}

// Restored reports whether Data had an account, so that what an account starts with is there
// already.
func (s *Server) Restored() bool { return s.Accounts().Restored() }

// Resume goes on with the work that is stored in Data, such as messages on their way and callbacks
// without a recorded answer. Call it once, when the server listens, because the app may answer with
// requests. Without Data it does nothing.
func (s *Server) Resume() { s.Accounts().Resume() }

// storing passes requests on, and holds each answer back until everything that it tells of is
// stored. While nothing can be stored and too much waits for that, it refuses them.
func (s *Server) storing(next http.Handler) http.Handler {
	if s.Data == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.accounts.Ready(); err != nil {
			refuseUnstored(w, err)
			return
		}
		held := &storedWriter{ResponseWriter: w, server: s}
		next.ServeHTTP(held, r)
		if !held.begun && !held.hijacked {
			held.WriteHeader(http.StatusOK)
		}
	})
}

// storedWriter writes an answer when what has happened before is stored. If it cannot be stored, it
// writes an error with status 503 in place of the answer.
type storedWriter struct {
	http.ResponseWriter
	server   *Server
	begun    bool
	fresh    bool // nothing of the answer was written or flushed since its beginning was stored
	hijacked bool
	failed   bool // the answer is replaced
}

// WriteHeader implements [http.ResponseWriter].
func (w *storedWriter) WriteHeader(status int) {
	w.begun = true
	err := w.server.accounts.Sync()
	if err == nil {
		w.fresh = true
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.failed = true
	refuseUnstored(w.ResponseWriter, err)
}

// refuseUnstored answers a request because something cannot be stored.
func refuseUnstored(w http.ResponseWriter, err error) {
	body := control.ErrorBody(err.Error(),
		"make room, or stop the simulator and check its --data FILE")
	clear(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(body)
}

// Write implements [http.ResponseWriter]. A stream has many writes, and each tells of something
// new.
func (w *storedWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	if w.failed {
		return len(p), nil
	}
	if !w.fresh {
		if err := w.server.accounts.Sync(); err != nil {
			return 0, err
		}
	}
	w.fresh = false
	return w.ResponseWriter.Write(p)
}

// FlushError is for [http.ResponseController]. What is written later is new.
func (w *storedWriter) FlushError() error {
	w.fresh = false
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack is for [http.ResponseController]: a handler that takes the connection over writes no
// answer.
func (w *storedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.hijacked = true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap is for [http.ResponseController].
func (w *storedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
