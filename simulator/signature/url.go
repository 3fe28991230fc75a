package signature

import "strings"

// SignedURL returns what Twilio signs of a configured webhook URL: all of it as written, with its port and its query
// (F-067, F-068), but without the fragment, which holds connection overrides (F-040), and without user name and password.
// Nothing is encoded, decoded or checked.
func SignedURL(configured string) string {
	if !strings.ContainsAny(configured, "#@") {
		return configured
	}
	return split(configured).signed().String()
}

// parts is a URL cut into pieces that keep their punctuation, so that putting them together gives the same bytes back.
type parts struct {
	scheme   string // "https://"; empty where there is no host
	userinfo string // "user:secret@"
	host     string // "shop.example", "[::1]"
	port     string // ":8080"
	path     string // "/sms"; all up to the query where there is no host
	query    string // "?a=1&b=2"
	fragment string // "#rc=2"
}

// split cuts where RFC 3986, section 3, does.
func split(url string) parts {
	var p parts
	url, p.fragment = cutBefore(url, "#")
	url, p.query = cutBefore(url, "?")
	if i := strings.Index(url, "/"); i > 0 && url[i-1] == ':' && strings.HasPrefix(url[i:], "//") {
		p.scheme, url = url[:i+2], url[i+2:]
		p.host, p.path = cutBefore(url, "/")
		p.splitAuthority()
		return p
	}
	p.path = url
	return p
}

// splitAuthority takes userinfo and port out of the host.
func (p *parts) splitAuthority() {
	if i := strings.LastIndex(p.host, "@"); i >= 0 {
		p.userinfo, p.host = p.host[:i+1], p.host[i+1:]
	}
	// The colons of an IPv6 address are inside its brackets.
	if i := strings.LastIndex(p.host, ":"); i > strings.LastIndex(p.host, "]") {
		p.host, p.port = p.host[:i], p.host[i:]
	}
}

// cutBefore cuts s before the first sep, which stays with the second half.
func cutBefore(s, sep string) (before, from string) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
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
