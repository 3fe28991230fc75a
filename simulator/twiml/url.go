package twiml

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
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
	target := reference(split(base), split(ref)).String()
	if err := check(target); err != nil {
		return "", err
	}
	return target, nil
}

// parts are the five components of RFC 3986, each with its delimiters, so that joining them gives
// the text back.
type parts struct{ scheme, authority, path, query, fragment string }

func (p parts) String() string { return p.scheme + p.authority + p.path + p.query + p.fragment }

// split is the regular expression of RFC 3986, appendix B.
func split(s string) (p parts) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, p.fragment = s[:i], s[i:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, p.query = s[:i], s[i:]
	}
	if i := strings.IndexAny(s, ":/"); i > 0 && s[i] == ':' {
		p.scheme, s = s[:i+1], s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		p.authority, s = s[:2+end], rest[end:]
	}
	p.path = s
	return p
}

// reference is the algorithm of RFC 3986, section 5.2.2.
func reference(base, ref parts) parts {
	switch {
	case ref.scheme != "":
	case ref.authority != "":
		ref.scheme = base.scheme
	case ref.path == "":
		query := ref.query
		if query == "" {
			query = base.query
		}
		return parts{base.scheme, base.authority, base.path, query, ref.fragment}
	default:
		ref.scheme, ref.authority = base.scheme, base.authority
		if ref.path[0] != '/' {
			ref.path = merge(base.path, ref.path)
		}
	}
	ref.path = removeDots(ref.path)
	return ref
}

// merge replaces the last segment of base by a relative path.
func merge(base, path string) string {
	if base == "" {
		return "/" + path
	}
	return base[:strings.LastIndexByte(base, '/')+1] + path
}

// removeDots removes the segments . and .. from a path (RFC 3986, section 5.2.4).
func removeDots(path string) string {
	if !strings.HasPrefix(path, "/") || !strings.Contains(path, "/.") {
		return path
	}
	segments := strings.Split(path[1:], "/")
	last := segments[len(segments)-1]
	kept := segments[:0]
	for _, s := range segments {
		switch s {
		case ".":
		case "..":
			kept = kept[:max(len(kept)-1, 0)]
		default:
			kept = append(kept, s)
		}
	}
	if last == "." || last == ".." {
		kept = append(kept, "")
	}
	return "/" + strings.Join(kept, "/")
}

// check returns why Twilio would not call s, nil if it would.
func check(s string) error {
	if strings.ContainsFunc(
		s,
		func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) },
	) {
		return fmt.Errorf("%.80q has white space in it; write a space as %%20", s)
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
