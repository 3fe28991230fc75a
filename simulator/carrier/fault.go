package carrier

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
)

// Fault is a failure of the API itself. One of the three fields is set; the zero Fault is none.
type Fault struct {
	Status  int           // the API answers with this HTTP status, 400 to 599
	Timeout time.Duration // the API does not answer for so long
	Reset   bool          // the connection is reset without an answer
}

const faultForms = "429, 500 or another status from 400 to 599, timeout:20s, or reset"

// ParseFault reads "429", "500" and other HTTP statuses of failure, "timeout:20s" and "reset".
func ParseFault(s string) (Fault, error) {
	if s == "reset" {
		return Fault{Reset: true}, nil
	}
	if word, found := strings.CutPrefix(s, "timeout:"); found {
		d, err := clock.ParseDuration(word)
		if err != nil || d == 0 {
			return Fault{}, fmt.Errorf("%q is not a time to wait, want such as timeout:20s", word)
		}
		return Fault{Timeout: d}, nil
	}
	if status, err := strconv.Atoi(s); err == nil && len(s) == 3 && 400 <= status && status <= 599 {
		return Fault{Status: status}, nil
	}
	if near := suggest.Nearest(s, []string{"reset", "timeout:20s"}); near != "" {
		return Fault{}, fmt.Errorf("unknown fault %q, did you mean %s?", s, near)
	}
	return Fault{}, fmt.Errorf("unknown fault %q, want %s", s, faultForms)
}

// String returns what [ParseFault] reads back, "" for no fault.
func (f Fault) String() string {
	switch {
	case f.Reset:
		return "reset"
	case f.Timeout > 0:
		return "timeout:" + clock.FormatDuration(f.Timeout)
	case f.Status != 0:
		return strconv.Itoa(f.Status)
	}
	return ""
}

// Describe says the fault to a person.
func (f Fault) Describe() string {
	switch {
	case f.Reset:
		return "connection reset"
	case f.Timeout > 0:
		return "no answer for " + clock.DescribeDuration(f.Timeout)
	case f.Status != 0:
		return "answered " + strconv.Itoa(f.Status)
	}
	return "no fault"
}
