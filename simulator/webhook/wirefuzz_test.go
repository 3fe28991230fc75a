package webhook

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzWire checks what is sent for a URL as it is configured and signed: a request line can have
// it, it names the same path and parameters, and it is sent as it is if it is configured so.
func FuzzWire(f *testing.F) {
	for _, seed := range []string{"", "sms", "España", "a b?c=d e&a=%20", "%zz", "?b=2&a=1&", "?",
		"??&&=", "a\"b<c>d\\e^f`g{h|i}", "%C3%B1?ñ=ñ", "a;b?c;d", "\x00\xff?\x7f", "#rc=5", "a#b#c?d"} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, rest string, sorted bool) {
		r := &Request{Method: http.MethodPost, Wire: Wire{SortQuery: sorted}}
		rest, _, _ = strings.Cut(rest, "#") // it is neither signed nor sent
		configured := "http://app.example/" + rest
		sent := r.onWire(configured)
		if strings.ContainsAny(sent, " \"<>\\^`{|}") ||
			strings.ContainsFunc(sent, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q is sent as %q", configured, sent)
		}
		if again := r.onWire(sent); again != sent {
			t.Errorf("%q is sent as %q, and that as %q", configured, sent, again)
		}
		if sorted {
			_, before, _ := strings.Cut(configured, "?")
			_, after, _ := strings.Cut(sent, "?")
			if strings.Count(before, "&") != strings.Count(after, "&") {
				t.Errorf("%q has other parameters than %q", sent, configured)
			}
			return
		}
		want, err := url.PathUnescape(configured)
		got, err2 := url.PathUnescape(sent)
		if got != want || (err == nil) != (err2 == nil) {
			t.Errorf("%q means %q (%v), and %q means %q (%v)", configured, want, err, sent, got, err2)
		}
	})
}
