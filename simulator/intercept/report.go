package intercept

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// The reasons for which a request is refused.
const (
	NotSimulated = "not simulated"      // the simulator answered 501
	WhenOffline  = "offline"            // the proxy is offline
	NotLocal     = "not this machine's" // a client on another machine must not use this proxy

	// NotResolved is the reason for a request that never came to the proxy: the program bypassed it,
	// and could not resolve the host.
	NotResolved = "the proxy was bypassed, and the name was not resolved"
)

// The reasons for which a connection to one of Twilio's hosts fails.
const (
	Distrust      = "distrust"       // TLS failed, usually because the client does not trust the CA
	NoCertificate = "no certificate" // there is no CA: Trouble.Err says why
)

// Trouble is a request or a connection that was refused or failed.
type Trouble struct {
	// the URL has no query; CONNECT and https://HOST:PORT for an encrypted connection
	Method, URL string
	Host        string // of the URL, without the port
	Reason      string // one of the constants
	Err         error  // nil if there is nothing to add to the reason
}

// Report is the traffic of a [Proxy].
type Report struct {
	// Intercepted are Twilio's hosts and how many of the requests to them the simulator answered.
	Intercepted []Host
	// Tunnelled are the hosts outside this machine, with their ports, and how many connections were
	// made to them.
	Tunnelled []Host
	// Distrusted are Twilio's hosts for which TLS failed, usually because the client does not trust
	// the CA.
	Distrusted []Host
	// Blocked are the requests that were refused, in the order of their first time.
	Blocked []Blocked
}

// Host is a host with a count.
type Host struct {
	Name  string
	Count int
}

// Blocked is a request that was refused, and how often. Its URL has no query.
type Blocked struct {
	Method, URL string
	Host        string // of the URL, without the port
	Reason      string // one of the constants
	Count       int
}

// Requests is how many requests the simulator answered under Twilio's names.
func (r *Report) Requests() int { return total(r.Intercepted) }

// Refusals is how many requests were blocked.
func (r *Report) Refusals() int {
	n := 0
	for _, b := range r.Blocked {
		n += b.Count
	}
	return n
}

// Distrusts is how many connections ended without a request.
func (r *Report) Distrusts() int { return total(r.Distrusted) }

func total(hosts []Host) int {
	n := 0
	for _, h := range hosts {
		n += h.Count
	}
	return n
}

// maxListed is the longest list of a report. Further entries are counted in the last one, so that a
// client cannot fill the memory.
const maxListed = 1000

// tally collects a report.
type tally struct {
	// guards all below; a nil map is empty
	mu          sync.Mutex
	intercepted map[string]int
	tunnelled   map[string]int
	distrusted  map[string]int
	blocked     []Blocked
}

// hit counts a host in one of the maps.
func (t *tally) hit(m *map[string]int, host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if *m == nil {
		*m = map[string]int{}
	}
	if _, ok := (*m)[host]; !ok && len(*m) >= maxListed {
		host = "others"
	}
	(*m)[host]++
}

// block counts a refused request, and calls Trouble.
func (p *Proxy) block(method string, u *url.URL, reason string) {
	// queries and user names can be secret
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	b := Blocked{Method: method, URL: bare.String(), Host: hostOf(u.Host), Reason: reason}
	p.tally.block(b)
	p.notify(Trouble{Method: b.Method, URL: b.URL, Host: b.Host, Reason: reason})
}

// distrust counts a connection for which TLS failed, and calls Trouble.
func (p *Proxy) distrust(host string) {
	p.tally.hit(&p.tally.distrusted, host)
	p.notify(Trouble{Method: http.MethodConnect, URL: "https://" + host, Host: host,
		Reason: Distrust})
}

func (p *Proxy) notify(t Trouble) {
	if p.Trouble != nil {
		p.Trouble(t)
	}
}

func (t *tally) block(b Blocked) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.blocked {
		have := t.blocked[i]
		have.Count = 0
		if have == b || i == maxListed-1 {
			t.blocked[i].Count++
			return
		}
	}
	b.Count = 1
	t.blocked = append(t.blocked, b)
}

// Report returns the traffic until now.
func (p *Proxy) Report() *Report {
	t := &p.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	return &Report{
		Intercepted: hosts(t.intercepted), Tunnelled: hosts(t.tunnelled),
		Distrusted: hosts(t.distrusted),
		Blocked:    slices.Clone(t.blocked),
	}
}

func hosts(m map[string]int) []Host {
	var list []Host
	for _, name := range slices.SortedFunc(maps.Keys(m), cmp.Compare[string]) {
		list = append(list, Host{name, m[name]})
	}
	return list
}
