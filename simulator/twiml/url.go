package twiml

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Resolve returns the absolute URL that ref means in a document fetched from base, which is absolute (F-114). It follows
// RFC 3986, section 5.2, on the URL as written: nothing is escaped, unescaped or put in lower case on the way, because the
// app checks a signature over these very characters. The fragment of ref stays, as connection overrides live in it (F-049);
// that of base is not inherited.
//
// The error says why the result is no URL that a webhook could go to: it must be http or https (F-061), with a host
// name free of underscores (F-061), and without white space. It is a plain sentence, without a code.
func Resolve(base, ref string) (string, error) {
	target := reference(split(base), split(ref)).String()
	if err := check(target); err != nil {
		return "", err
	}
	return target, nil
}

// parts are the five components of RFC 3986, each with its delimiters, so that joining them gives the text back.
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

// merge puts a relative path in the place of the last segment of base.
func merge(base, path string) string {
	if base == "" {
		return "/" + path
	}
	return base[:strings.LastIndexByte(base, '/')+1] + path
}

// removeDots takes the segments . and .. out of a path (RFC 3986, section 5.2.4).
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

// check says why s is no URL that Twilio would call.
func check(s string) error {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
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

// reason drops the operation and the URL, which the text around it has already.
func reason(err error) error {
	if e := (*url.Error)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
