package messaging

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
)

// form reads the parameters of a create or an update under Twilio's names. A parameter that is absent leaves what is there.
// The first error is kept, and the rest is not looked at.
type form struct {
	values url.Values
	err    error
}

// get returns a parameter that is there, as long as nothing is wrong yet.
func (f *form) get(name string) (string, bool) {
	values, ok := f.values[name]
	if f.err != nil || !ok || len(values) == 0 {
		return "", false
	}
	return values[len(values)-1], true
}

func (f *form) text(name string, into *string) {
	if value, ok := f.get(name); ok {
		*into = value
	}
}

// url takes an absolute URL, or "" for none. convert may put another in its place; nil keeps it.
func (f *form) url(name string, into *string, convert func(string) (string, error)) {
	value, ok := f.get(name)
	if !ok {
		return
	}
	if convert != nil {
		var err error
		if value, err = convert(value); err != nil {
			f.err = apierr.Invalid("%s: %v", name, err)
			return
		}
	}
	*into = value
}

func (f *form) method(name string, into *string) {
	value, ok := f.get(name)
	if !ok {
		return
	}
	value = strings.ToUpper(value)
	if value == "" {
		value = http.MethodPost // F-037
	}
	f.among(name, value, http.MethodGet, http.MethodPost)
	*into = value
}

func (f *form) bool(name string, into *bool) {
	value, ok := f.get(name)
	if !ok {
		return
	}
	b, err := strconv.ParseBool(strings.ToLower(value))
	if err != nil {
		f.err = apierr.Invalid("%s is true or false, not %q", name, value)
		return
	}
	*into = b
}

func (f *form) among(name, value string, words ...string) {
	if !slices.Contains(words, value) {
		f.err = apierr.Invalid("%s is %s, not %q", name, strings.Join(words, " or "), value)
	}
}

// checkedURL wants an absolute http or https URL, or none.
func checkedURL(value string) (string, error) {
	if value != "" && !isHTTP(value) {
		return "", fmt.Errorf("%q is no absolute http or https URL", value)
	}
	return value, nil
}
