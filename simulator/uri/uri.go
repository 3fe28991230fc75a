// Package uri splits URLs into the components of RFC 3986 and resolves references, without changing
// a byte of them.
//
// Package net/url decodes what it parses and encodes it again in its own way. An app, however,
// checks its signature over the characters of the URL as they were configured, so the simulator
// must neither escape, unescape, nor change case. Nothing is checked here either: every string
// splits, and joins to itself again.
package uri

import "strings"

// Parts are the five components of a URL, each with its delimiter, so that joining them gives the
// URL back. An absent component is "".
type Parts struct {
	Scheme    string // https:
	Authority string // //user:secret@shop.example:8080
	Path      string // /sms
	Query     string // ?a=1&b=2
	Fragment  string // #rc=2
}

// Split cuts a URL where the regular expression of RFC 3986, appendix B, does.
func Split(s string) (p Parts) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, p.Fragment = s[:i], s[i:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, p.Query = s[:i], s[i:]
	}
	if i := strings.IndexAny(s, ":/"); i > 0 && s[i] == ':' {
		p.Scheme, s = s[:i+1], s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		p.Authority, s = s[:2+end], rest[end:]
	}
	p.Path = s
	return p
}

// String joins the components.
func (p Parts) String() string { return p.Scheme + p.Authority + p.Path + p.Query + p.Fragment }

// SplitAuthority returns the pieces of the authority, without the slashes in front: "user:secret@",
// "shop.example" and ":8080". A host in brackets keeps them.
func (p Parts) SplitAuthority() (userinfo, host, port string) {
	host = strings.TrimPrefix(p.Authority, "//")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		userinfo, host = host[:i+1], host[i+1:]
	}
	// The colons of an IPv6 address are inside its brackets.
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host, port = host[:i], host[i:]
	}
	return userinfo, host, port
}

// JoinQuery returns the URL with more parameters, encoded as in a form, behind those that its query
// has already.
func (p Parts) JoinQuery(more string) Parts {
	switch p.Query {
	case "":
		p.Query = "?" + more
	case "?":
		p.Query += more
	default:
		p.Query += "&" + more
	}
	return p
}

// WithoutFragment returns the URL s without its fragment.
func WithoutFragment(s string) string {
	s, _, _ = strings.Cut(s, "#")
	return s
}

// WithoutQuery returns the URL s without its query and its fragment.
func WithoutQuery(s string) string {
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return s[:i]
	}
	return s
}

// Resolve returns what the reference ref means in a document whose URL is base: the algorithm of
// RFC 3986, section 5.2.2. The fragment is that of ref.
func (base Parts) Resolve(ref Parts) Parts {
	switch {
	case ref.Scheme != "":
	case ref.Authority != "":
		ref.Scheme = base.Scheme
	case ref.Path == "":
		query := ref.Query
		if query == "" {
			query = base.Query
		}
		return Parts{base.Scheme, base.Authority, base.Path, query, ref.Fragment}
	default:
		ref.Scheme, ref.Authority = base.Scheme, base.Authority
		if ref.Path[0] != '/' {
			ref.Path = merge(base.Path, ref.Path)
		}
	}
	ref.Path = removeDots(ref.Path)
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
