package signature_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/signature"
)

var signedURLTests = []struct{ name, configured, want string }{
	{"F-067 as written", "https://shop.example/sms?b=2&a=%7e&a=+%20",
		"https://shop.example/sms?b=2&a=%7e&a=+%20"},
	{"F-067 raw UTF-8", "https://mycompany.com/webhook/España?año=2023",
		"https://mycompany.com/webhook/España?año=2023"},
	{"F-067 trailing slash", "https://shop.example/", "https://shop.example/"},
	{"F-067 no path", "HTTPS://Shop.Example", "HTTPS://Shop.Example"},
	{"F-067 empty query", "https://shop.example/sms?", "https://shop.example/sms?"},
	{"F-040 fragment", "https://shop.example/sms?a=1#rc=2&rp=all", "https://shop.example/sms?a=1"},
	{"F-040 empty fragment", "https://shop.example/sms#", "https://shop.example/sms"},
	{"F-040 two fragments", "https://shop.example/sms#a#b", "https://shop.example/sms"},
	{"F-068 default port kept", "https://shop.example:443/sms", "https://shop.example:443/sms"},
	{"F-068 port kept", "http://localhost:3000/sms", "http://localhost:3000/sms"},
	{"F-068 credentials", "https://user:pass@shop.example:8443/sms", "https://shop.example:8443/sms"},
	{"F-068 user", "https://user@shop.example", "https://shop.example"},
	{"F-068 at sign in the password", "https://user:p@ss@shop.example/sms",
		"https://shop.example/sms"},
	{"F-068 credentials and IPv6", "http://user:pass@[::1]:3000/sms", "http://[::1]:3000/sms"},
	{"at sign in the path", "https://shop.example/@user", "https://shop.example/@user"},
	{"at sign in the query", "https://shop.example?to=a@b", "https://shop.example?to=a@b"},
	{"URL in the query", "https://shop.example/go?to=https://user:pass@other.example/",
		"https://shop.example/go?to=https://user:pass@other.example/"},
	{"URL in a path", "/go/https://user@other.example/#x", "/go/https://user@other.example/"},
	{"no scheme", "user@shop.example/sms#x", "user@shop.example/sms"},
	{"empty", "", ""},
}

func TestSignedURL(t *testing.T) {
	for _, tt := range signedURLTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := signature.SignedURL(tt.configured); got != tt.want {
				t.Errorf("SignedURL(%q) = %q, want %q", tt.configured, got, tt.want)
			}
		})
	}
}

// FuzzSignedURL compares SignedURL with net/url on URLs that both understand: everything except
// user and fragment is the same. For any text, the result is a beginning of the text or has pieces
// removed, and a second call changes nothing.
func FuzzSignedURL(f *testing.F) {
	for _, tt := range signedURLTests {
		f.Add(tt.configured)
	}
	f.Fuzz(func(t *testing.T, configured string) {
		got := signature.SignedURL(configured)
		if again := signature.SignedURL(got); again != got || strings.Contains(got, "#") {
			t.Errorf("SignedURL(%q) = %q, and again %q", configured, got, again)
		}
		if !strings.HasPrefix(configured, got) && !strings.Contains(configured, "@") {
			t.Errorf("SignedURL(%q) = %q is not its beginning", configured, got)
		}
		want, err := url.Parse(configured)
		if err != nil || want.Scheme == "" || want.Host == "" {
			return
		}
		want.User, want.Fragment, want.RawFragment = nil, "", ""
		parsed, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, parsed); diff != "" {
			t.Errorf("SignedURL(%q) = %q (-want +got):\n%s", configured, got, diff)
		}
	})
}
