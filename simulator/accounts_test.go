package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/control"
)

// crowd is a simulator with accounts that were made on their first use.
type crowd struct {
	sim *simulator.Server
	n   int
}

func newCrowd(t testing.TB, n int) *crowd {
	c := &crowd{&simulator.Server{AnyAccount: true}, n}
	t.Cleanup(c.sim.Close)
	for i := range n {
		c.ask(t, "GET", "/2010-04-01/Accounts/"+crowdSID(i)+".json", crowdSID(i), "")
	}
	c.ask(t, "POST", "/2010-04-01/Accounts/"+c.user()+"/IncomingPhoneNumbers.json", c.user(),
		"PhoneNumber=%2B12025550111")
	return c
}

// user is the account that makes the requests.
func (c *crowd) user() string { return crowdSID(c.n / 2) }

func crowdSID(i int) string { return fmt.Sprintf("AC%032x", i+1000) }

// ask is a request of a user, which must succeed.
func (c *crowd) ask(t testing.TB, method, path, user, body string) {
	r := httptest.NewRequest(method, "http://127.0.0.1:2010"+path, strings.NewReader(body))
	r.SetBasicAuth(user, simulator.DefaultAuthToken)
	r.Header.Set("Content-Type", suiteForm)
	w := httptest.NewRecorder()
	if c.sim.ServeHTTP(w, r); w.Code >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
}

// crowdRequests are what should not cost more in a server with more accounts: a path in which AC is
// the SID of an account.
var crowdRequests = []struct{ name, method, path, body string }{
	{"create", "POST", "/2010-04-01/Accounts/AC/Messages.json",
		"To=%2B12025550142&From=%2B12025550111&Body=hi"},
	{"fetch", "GET", "/2010-04-01/Accounts/AC.json", ""},
	{"control list", "GET", control.Prefix + "/accounts/AC/messages", ""},
	{"control server", "GET", control.Prefix + "/accounts/AC", ""},
	{"page of accounts", "GET", control.Prefix + "/accounts?limit=20", ""},
	{"console", "GET", "/console/accounts/AC/messages", ""},
	{"clock", "GET", control.Prefix + "/clock", ""},
	{"reset", "POST", control.Prefix + "/accounts/AC/reset", ""},
}

// TestManyAccounts checks that requests do not cost more where there are more accounts. It counts
// bytes, which do not depend on the speed of the machine; a copy of the list of accounts would
// show. BenchmarkAccounts shows a loop without one.
func TestManyAccounts(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools drop what they have")
	}
	few, many := newCrowd(t, 150), newCrowd(t, 2000)
	for _, r := range crowdRequests {
		a, b := few.bytes(t, r.method, r.path, r.body), many.bytes(t, r.method, r.path, r.body)
		t.Logf("%s: %.0f bytes with 150 accounts, %.0f with 2,000", r.name, a, b)
		if b > 1.2*a {
			t.Errorf("%s: %.0f bytes with 150 accounts, %.0f with 2,000", r.name, a, b)
		}
	}
}

// bytes returns how many bytes a request allocates.
func (c *crowd) bytes(t *testing.T, method, path, body string) float64 {
	const calls = 50
	do := func() {
		c.ask(t, method, strings.Replace(path, "AC", c.user(), 1), c.user(), body)
	}
	for range 10 {
		do()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		do()
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / calls
}

// BenchmarkAccounts measures requests beside 1 and beside 9,000 other accounts.
func BenchmarkAccounts(b *testing.B) {
	for _, n := range []int{2, 9000} {
		c := newCrowd(b, n)
		for _, r := range crowdRequests {
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(r.name, " ", "-"), n), func(b *testing.B) {
				for b.Loop() {
					c.ask(b, r.method, strings.Replace(r.path, "AC", c.user(), 1), c.user(), r.body)
				}
			})
		}
	}
}

// accounts measures how much longer requests take in a server with many accounts. Pages with a list
// of accounts have a longer one there, so they are compared with 150 accounts.
func (s *suite) accounts(b *testing.B) {
	few, many := newCrowd(b, 150), newCrowd(b, 9900)
	calls := func(c *crowd, method, path, body string) func() {
		return func() {
			for range 20 {
				c.ask(b, method, strings.Replace(path, "AC", c.user(), 1), c.user(), body)
			}
		}
	}
	for _, r := range crowdRequests {
		ratio := compare(calls(many, r.method, r.path, r.body), calls(few, r.method, r.path, r.body))
		s.add("accounts", "9900 accounts / 150: "+r.name, ratio, 1.5)
	}
	made := 0
	add := func(c *crowd) func() {
		return func() {
			made++
			sid := fmt.Sprintf("AC%032x", 1<<32+made)
			c.ask(b, "GET", "/2010-04-01/Accounts/"+sid+".json", sid, "")
		}
	}
	s.add("accounts", "9900 accounts / 150: one more account", compare(add(many), add(few)), 1.5)
}
