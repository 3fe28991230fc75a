package webhook

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// TestCookies sets cookies from one URL and checks which of them a later request to another URL has
// (F-059).
func TestCookies(t *testing.T) {
	now := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	ada := pair{"AC1", "+12025550142", "+12025550100"}
	const from, hour = "http://app.example/sms/in", time.Hour
	for _, tt := range []struct {
		name  string
		set   []string
		pair  pair
		url   string
		after time.Duration
		want  string
	}{
		{"back to where it came from", []string{"a=1"}, ada, from, 0, "a=1"},
		{"another pair", []string{"a=1"}, pair{"AC1", "+12025550143", "+12025550100"}, from, 0, ""},
		{"the pair the other way round", []string{"a=1"}, pair{"AC1", "+12025550100", "+12025550142"},
			from, 0, ""},
		{"another account", []string{"a=1"}, pair{"AC2", "+12025550142", "+12025550100"}, from, 0, ""},
		{"several", []string{"a=1", "b=2"}, ada, from, 0, "a=1; b=2"},
		{"the same name", []string{"a=1", "b=2", "a=3"}, ada, from, 0, "a=3; b=2"},
		{"just before four hours", []string{"a=1"}, ada, from, 4*hour - 1, "a=1"},
		{"after four hours", []string{"a=1"}, ada, from, 4 * hour, ""},
		{"a year is four hours", []string{"a=1; Max-Age=31536000"}, ada, from, 4 * hour, ""},
		{"a far date is four hours", []string{"a=1; Expires=Fri, 01 Jan 2038 00:00:00 GMT"}, ada, from,
			4 * hour, ""},
		{"less than four hours", []string{"a=1; Max-Age=60"}, ada, from, time.Minute, ""},
		{"within its time", []string{"a=1; Max-Age=60"}, ada, from, 59 * time.Second, "a=1"},
		{"until a date", []string{"a=1; Expires=Thu, 01 Jan 2026 10:00:00 GMT"}, ada, from, hour - 1,
			"a=1"},
		{"past a date", []string{"a=1; Expires=Thu, 01 Jan 2026 10:00:00 GMT"}, ada, from, hour, ""},
		{"Max-Age before Expires", []string{"a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"},
			ada, from, 0, "a=1"},
		{"taken away", []string{"a=1", "b=2", "a=; Max-Age=0"}, ada, from, 0, "b=2"},
		{"taken away by date", []string{"a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, ada, from, 0,
			""},
		{"the folder's other page", []string{"a=1"}, ada, "http://app.example/sms/more", 0, "a=1"},
		{"below the folder", []string{"a=1"}, ada, "http://app.example/sms/more/x", 0, "a=1"},
		{"the folder", []string{"a=1"}, ada, "http://app.example/sms", 0, "a=1"},
		{"beside the folder", []string{"a=1"}, ada, "http://app.example/smsx", 0, ""},
		{"everywhere", []string{"a=1; Path=/"}, ada, "http://app.example", 0, "a=1"},
		{"longer paths first", []string{"a=1; Path=/", "b=2; Path=/sms", "c=3; Path=/sms/"}, ada, from, 0,
			"c=3; b=2; a=1"},
		{"another host", []string{"a=1; Path=/"}, ada, "http://shop.example/sms", 0, ""},
		{"a host below", []string{"a=1; Path=/"}, ada, "http://eu.app.example/", 0, ""},
		{"a domain", []string{"a=1; Path=/; Domain=.App.example"}, ada, "http://eu.app.example:81/", 0,
			"a=1"},
		{"another domain", []string{"a=1; Path=/; Domain=shop.example"}, ada, "http://shop.example/", 0,
			""},
		{"half a name", []string{"a=1; Path=/; Domain=p.example"}, ada, "http://p.example/", 0, ""},
		{"a whole top level", []string{"a=1; Path=/; Domain=example"}, ada, "http://shop.example/", 0,
			""},
		{"secure, to http", []string{"a=1; Secure"}, ada, from, 0, ""},
		{"secure, to https", []string{"a=1; Secure"}, ada, "https://app.example/sms/in", 0, "a=1"},
		{"quoted", []string{`a="x y"`}, ada, from, 0, `a="x y"`},
		{"too large", []string{"a=" + strings.Repeat("x", 4096), "b=2"}, ada, from, 0, "b=2"},
		{"no cookie", []string{"=x; Path"}, ada, from, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c cookies
			response := &http.Response{Header: http.Header{"Set-Cookie": tt.set}}
			c.set(ada, from, now, response.Cookies())
			got := c.header(tt.pair, tt.url, now.Add(tt.after))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Cookie (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCookieLimits checks that the oldest cookies are deleted if there are too many.
func TestCookieLimits(t *testing.T) {
	var c cookies
	list := func(n int) (list []*http.Cookie) {
		for i := range n {
			list = append(list, &http.Cookie{Name: fmt.Sprint("c", i)})
		}
		return list
	}
	const from = "http://app.example/"
	for i := range maxPairs + 5 {
		c.set(pair{from: fmt.Sprint(i)}, from, time.Time{}, list(1))
	}
	if len(c.jars) != maxPairs || len(c.order) != maxPairs || c.order[0].from != "5" {
		t.Errorf("%d pairs, %d in order, the oldest %v", len(c.jars), len(c.order), c.order[0])
	}
	last := pair{from: fmt.Sprint(maxPairs)}
	c.set(last, from, time.Time{}, list(maxPerPair+5))
	if jar := c.jars[last]; len(jar) != maxPerPair || jar[0].name != "c5" {
		t.Errorf("%d cookies, the oldest %s", len(jar), jar[0].name)
	}
	if c.set(pair{}, from, time.Time{}, list(1)); c.jars[pair{}] != nil {
		t.Error("the zero pair has a cookie")
	}
}

// TestCookiesOfWebhooks checks that an app gets its cookies back, by the account's clock and
// through redirects, but not with callbacks.
func TestCookiesOfWebhooks(t *testing.T) {
	app, got := newApp(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/set" {
			http.SetCookie(w, &http.Cookie{Name: "step", Value: "1", Path: "/"})
			http.Redirect(w, r, "/get", http.StatusSeeOther)
		}
	})
	now := time.Date(2030, 1, 1, 9, 0, 0, 0, time.UTC) // not this machine's
	c := &Client{Routes: Routes{{"https://app.example", app.URL}}}
	for _, tt := range []struct {
		name, path string
		after      time.Duration
		purpose    journal.Purpose
		want       []string
	}{
		{"set on the way", "/set", 0, journal.Inbound, []string{"", "step=1"}},
		{"the next text", "/get", time.Hour, journal.Inbound, []string{"step=1"}},
		{"a document", "/get", time.Hour, journal.Redirect, []string{"step=1"}},
		{"a callback", "/get", time.Hour, journal.Status, []string{""}},
		{"after four hours", "/get", 4 * time.Hour, journal.Inbound, []string{""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request("POST", "https://app.example"+tt.path)
			r.Purpose, r.At = tt.purpose, now.Add(tt.after)
			_, answer := story(t, c, r)
			var cookies []string
			for range tt.want {
				sent := <-got
				cookies = append(cookies, sent.Header.Get("Cookie"))
				if !valid(sent, "https://app.example") {
					t.Errorf("Twilio's validator refuses %s %s", sent.Method, sent.URI)
				}
			}
			if diff := cmp.Diff(tt.want, cookies); diff != "" || answer.Failure != nil {
				t.Errorf("failure %v; cookies (-want +got):\n%s", answer.Failure, diff)
			}
			if last := tt.want[len(tt.want)-1]; answer.Exchange.Header.Get("Cookie") != last {
				t.Errorf("the journal has %q, want %q", answer.Exchange.Header.Get("Cookie"), last)
			}
		})
	}
}

// TestForgetCookies checks that the cookies of other accounts stay.
func TestForgetCookies(t *testing.T) {
	c := &Client{}
	ada, bea := pair{"AC1", "+12025550142", "+12025550100"},
		pair{"AC2", "+12025550142", "+12025550100"}
	for _, p := range []pair{ada, bea} {
		c.cookies.set(p, "http://app.example/", time.Time{}, []*http.Cookie{{Name: "a"}})
	}
	c.ForgetCookies("AC1")
	if c.cookies.jars[ada] != nil || len(c.cookies.jars[bea]) != 1 || len(c.cookies.order) != 1 {
		t.Errorf("left: %v", c.cookies.order)
	}
}
