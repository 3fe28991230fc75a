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

// Limits for cookies. Twilio's is the time (F-059); the others keep a careless app from filling the memory.
const (
	cookieLife    = 4 * time.Hour
	maxPairs      = 10_000
	maxPerPair    = 50
	maxCookieSize = 4096
)

// pair is whose cookies they are: those of the two numbers of a message that came in (F-059), in one account.
type pair struct{ account, from, to string }

// pairOf returns whose cookies go with a request. Twilio's article on cookies speaks of incoming messages alone, so a status
// callback has none, and that is the zero pair.
func pairOf(r *Request) pair {
	if r.Purpose == journal.Status {
		return pair{}
	}
	return pair{r.Params.Get("AccountSid"), r.Params.Get("From"), r.Params.Get("To")}
}

// cookies are what apps asked us to keep. Package net/http/cookiejar has the same rules, but reads the machine's clock, and
// here the account's counts.
type cookies struct {
	mu    sync.Mutex
	jars  map[pair][]cookie // each in the order in which its cookies were made
	order []pair            // the keys of jars, the oldest first
}

// cookie is one cookie that was set.
type cookie struct {
	name, value, domain, path  string
	quoted, secure, subdomains bool
	expires                    time.Time
}

// set keeps the cookies of an answer from the URL.
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

// makeRoomLocked forgets the oldest pair where there are too many.
func (c *cookies) makeRoomLocked() {
	if c.jars == nil {
		c.jars = map[pair][]cookie{}
	}
	if len(c.order) == maxPairs {
		delete(c.jars, c.order[0])
		c.order = c.order[1:]
	}
}

// ForgetCookies drops the cookies of an account, as when it is reset.
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

// put replaces the cookie of the same name and place, or appends the new one; one that has expired is taken away.
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

// makeCookie gives a cookie what its attributes leave open (RFC 6265, 5.3). It refuses one for another host.
func makeCookie(u *url.URL, now time.Time, set *http.Cookie) (cookie, bool) {
	host := strings.ToLower(u.Hostname())
	made := cookie{
		name: set.Name, value: set.Value, quoted: set.Quoted, secure: set.Secure, domain: host, path: set.Path,
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

// expiry is when a cookie ends: as it says, but after four hours at the latest (F-059).
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

// defaultPath is the folder of the URL that set a cookie (RFC 6265, 5.1.4).
func defaultPath(path string) string {
	if i := strings.LastIndex(path, "/"); i > 0 {
		return path[:i]
	}
	return "/"
}

// within reports whether the host is below the domain. An address is below nothing.
func within(host, domain string) bool {
	_, err := netip.ParseAddr(host)
	return err != nil && strings.HasSuffix(host, "."+domain)
}

// add puts the cookies of a pair into a request to the URL, those of a longer path first, then the older ones.
func (c *cookies) add(req *http.Request, p pair, rawURL string, now time.Time) {
	c.mu.Lock()
	jar := c.jars[p]
	if len(jar) == 0 {
		c.mu.Unlock()
		return
	}
	u, err := url.Parse(rawURL)
	if err == nil {
		jar = slices.DeleteFunc(slices.Clone(jar), func(k cookie) bool { return !k.expires.After(now) || !k.fits(u) })
	}
	c.mu.Unlock()
	if err != nil {
		return
	}
	slices.SortStableFunc(jar, func(a, b cookie) int { return len(b.path) - len(a.path) })
	for _, k := range jar {
		req.AddCookie(&http.Cookie{Name: k.name, Value: k.value, Quoted: k.quoted})
	}
}

// fits reports whether the cookie goes to the URL.
func (k cookie) fits(u *url.URL) bool {
	host, path := strings.ToLower(u.Hostname()), u.Path
	if path == "" {
		path = "/"
	}
	rest, under := strings.CutPrefix(path, k.path)
	return (host == k.domain || k.subdomains && within(host, k.domain)) &&
		under && (rest == "" || rest[0] == '/' || strings.HasSuffix(k.path, "/")) && (!k.secure || u.Scheme == "https")
}
