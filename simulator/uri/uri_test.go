package uri

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for in, want := range map[string]Parts{
		"":                          {},
		"https://shop.example":      {Scheme: "https:", Authority: "//shop.example"},
		"https://me:pw@h:8/p?a=?#b": {"https:", "//me:pw@h:8", "/p", "?a=?", "#b"},
		"/sms?#":                    {Path: "/sms", Query: "?", Fragment: "#"},
		"//h/p":                     {Authority: "//h", Path: "/p"},
		"mailto:a@b":                {Scheme: "mailto:", Path: "a@b"},
		"a/b:c":                     {Path: "a/b:c"},
		":a":                        {Path: ":a"},
		"http://[::1]:80/":          {Scheme: "http:", Authority: "//[::1]:80", Path: "/"},
		"h?a=http://x/#y":           {Path: "h", Query: "?a=http://x/", Fragment: "#y"},
	} {
		if diff := cmp.Diff(want, Split(in)); diff != "" {
			t.Errorf("Split(%q) (-want +got)\n%s", in, diff)
		}
	}
}

func TestSplitAuthority(t *testing.T) {
	for in, want := range map[string][3]string{
		"http://shop.example/a@b:9": {"", "shop.example", ""},
		"http://u:p@shop.example:8": {"u:p@", "shop.example", ":8"},
		"http://a@b@h:":             {"a@b@", "h", ":"},
		"http://[::1]":              {"", "[::1]", ""},
		"http://u@[::1]:80/":        {"u@", "[::1]", ":80"},
		"/path":                     {},
	} {
		userinfo, host, port := Split(in).SplitAuthority()
		if got := [3]string{userinfo, host, port}; got != want {
			t.Errorf("%q has authority %q, want %q", in, got, want)
		}
	}
}

func TestQuery(t *testing.T) {
	for in, want := range map[string][3]string{
		"http://h":         {"http://h?x=1", "http://h", "http://h"},
		"http://h/?":       {"http://h/?x=1", "http://h/?", "http://h/"},
		"http://h?a=1#b?c": {"http://h?a=1&x=1#b?c", "http://h?a=1", "http://h"},
	} {
		got := [3]string{Split(in).JoinQuery("x=1").String(), WithoutFragment(in), WithoutQuery(in)}
		if got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// TestResolve has the examples of RFC 3986, section 5.4.
func TestResolve(t *testing.T) {
	base := Split("http://a/b/c/d;p?q")
	for in, want := range map[string]string{
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/",
		"/g":  "http://a/g",
		"//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y",
		"#s":  "http://a/b/c/d;p?q#s",
		"g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x",
		"":  "http://a/b/c/d;p?q",
		".": "http://a/b/c/", "./": "http://a/b/c/", "..": "http://a/b/", "../g": "http://a/b/g",
		"../..":   "http://a/",
		"../../g": "http://a/g", "../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g",
		"g.": "http://a/b/c/g.", "..g": "http://a/b/c/..g", "./../g": "http://a/b/g",
		"g/./h":      "http://a/b/c/g/h",
		"g;x=1/../y": "http://a/b/c/y", "g?y/../x": "http://a/b/c/g?y/../x", "http:g": "http:g",
	} {
		if got := base.Resolve(Split(in)).String(); got != want {
			t.Errorf("Resolve(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzSplit checks that the parts join to the URL again, and that the host is the one that net/url
// finds.
func FuzzSplit(f *testing.F) {
	f.Add("https://me:pw@shop.example:8443/sms?a=1#rc=2")
	f.Add("http://[::1]:80/")
	f.Fuzz(func(t *testing.T, s string) {
		p := Split(s)
		if p.String() != s {
			t.Errorf("%q became %q", s, p.String())
		}
		u, err := url.Parse(s)
		if err != nil || u.Opaque != "" || strings.Contains(s, "%") {
			return
		}
		if _, host, port := p.SplitAuthority(); host+port != u.Host {
			t.Errorf("%q has host %q, net/url says %q", s, host+port, u.Host)
		}
	})
}
