package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// ErrUnreachable means that no server answered a [Client], or that the server is not a simulator.
var ErrUnreachable = errors.New("no simulator is reachable")

// Error is an error that the API reports. A [Client] returns it as the server sent it.
type Error struct {
	Status  int    `json:"-"`             // the HTTP status
	Message string `json:"error"`         // what is wrong
	Try     string `json:"try,omitempty"` // what to write or do instead
	// the fact behind a refusal by Twilio's API, such as F-192
	Fact string `json:"fact,omitempty"`
	// of an await that timed out: the things that came nearest, best first; nil for other errors
	Nearest []Near `json:"nearest,omitempty"`
}

// Near is a thing that fits an expectation except for some fields; see [Client.Await].
type Near struct {
	ID          string       `json:"id"`
	Summary     string       `json:"summary"`
	Differences []Difference `json:"differences"`
}

// Difference is a field that does not fit. Got is "(absent)" if the thing does not have the field.
type Difference struct {
	Field    string `json:"field"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
}

// Error returns what is wrong, without what to try.
func (e *Error) Error() string { return e.Message }

// bad returns an error about the request, with status 400.
func bad(message, try string) *Error {
	return &Error{Status: http.StatusBadRequest, Message: message, Try: try}
}

// conflict returns an error, with status 409, about a request that is valid but not possible in the
// present state.
func conflict(message, try string) *Error {
	return &Error{Status: http.StatusConflict, Message: message, Try: try}
}

// missing returns an error about something that does not exist, with status 404.
func missing(what, name, try string) *Error {
	return &Error{Status: http.StatusNotFound, Message: "there is no " + what + " " + quote(name),
		Try: try}
}

// asError turns any error of the packages below into what the API reports. An unknown error is
// about the request. Twilio's own refusals (an [apierr.Error]) keep their fact. They have status
// 400 here whatever status Twilio's API gives them, because the client did not call that API.
func asError(err error) *Error {
	var (
		own     *Error
		script  *carrier.ScriptError
		illegal *carrier.IllegalError
		tooBig  *http.MaxBytesError
		refusal *apierr.Error
	)
	switch {
	// first: it has its status
	case errors.As(err, &own):
		return own
	case errors.As(err, &refusal):
		return &Error{Status: http.StatusBadRequest, Message: err.Error(), Fact: refusal.Fact()}
	case errors.As(err, &tooBig):
		return &Error{
			Status:  http.StatusRequestEntityTooLarge,
			Message: "the body is longer than " + strconv.FormatInt(tooBig.Limit, 10) + " bytes",
		}
	case errors.As(err, &script):
		return scriptError(err, script)
	case errors.As(err, &illegal):
		return bad(err.Error(), "add illegal to allow it")
	case errors.Is(err, clock.ErrNotVirtual):
		return conflict(err.Error(), "twilsim clock freeze")
	case errors.Is(err, clock.ErrAdvancing):
		return conflict(err.Error(),
			"call it again after the other call has returned, and not from inside a webhook")
	case errors.Is(err, clock.ErrEnd):
		return conflict(err.Error(), "a shorter time")
	case errors.Is(err, clock.ErrEndless):
		return conflict(err.Error(), "twilsim clock advance 1m")
	// the client has gone, so hardly anybody reads this
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Status: http.StatusRequestTimeout,
			Message: "the request ended before its work was done"}
	}
	return bad(err.Error(), "")
}

// scriptError shortens the four lines of a [carrier.ScriptError] to one. The four lines point at
// the place with a caret, which needs a terminal's fixed width; in JSON, the rest of the script
// from that place says where.
func scriptError(err error, script *carrier.ScriptError) *Error {
	before, _, _ := strings.Cut(err.Error(), script.What)
	where := ""
	if rest := script.Script[script.Offset:]; script.Offset > 0 && rest != "" {
		where = " at " + quote(rest)
	}
	return bad(before+script.What+where, script.Try)
}

// lists are the commands that list the things of each kind.
var lists = map[journal.Kind]string{
	journal.Messages: "twilsim messages",
	journal.Webhooks: "twilsim webhooks",
	journal.Requests: "twilsim requests",
	journal.Alerts:   "twilsim alerts",
}

// resolve returns the thing that a reference names. The error is 404 if nothing is kept under the
// reference, and 400 if several things have the prefix. T must be the type that the journal stores
// for the kind.
func resolve[T journal.Thing](s *api, kind journal.Kind, ref string) (T, error) {
	thing, err := s.account.Journal.Resolve(kind, ref)
	if err == nil {
		return thing.(T), nil
	}
	var none T
	if strings.HasPrefix(err.Error(), "there is no ") { // the journal has no error type for this
		// people write the code of an alert where its ID, such as A1, is needed
		try := lists[kind]
		if kind == journal.Alerts && isCode(ref) {
			try += " code:" + ref
		}
		return none, &Error{Status: http.StatusNotFound, Message: err.Error() + s.dropped(kind), Try: try}
	}
	return none, bad(err.Error(), "")
}

// dropped says what the journal no longer keeps of a kind, and since when it keeps the rest; "" if
// it keeps all.
func (s *api) dropped(kind journal.Kind) string {
	n := s.account.Journal.Dropped(kind)
	if n == 0 {
		return ""
	}
	text := "; the oldest " + strconv.Itoa(n) + " were dropped"
	for t := range s.account.Journal.Scan(journal.Scan{Kind: kind, Oldest: true}) {
		return text + ", those since " + madeAt(t).UTC().Format(time.RFC3339) + " are kept"
	}
	return text
}

func madeAt(t journal.Thing) time.Time {
	switch t := t.(type) {
	case *messaging.Message:
		return t.Snapshot().Created
	case *journal.Exchange:
		return t.At
	case *journal.Alert:
		return t.At
	}
	return time.Time{}
}

// isCode reports whether a reference is the code of an alert, such as 11200 or SIM-7, and not its
// ID.
func isCode(ref string) bool {
	_, err := strconv.ParseUint(ref, 10, 32)
	return err == nil || strings.HasPrefix(ref, "SIM-")
}

func writeError(w http.ResponseWriter, err error) {
	e := asError(err)
	writeJSON(w, e.Status, e, false)
}

func quote(s string) string { return strconv.Quote(s) }

// ErrorBody returns the body of an answer that reports an error.
func ErrorBody(message, try string) []byte {
	body, _ := json.Marshal(&Error{Message: message, Try: try}) // it has two strings only
	return append(body, '\n')
}
