package twiml

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"twilsim/simulator/uri"
)

// Resolve returns the absolute URL of ref in a document fetched from base, which is absolute
// (F-114). It follows RFC 3986, section 5.2, but does not escape, unescape or lower-case anything,
// because the app checks a signature over exactly these characters. For that reason net/url is not
// used. The fragment of ref stays, because it can hold connection overrides (F-049); the fragment
// of base is not inherited.
//
// The error says why a webhook cannot be sent to the result: it must be http or https (F-061), have
// a host name without underscores (F-061), and no white space. It is a plain sentence without a
// code.
func Resolve(base, ref string) (string, error) {
	target := uri.Split(base).Resolve(uri.Split(ref)).String()
	if err := check(target); err != nil {
		return "", err
	}
	return target, nil
}

// check returns why Twilio would not call s, nil if it would.
func check(s string) error {
	if strings.ContainsFunc(
		s,
		func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) },
	) {
		return fmt.Errorf("%.80q contains white space; write a space as %%20", s)
	}
	u, err := url.Parse(s)
	if err != nil {
		return fmt.Errorf("%.80q does not parse: %w", s, reason(err))
	}
	switch {
	case u.Scheme == "":
		return fmt.Errorf("%.80q is relative and the URL of the document is not absolute", s)
	case u.Scheme != "http" && u.Scheme != "https": // F-061
		return fmt.Errorf("%.80q does not begin with http:// or https://", s)
	case u.Hostname() == "":
		return fmt.Errorf("%.80q names no host", s)
	case strings.Contains(u.Hostname(), "_"): // F-061
		return fmt.Errorf("%.80q has an underscore in its host name", s)
	case !validPort(u.Port()):
		return fmt.Errorf("%.80q has a port that does not exist", s)
	}
	return nil
}

func validPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// reason removes the operation and the URL from an error of net/url, because the text around it has
// them already.
func reason(err error) error {
	if e := (*url.Error)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
