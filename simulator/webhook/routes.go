package webhook

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Route says where a public URL is served on this machine, as a tunnel or a reverse proxy would.
type Route struct {
	Public string // what the app believes its URL is: signed, never dialled
	Local  string // what is dialled in its place
}

// Routes maps public URLs to local ones. The longest public prefix wins. It must not change while a
// client uses it.
type Routes []Route

// ParseRoute reads PUBLIC=LOCAL, two absolute URLs such as
// https://shop.example=http://localhost:3000.
func ParseRoute(s string) (Route, error) {
	i := strings.Index(s, "=http")
	if i < 0 {
		return Route{}, fmt.Errorf("bad route %q: write PUBLIC=LOCAL, for example "+
			"https://shop.example=http://localhost:3000", s)
	}
	route := Route{Public: strings.TrimSuffix(s[:i], "/"), Local: strings.TrimSuffix(s[i+1:], "/")}
	for _, u := range []string{route.Public, route.Local} {
		if err := CheckURL(u); err != nil {
			return Route{}, fmt.Errorf("bad route %q: %w", s, err)
		}
	}
	return route, nil
}

// CheckURL returns an error if a URL cannot be called: it must be absolute, http or https, with a
// host whose name has no underscore (F-061).
func CheckURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return fmt.Errorf("%q is not a URL", s)
	case strings.ContainsAny(s, " \t\r\n"): // it would end the URL in the request line
		return fmt.Errorf("%q contains white space: write a space as %%20", s)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q is not an absolute http or https URL", s)
	case u.Hostname() == "":
		return fmt.Errorf("%q has no host", s)
	case strings.Contains(u.Hostname(), "_"):
		return fmt.Errorf("%q has a host name with an underscore, which Twilio refuses", s)
	}
	return nil
}

// Local returns the URL to dial for a public one, and whether a route changed it.
func (r Routes) Local(public string) (string, bool) {
	best := -1
	for i, route := range r {
		if covers(route.Public, public) && (best < 0 || len(route.Public) > len(r[best].Public)) {
			best = i
		}
	}
	if best < 0 {
		return public, false
	}
	return r[best].Local + public[len(r[best].Public):], true
}

// covers reports whether prefix is the whole URL, or ends where a component or path segment of it
// ends. So https://shop.example does not cover https://shop.example.com.
func covers(prefix, url string) bool {
	rest, ok := strings.CutPrefix(url, prefix)
	return ok && (rest == "" || strings.ContainsRune("/?#", rune(rest[0])))
}

// IsLocal reports whether the host of the URL is this machine, judged by its name or address. It
// does not look up names.
func IsLocal(rawURL string) bool {
	u, err := url.Parse(rawURL)
	return err == nil && isLocal(u)
}

func isLocal(u *url.URL) bool {
	host := u.Hostname()
	if isLocalhost(host) {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// isLocalhost reports whether a host name, in any case, is localhost or a subdomain of it (RFC
// 6761).
func isLocalhost(host string) bool {
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// HostPort returns the host and port of a URL, with the scheme's port if the URL has none.
func HostPort(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return hostPort(u)
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
