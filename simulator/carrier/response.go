package carrier

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
)

// Response is a failure of the API itself. One of the three fields is set; the zero Response is
// none.
type Response struct {
	Status  int           // the API answers with this HTTP status, 400 to 599
	Timeout time.Duration // the API does not answer for so long
	Reset   bool          // the connection is reset without an answer
}

const responseForms = "429, 500 or another status from 400 to 599, timeout:20s, or reset"

// ParseResponse reads "429", "500" and other HTTP statuses of failure, "timeout:20s" and "reset".
func ParseResponse(s string) (Response, error) {
	if s == "reset" {
		return Response{Reset: true}, nil
	}
	if word, found := strings.CutPrefix(s, "timeout:"); found {
		d, err := clock.ParseDuration(word)
		if err != nil || d == 0 {
			return Response{}, fmt.Errorf("%q is not a time to wait, want such as timeout:20s", word)
		}
		return Response{Timeout: d}, nil
	}
	if status, err := strconv.Atoi(s); err == nil && len(s) == 3 && 400 <= status && status <= 599 {
		return Response{Status: status}, nil
	}
	if near := suggest.Nearest(s, []string{"reset", "timeout:20s"}); near != "" {
		return Response{}, fmt.Errorf("unknown fault %q, did you mean %s?", s, near)
	}
	return Response{}, fmt.Errorf("unknown fault %q, want %s", s, responseForms)
}

// String returns what [ParseResponse] reads back, "" for none.
func (r Response) String() string {
	switch {
	case r.Reset:
		return "reset"
	case r.Timeout > 0:
		return "timeout:" + clock.FormatDuration(r.Timeout)
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
	case r.Timeout > 0:
		return "no answer for " + clock.DescribeDuration(r.Timeout)
	case r.Status != 0:
		return "answered " + strconv.Itoa(r.Status)
	}
	return "no fault"
}
