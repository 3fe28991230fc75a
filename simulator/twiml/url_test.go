package twiml

import (
	"net/url"
	"testing"

	"twilsim/simulator/uri"
)

// rfcBase and rfcTests are RFC 3986, section 5.4, without the references that change the scheme.
const rfcBase = "http://a/b/c/d;p?q"

var rfcTests = []struct{ ref, want string }{
	{"g", "http://a/b/c/g"},
	{"./g", "http://a/b/c/g"},
	{"g/", "http://a/b/c/g/"},
	{"/g", "http://a/g"},
	{"//g", "http://g"},
	{"?y", "http://a/b/c/d;p?y"},
	{"g?y", "http://a/b/c/g?y"},
	{"#s", "http://a/b/c/d;p?q#s"},
	{"g#s", "http://a/b/c/g#s"},
	{"g?y#s", "http://a/b/c/g?y#s"},
	{";x", "http://a/b/c/;x"},
	{"g;x", "http://a/b/c/g;x"},
	{"g;x?y#s", "http://a/b/c/g;x?y#s"},
	{"", "http://a/b/c/d;p?q"},
	{".", "http://a/b/c/"},
	{"./", "http://a/b/c/"},
	{"..", "http://a/b/"},
	{"../", "http://a/b/"},
	{"../g", "http://a/b/g"},
	{"../..", "http://a/"},
	{"../../", "http://a/"},
	{"../../g", "http://a/g"},
	{"../../../g", "http://a/g"},
	{"../../../../g", "http://a/g"},
	{"/./g", "http://a/g"},
	{"/../g", "http://a/g"},
	{"g.", "http://a/b/c/g."},
	{".g", "http://a/b/c/.g"},
	{"g..", "http://a/b/c/g.."},
	{"..g", "http://a/b/c/..g"},
	{"./../g", "http://a/b/g"},
	{"./g/.", "http://a/b/c/g/"},
	{"g/./h", "http://a/b/c/g/h"},
	{"g/../h", "http://a/b/c/h"},
	{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
	{"g;x=1/../y", "http://a/b/c/y"},
	{"g?y/./x", "http://a/b/c/g?y/./x"},
	{"g?y/../x", "http://a/b/c/g?y/../x"},
	{"g#s/./x", "http://a/b/c/g#s/./x"},
	{"g#s/../x", "http://a/b/c/g#s/../x"},
}

func TestResolveRFC3986(t *testing.T) {
	for _, tt := range rfcTests {
		if got, err := Resolve(rfcBase, tt.ref); got != tt.want || err != nil {
			t.Errorf("Resolve(%q) = %q, %v, want %q", tt.ref, got, err, tt.want)
		}
	}
}

var resolveTests = []struct{ name, base, ref, want, err string }{
	{name: "absolute, as written", ref: "HTTPS://User:Pw@B.Example:8443/España?año=2023&x=%2f#rc=2",
		want: "HTTPS://User:Pw@B.Example:8443/España?año=2023&x=%2f#rc=2"}, // F-092
	{name: "escapes stay", ref: "/a%2Fb%7Ec?d='e'", want: "https://shop.example/a%2Fb%7Ec?d='e'"},
	{name: "braces stay", ref: "/{From}", want: "https://shop.example/{From}"},
	{name: "relative to the last slash", ref: "status", want: "https://shop.example/hooks/status"},
	{name: "host alone", base: "http://localhost:3000", ref: "status",
		want: "http://localhost:3000/status"},
	{name: "credentials of the base, F-060", base: "http://u:p@h/sms", ref: "/s",
		want: "http://u:p@h/s"},
	{name: "fragment of the base is not inherited, F-049", base: "http://h/sms#rc=1", ref: "?a",
		want: "http://h/sms?a"},
	{name: "fragment alone", base: "http://h/sms?a#rc=1", ref: "#tt=9",
		want: "http://h/sms?a#tt=9"},
	{name: "IPv6", ref: "http://[::1]:80/", want: "http://[::1]:80/"},

	{name: "no scheme", ref: "localhost:3000/s",
		err: `"localhost:3000/s" does not begin with http:// or https://`},
	{name: "another scheme", ref: "mailto:a@b.example",
		err: `"mailto:a@b.example" does not begin with http:// or https://`},
	{name: "no host", ref: "http:///s", err: `"http:///s" names no host`},
	{name: "no authority", ref: "https:s", err: `"https:s" names no host`},
	{name: "underscore, F-061", ref: "http://a_b.example/",
		err: `"http://a_b.example/" has an underscore in its host name`},
	{name: "space", ref: "/a b",
		err: `"https://shop.example/a b" contains white space; write a space as %20`},
	{name: "port", ref: "http://h:65536/", err: `"http://h:65536/" has a port that does not exist`},
	{name: "port in letters", ref: "http://h:x/",
		err: `"http://h:x/" does not parse: invalid port ":x" after host`},
	{name: "escape", ref: "/%zz",
		err: `"https://shop.example/%zz" does not parse: invalid URL escape "%zz"`},
	{name: "relative base", base: "/sms", ref: "s",
		err: `"/s" is relative and the URL of the document is not absolute`},
}

func TestResolve(t *testing.T) {
	for _, tt := range resolveTests {
		t.Run(tt.name, func(t *testing.T) {
			from := tt.base
			if from == "" {
				from = base
			}
			got, err := Resolve(from, tt.ref)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if got != tt.want || message != tt.err {
				t.Errorf("Resolve(%q, %q)\n got %q, %q\nwant %q, %q", from, tt.ref, got, message,
					tt.want, tt.err)
			}
		})
	}
}

// FuzzResolve checks that a result is absolute and resolves to itself, and that net/url, which may
// write it differently, resolves to the same URL.
func FuzzResolve(f *testing.F) {
	for _, tt := range rfcTests {
		f.Add(rfcBase, tt.ref)
	}
	for _, tt := range resolveTests {
		f.Add(tt.base, tt.ref)
	}
	f.Fuzz(func(t *testing.T, base, ref string) {
		got, err := Resolve(base, ref)
		if err != nil {
			return
		}
		mustBeAbsolute(t, got)
		// a reference without a path takes that of the base as it is, with its dots
		if again, err := Resolve(base, got); err != nil || again != got && uri.Split(ref).Path != "" {
			t.Errorf("Resolve gave %q, which resolves to %q, %v", got, again, err)
		}
		b, err := url.Parse(base)
		if err != nil || b.Host == "" || b.Opaque != "" {
			return
		}
		if r, err := b.Parse(ref); err == nil && r.Scheme+r.Host != mustParse(t, got).Scheme+
			mustParse(t, got).Host {
			t.Errorf("Resolve(%q, %q) = %q, net/url says %q", base, ref, got, r)
		}
	})
}

func mustParse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// mustBeAbsolute fails the test unless s is an http or https URL with a host.
func mustBeAbsolute(t *testing.T, s string) {
	t.Helper()
	if u := mustParse(t, s); u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		t.Errorf("%q is not an absolute http or https URL", s)
	}
}
