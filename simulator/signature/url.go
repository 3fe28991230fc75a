package signature

import (
	"strings"

	"twilsim/simulator/uri"
)

// SignedURL returns the part of a configured webhook URL that Twilio signs: the URL as written,
// with its port and its query (F-067, F-068), but without the fragment, which has connection
// overrides (F-040), and without user name and password. It does not encode, decode or check
// anything.
func SignedURL(configured string) string {
	if !strings.ContainsAny(configured, "#@") {
		return configured
	}
	return split(configured).signed().String()
}

// parts is a URL in pieces that keep their punctuation, so that joining them gives the same bytes.
type parts struct {
	scheme   string // "https://"
	userinfo string // "user:secret@"
	host     string // "shop.example", "[::1]"
	port     string // ":8080"
	path     string // "/sms"
	query    string // "?a=1&b=2"
	fragment string // "#rc=2"
}

func split(url string) parts {
	u := uri.Split(url)
	p := parts{scheme: u.Scheme, path: u.Path, query: u.Query, fragment: u.Fragment}
	if u.Authority != "" {
		p.scheme += "//"
		p.userinfo, p.host, p.port = u.SplitAuthority()
	}
	return p
}

func (p parts) signed() parts {
	p.userinfo, p.fragment = "", ""
	return p
}

func (p parts) String() string {
	return p.scheme + p.userinfo + p.host + p.port + p.path + p.query + p.fragment
}

// defaultPort returns ":443" or ":80", or "" for other schemes.
func (p parts) defaultPort() string {
	switch p.scheme {
	case "https://":
		return ":443"
	case "http://":
		return ":80"
	}
	return ""
}
