package carrier

import (
	"fmt"
	"net/http"
	"strconv"

	"twilsim/simulator/webhook"
)

// Cut breaks the connection in the middle of the request's body. A GET has none, and is passed over.
type Cut struct {
	After int // bytes of the body, of which the last is never sent; less than 0 is half of it
}

func parseCut(value string, hasValue bool) (WireFault, error) {
	if !hasValue {
		return Cut{-1}, nil
	}
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number of bytes, want such as cut:100", value)
	}
	return Cut{int(n)}, nil
}

// String returns cut:100, or cut for half of the body.
func (f Cut) String() string {
	if f.After < 0 {
		return "cut"
	}
	return "cut:" + strconv.Itoa(f.After)
}

// Describe says the fault to a person.
func (f Cut) Describe() string {
	if f.After < 0 {
		return "cut in the middle"
	}
	return "cut after " + strconv.Itoa(f.After) + " bytes"
}

func (f Cut) change(w *Wire) { w.Fault.Cut = &webhook.Cut{After: f.After} }

func (f Cut) fits(w Webhook) bool { return w.Method != http.MethodGet }
