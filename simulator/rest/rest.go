// Package rest is Twilio's HTTP API as the SDKs see it: it decodes a request, calls messaging and encodes the answer.
//
// So far it serves the files of inbound messages, because webhooks name their URLs. Every other request is answered in
// Twilio's error shape with HTTP 501 and a text that says what is missing: never a silent 404, never HTML.
package rest

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Handler serves the API of one account.
type Handler struct {
	Account *messaging.Account
	// Unmodelled is called with every request that is not simulated; nil for nobody.
	Unmodelled func(*http.Request)
}

// Error is an error of the API in Twilio's shape (F-370).
type Error struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

// ServeHTTP answers as Twilio would, where twilsim knows how.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer h.Account.Clock.Begin()()
	started := clock.Wall()
	recorder := &recorder{ResponseWriter: w}
	body := readBody(r)
	if sid, media, ok := mediaPath(r.URL.Path, h.Account.SID); ok && r.Method == http.MethodGet {
		h.serveMedia(recorder, r, sid, media)
	} else {
		h.serveUnmodelled(recorder, r)
	}
	h.record(r, body, recorder, clock.Wall().Sub(started))
}

// maxBody is how much of a request's body the journal keeps.
const maxBody = 64 << 10

// readBody reads the beginning of the request's body, and leaves the whole of it to be read again.
func readBody(r *http.Request) string {
	begin, _ := io.ReadAll(io.LimitReader(r.Body, maxBody)) // what breaks here breaks again for whoever reads the rest
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(begin), r.Body), r.Body}
	return string(begin)
}

// mediaPath takes …/Messages/{MM}/Media/{ME} apart; a suffix such as .json asks for something else.
func mediaPath(path, account string) (sid, media string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/2010-04-01/Accounts/"+account+"/Messages/")
	if !ok {
		return "", "", false
	}
	sid, media, ok = strings.Cut(rest, "/Media/")
	return sid, media, ok && !strings.ContainsAny(media, "./")
}

// serveMedia answers the bytes of a file, with Basic auth (F-401). Twilio redirects to a storage host (F-400); the
// simulator is its own.
func (h *Handler) serveMedia(w http.ResponseWriter, r *http.Request, sid, id string) {
	user, password, given := r.BasicAuth()
	if !given || !same(user, h.Account.SID) || !same(password, h.Account.Token) {
		if !given {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`) // F-372
		}
		writeError(w, Error{Code: 20003, Message: "Authenticate", Status: http.StatusUnauthorized}) // F-371, F-498
		return
	}
	media, ok := h.Account.Media(sid, id)
	if !ok {
		writeError(w, Error{Code: 20404, Message: "The requested resource " + r.URL.Path + " was not found", Status: http.StatusNotFound})
		return
	}
	w.Header().Set("Content-Type", media.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(media.Data)))
	_, _ = w.Write(media.Data) // an app that hangs up has only itself to tell
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// serveUnmodelled says in Twilio's shape that there is no answer.
func (h *Handler) serveUnmodelled(w http.ResponseWriter, r *http.Request) {
	if h.Unmodelled != nil {
		h.Unmodelled(r)
	}
	h.Account.RaiseUnmodelled(r.Method, r.URL.Path)
	writeError(w, Error{
		Message: "twilsim does not simulate " + r.Method + " " + r.URL.Path + "; see \"What is not simulated\" in its README",
		Status:  http.StatusNotImplemented,
	})
}

func writeError(w http.ResponseWriter, e Error) {
	if e.Code != 0 {
		e.MoreInfo = "https://www.twilio.com/docs/errors/" + strconv.Itoa(e.Code)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(e)
}

// recorder remembers what was answered, for the journal. It keeps the text of an error, but not the bytes of a file: the
// message has them already.
type recorder struct {
	http.ResponseWriter
	status int
	body   strings.Builder
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status >= http.StatusBadRequest {
		r.body.Write(b)
	}
	return r.ResponseWriter.Write(b)
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// record writes the request into the journal.
func (h *Handler) record(r *http.Request, body string, recorded *recorder, took time.Duration) {
	if recorded.status == 0 {
		recorded.status = http.StatusOK
	}
	header := maps.Clone(r.Header)
	header["Host"] = []string{r.Host}
	h.Account.RecordRequest(&journal.Exchange{
		Purpose: journal.API, Attempt: 1, Method: r.Method, URL: r.URL.String(), Header: journal.MakeHeader(header), Body: body,
		Status: recorded.status, ResponseHeader: journal.MakeHeader(recorded.Header()), ResponseBody: recorded.body.String(),
		Signature: "none",
	}, took)
}
