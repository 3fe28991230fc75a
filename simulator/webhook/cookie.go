package webhook

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/journal"
)

// Limits for cookies. The time is Twilio's (F-059); the others bound the memory that an app can
// take up.
const (
	cookieLife    = 4 * time.Hour
	maxPairs      = 10_000
	maxPerPair    = 50
	maxCookieSize = 4096
)

// pair identifies a set of cookies: the two numbers of an incoming message (F-059), in one account.
type pair struct{ account, from, to string }

// pairOf returns the pair whose cookies go with a request. Twilio's article on cookies is only
// about incoming messages, so a status callback has the zero pair and no cookies.
func pairOf(r *Request) pair {
	if r.Purpose == journal.Status {
		return pair{}
	}
	return pair{r.Params.Get("AccountSid"), r.Params.Get("From"), r.Params.Get("To")}
}

// cookies are the cookies that apps have set. Package net/http/cookiejar has the same rules, but
// reads the machine's clock, whereas cookies must expire by the account's clock. Times are the
// account's, as requests have them.
type cookies struct {
	mu    sync.Mutex
	jars  map[pair][]cookie // each in the order in which its cookies were created
	order []pair            // the keys of jars, the oldest first
}

// cookie is one cookie, with the defaults of its attributes filled in.
type cookie struct {
	name, value, domain, path  string
	quoted, secure, subdomains bool
	expires                    time.Time
}

// set stores the cookies that an answer from the URL sets. The zero pair keeps none.
func (c *cookies) set(p pair, rawURL string, now time.Time, list []*http.Cookie) {
	u, err := url.Parse(rawURL)
	if err != nil || p == (pair{}) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	jar, known := c.jars[p]
	for _, set := range list {
		made, ok := makeCookie(u, now, set)
		if !ok {
			continue
		}
		jar = put(jar, made, now)
	}
	if !known {
		c.makeRoomLocked()
		c.order = append(c.order, p)
	}
	c.jars[p] = jar
}

// Remember sets the cookies that the answer to a webhook has set, which was made by another client.
// The webhooks of an account come in their order.
func (c *Client) Remember(x *journal.Exchange) {
	if x.Purpose == journal.Status || !strings.Contains(string(x.ResponseHeader), "Set-Cookie: ") {
		return
	}
	answer := http.Response{Header: http.Header{}}
	for name, value := range x.ResponseHeader.All() {
		answer.Header.Add(name, value)
	}
	params := x.Params()
	p := pair{params.Get("AccountSid"), params.Get("From"), params.Get("To")}
	c.cookies.set(p, x.URL, x.At, answer.Cookies())
}

// makeRoomLocked deletes the oldest pair if there are too many.
func (c *cookies) makeRoomLocked() {
	if c.jars == nil {
		c.jars = map[pair][]cookie{}
	}
	if len(c.order) == maxPairs {
		delete(c.jars, c.order[0])
		c.order = c.order[1:]
	}
}

// ForgetCookies deletes the cookies of an account, for a reset.
func (c *Client) ForgetCookies(accountSID string) {
	c.cookies.mu.Lock()
	defer c.cookies.mu.Unlock()
	c.cookies.order = slices.DeleteFunc(c.cookies.order, func(p pair) bool {
		if p.account == accountSID {
			delete(c.cookies.jars, p)
		}
		return p.account == accountSID
	})
}

// put replaces the cookie with the same name, domain and path, or appends the new one. If the new
// one has expired, put only deletes the old one. It changes jar in place.
func put(jar []cookie, made cookie, now time.Time) []cookie {
	i := slices.IndexFunc(jar, func(old cookie) bool {
		return old.name == made.name && old.domain == made.domain && old.path == made.path
	})
	switch expired := !made.expires.After(now); {
	case i >= 0 && expired:
		return slices.Delete(jar, i, i+1)
	case i >= 0:
		jar[i] = made
		return jar
	case expired:
		return jar
	}
	if jar = append(jar, made); len(jar) > maxPerPair {
		jar = slices.Delete(jar, 0, 1)
	}
	return jar
}

// makeCookie fills in the defaults of a cookie's attributes (RFC 6265, 5.3). It refuses a cookie
// for another host.
func makeCookie(u *url.URL, now time.Time, set *http.Cookie) (cookie, bool) {
	host := strings.ToLower(u.Hostname())
	made := cookie{
		name: set.Name, value: set.Value, quoted: set.Quoted, secure: set.Secure, domain: host,
		path:    set.Path,
		expires: expiry(now, set),
	}
	if !strings.HasPrefix(made.path, "/") {
		made.path = defaultPath(u.Path)
	}
	if domain := strings.ToLower(strings.TrimPrefix(set.Domain, ".")); domain != "" && domain != host {
		if !within(host, domain) || !strings.Contains(domain, ".") {
			return cookie{}, false
		}
		made.domain = domain
	}
	made.subdomains = set.Domain != ""
	return made, len(set.Name)+len(set.Value) <= maxCookieSize
}

// expiry returns when a cookie expires: when its attributes say, but after four hours at the latest
// (F-059).
func expiry(now time.Time, set *http.Cookie) time.Time {
	latest := now.Add(cookieLife)
	switch {
	case set.MaxAge < 0:
		return now
	case set.MaxAge > 0 && set.MaxAge < int(cookieLife.Seconds()):
		return now.Add(time.Duration(set.MaxAge) * time.Second)
	case set.MaxAge == 0 && !set.Expires.IsZero() && set.Expires.Before(latest):
		return set.Expires
	}
	return latest
}

// defaultPath returns the path of the URL up to its last slash (RFC 6265, 5.1.4).
func defaultPath(path string) string {
	if i := strings.LastIndex(path, "/"); i > 0 {
		return path[:i]
	}
	return "/"
}

// within reports whether the host is a subdomain of the domain. An IP address never is.
func within(host, domain string) bool {
	_, err := netip.ParseAddr(host)
	return err != nil && strings.HasSuffix(host, "."+domain)
}

// header returns the field Cookie of a request to the URL with the cookies of a pair: those with a
// longer path first, then the older ones. It is "" for none.
func (c *cookies) header(p pair, rawURL string, now time.Time) string {
	c.mu.Lock()
	jar := c.jars[p]
	if len(jar) == 0 {
		c.mu.Unlock()
		return ""
	}
	u, err := url.Parse(rawURL)
	if err == nil {
		jar = slices.DeleteFunc(slices.Clone(jar),
			func(k cookie) bool { return !k.expires.After(now) || !k.fits(u) })
	}
	c.mu.Unlock()
	if err != nil {
		return ""
	}
	slices.SortStableFunc(jar, func(a, b cookie) int { return len(b.path) - len(a.path) })
	req := http.Request{Header: http.Header{}}
	for _, k := range jar {
		req.AddCookie(&http.Cookie{Name: k.name, Value: k.value, Quoted: k.quoted})
	}
	return req.Header.Get("Cookie")
}

// fits reports whether the cookie is sent to the URL.
func (k cookie) fits(u *url.URL) bool {
	host, path := strings.ToLower(u.Hostname()), u.Path
	if path == "" {
		path = "/"
	}
	rest, under := strings.CutPrefix(path, k.path)
	return (host == k.domain || k.subdomains && within(host, k.domain)) &&
		under && (rest == "" || rest[0] == '/' || strings.HasSuffix(k.path, "/")) &&
		(!k.secure || u.Scheme == "https")
}
