package directory

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// FieldError says what is wrong with one field of a resource.
type FieldError struct {
	Field string // Twilio's name of the parameter, SmsUrl
	Err   error
}

func (e *FieldError) Error() string { return e.Err.Error() }

// Unwrap returns the error without the field.
func (e *FieldError) Unwrap() error { return e.Err }

// field is a URL or a method of a resource, before and after a change.
type field struct {
	name string
	was  string
	now  *string
}

// checkURLsLocked checks the URLs that a change has set, and puts a bin's URL in place of its name.
// A URL that has not changed is not checked again: it may come from a time when, for instance, its
// bin existed.
func (d *Directory) checkURLsLocked(fields ...field) error {
	for _, f := range fields {
		if *f.now == f.was {
			continue
		}
		url, err := d.webhookURLLocked(*f.now)
		if err != nil {
			return &FieldError{f.name, err}
		}
		*f.now = url
	}
	return nil
}

// webhookURLLocked accepts "" for none, the name of a bin, and an absolute http or https URL.
func (d *Directory) webhookURLLocked(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	if bin := d.binLocked(s); bin != nil {
		return bin.URL, nil
	}
	if strings.Contains(s, "://") {
		return s, d.o.CheckURL(s)
	}
	if near := suggest.Nearest(s, d.binNamesLocked()); near != "" {
		return "", fmt.Errorf("there is no bin %q: did you mean %q?", s, near)
	}
	return "", fmt.Errorf("%q is neither a bin nor an absolute URL "+
		"such as http://localhost:3000/sms", s)
}

// checkMethods writes methods in upper case, and POST in place of none (F-037).
func checkMethods(fields ...field) error {
	for _, f := range fields {
		*f.now = strings.ToUpper(*f.now)
		if *f.now == "" {
			*f.now = http.MethodPost
		}
		if !slices.Contains([]string{http.MethodGet, http.MethodPost}, *f.now) {
			return &FieldError{f.name, fmt.Errorf(
				"unknown method %q: a number's webhook is called with GET or POST", *f.now)}
		}
	}
	return nil
}
