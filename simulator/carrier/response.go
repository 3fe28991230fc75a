package carrier

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/errcode"
	"twilsim/simulator/suggest"
)

// Response is a failure of the API itself. One of Status, Code, Timeout and Reset is set, or Lost,
// with Timeout or without; the zero Response is none.
type Response struct {
	Status  int           // the API answers with this HTTP status, 400 to 599
	Code    int           // the API answers with this error of Twilio's, as 21408
	Timeout time.Duration // the API does not answer for so long
	Reset   bool          // the connection is reset without an answer, and nothing happens

	// Lost has the API do what is asked, and reset the connection in place of the answer: at once, or
	// after Timeout (F-810).
	Lost bool
}

const responseForms = "429, 500 or another status from 400 to 599, an error of Twilio's such as " +
	"21408, timeout:20s, reset, lost or lost:20s"

// parseResponse reads "429", "500" and other HTTP statuses of failure, the codes of Twilio's errors
// such as "21408", "timeout:20s", "reset", "lost" and "lost:20s".
func parseResponse(s string) (Response, error) {
	word, wait, hasWait := strings.Cut(s, ":")
	switch {
	case s == "reset":
		return Response{Reset: true}, nil
	case s == "lost":
		return Response{Lost: true}, nil
	case hasWait && (word == "timeout" || word == "lost"):
		d, err := clock.ParseDuration(wait)
		if err != nil || d == 0 {
			return Response{}, fmt.Errorf("%q is not a time to wait, want something like %s:20s", wait, word)
		}
		return Response{Timeout: d, Lost: word == "lost"}, nil
	}
	if number, err := strconv.Atoi(s); err == nil {
		return parseRefusal(number, s)
	}
	if near := suggest.Nearest(s, []string{"reset", "lost", "lost:20s", "timeout:20s"}); near != "" {
		return Response{}, fmt.Errorf("unknown fault %q, did you mean %s?", s, near)
	}
	return Response{}, fmt.Errorf("unknown fault %q, want %s", s, responseForms)
}

// parseRefusal reads an HTTP status or one of Twilio's error codes.
func parseRefusal(number int, s string) (Response, error) {
	if len(s) == 3 && 400 <= number && number <= 599 {
		return Response{Status: number}, nil
	}
	if _, known := errcode.Lookup(number); known && strconv.Itoa(number) == s {
		return Response{Code: number}, nil
	}
	return Response{}, fmt.Errorf("unknown fault %q, want %s", s, responseForms)
}

// String returns what [parseResponse] reads back, "" for none.
func (r Response) String() string {
	switch {
	case r.Reset:
		return "reset"
	case r.Lost && r.Timeout > 0:
		return "lost:" + clock.FormatDuration(r.Timeout)
	case r.Lost:
		return "lost"
	case r.Timeout > 0:
		return "timeout:" + clock.FormatDuration(r.Timeout)
	case r.Code != 0:
		return strconv.Itoa(r.Code)
	case r.Status != 0:
		return strconv.Itoa(r.Status)
	}
	return ""
}

// Describe returns the response in a few words for a person.
func (r Response) Describe() string {
	switch {
	case r.Reset:
		return "connection reset"
	case r.Lost && r.Timeout > 0:
		return "carried out, then no answer for " + clock.DescribeDuration(r.Timeout)
	case r.Lost:
		return "carried out, then connection reset"
	case r.Timeout > 0:
		return "no answer for " + clock.DescribeDuration(r.Timeout)
	case r.Code != 0:
		return "answered error " + strconv.Itoa(r.Code)
	case r.Status != 0:
		return "answered " + strconv.Itoa(r.Status)
	}
	return "no fault"
}
