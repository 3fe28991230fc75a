package carrier

import (
	"fmt"
	"net/url"
	"strings"

	"twilsim/simulator/webhook"
)

// Param sends a parameter that the app does not know, signed along: Twilio may add one at any time (F-026). One that the webhook
// has already gets the value.
type Param struct {
	Name, Value string
}

// newParam is what param alone stands for. No webhook of Twilio's has it.
var newParam = Param{"FutureParameter", "1"}

func parseParam(value string, hasValue bool) (WireFault, error) {
	if !hasValue {
		return newParam, nil
	}
	name, text, found := strings.Cut(value, "=")
	f := Param{}
	var nameErr, valueErr error
	f.Name, nameErr = url.QueryUnescape(name)
	f.Value, valueErr = url.QueryUnescape(text)
	if !found || f.Name == "" || nameErr != nil || valueErr != nil {
		return nil, fmt.Errorf("%q is not a parameter as a form has it, want such as param:Name=Value, a comma as %%2C", value)
	}
	return f, nil
}

// String returns param:Name=Value, encoded as in a form.
func (f Param) String() string {
	return "param:" + url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value)
}

// Describe says the fault to a person.
func (f Param) Describe() string {
	return "with the parameter " + url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value)
}

func (f Param) change(w *Wire) { w.Fault.Params = append(w.Fault.Params, webhook.Param(f)) }
