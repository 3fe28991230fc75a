package signature_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/signature"
)

var diagnoseTests = []struct {
	name   string
	url    string // what the app checked
	params url.Values
	signed string     // the URL of the signature
	over   url.Values // the parameters of the signature
	want   string     // Variant.What; "" for no variant
}{
	{"scheme http", "https://shop.example/sms", p(), "http://shop.example/sms", p(),
		"a proxy in front of the app ends TLS (scheme http, not https)"},
	{"scheme https", "http://shop.example/sms", p(), "https://shop.example/sms", p(),
		"a proxy in front of the app ends TLS (scheme https, not http)"},
	{"F-069 port 443 added", "https://shop.example/sms", p(), "https://shop.example:443/sms", p(),
		"the default port is written out (:443)"},
	{"F-069 port 80 added", "http://shop.example", p(), "http://shop.example:80", p(),
		"the default port is written out (:80)"},
	{"F-069 port 443 removed", "https://[::1]:443/sms", p(), "https://[::1]/sms", p(),
		"the default port is not written out (no :443)"},
	{"other port removed", "http://shop.example:3000/sms?a=1", p(), "http://shop.example/sms?a=1", p(),
		"a proxy in front of the app has another port (no :3000)"},
	{"slash added", "https://shop.example/sms?a=1", p(), "https://shop.example/sms/?a=1", p(),
		"the path has a slash at its end"},
	{"slash added to the host", "https://shop.example", p(), "https://shop.example/", p(),
		"the path has a slash at its end"},
	{"slash removed", "https://shop.example/sms/", p(), "https://shop.example/sms", p(),
		"the path has no slash at its end"},
	{"query sorted", "https://shop.example/sms?b=2&a=1&ab=3", p(),
		"https://shop.example/sms?a=1&ab=3&b=2", p(),
		"the query is in another order (sorted by name)"},
	{"query with +", "https://shop.example/sms?a=x%20y%7ez&b", p(),
		"https://shop.example/sms?a=x+y~z&b", p(),
		"the query is encoded again (+ for a space)"},
	{"query with %20", "https://shop.example/sms?a=x+y&c=%zz", p(),
		"https://shop.example/sms?a=x%20y&c=%zz", p(),
		"the query is encoded again (%20 for a space)"},
	{"query with %3F", "https://shop.example/sms?q=what+now?&r=a?", p(),
		"https://shop.example/sms?q=what+now%3F&r=a%3F", p(),
		"the query has %3F, not ? (Express: give the middleware of Twilio's SDK the option url)"},
	{"query left out", "https://shop.example/sms?a=1", p(), "https://shop.example/sms", p(),
		"the query is left out"},
	{"F-092 decoded", "https://mycompany.com/webhook/Espa%C3%B1a?a%C3%B1o=2023", p(),
		"https://mycompany.com/webhook/España?año=2023", p(), "the URL is not percent-encoded"},
	{"F-092 encoded", "https://mycompany.com/webhook/España?año=2023", p(),
		"https://mycompany.com/webhook/Espa%C3%B1a?a%C3%B1o=2023", p(), "the URL is percent-encoded"},
	{"F-080 credentials kept", "https://user:pass@mycompany.com/sms", p(),
		"https://user:pass@mycompany.com/sms", p(),
		"the credentials are signed too (Twilio leaves them out)"},
	{"F-040 fragment kept", "https://shop.example/sms#rc=2", p(), "https://shop.example/sms#rc=2", p(),
		"the fragment is signed too (Twilio leaves it out)"},
	{"F-040 fragment left out", "https://shop.example/sms#rc=2", p(), "https://shop.example/sms", p(),
		"the fragment and the credentials are left out, as Twilio does"},
	{"F-072 trimmed", "https://shop.example/sms", form("Body", " hi\n", "From", "+1"),
		"https://shop.example/sms",
		form("Body", "hi", "From", "+1"), "the parameters are trimmed (white space counts)"},
	{"F-064 empty left out", "https://shop.example/sms", form("Body", "hi", "ToState", ""),
		"https://shop.example/sms",
		form("Body", "hi"), "the parameters with an empty value are left out (their names count)"},
	{"F-065 GET", "https://shop.example/sms?Body=hi", form("Body", "hi"),
		"https://shop.example/sms?Body=hi", nil,
		"the parameters are not signed, as with a GET or a JSON body"},
	{"scheme and port", "http://shop.example:3000/sms", p(), "https://shop.example/sms", p(),
		"a proxy in front of the app ends TLS (scheme https, not http), and a proxy in front of the " +
			"app has another port (no :3000)"},
	{"scheme and default port", "http://shop.example:80/sms", p(), "https://shop.example/sms", p(),
		"a proxy in front of the app ends TLS (scheme https, not http), and a proxy in front of the " +
			"app has another port (no :80)"},
	{"credentials and fragment", "https://user@shop.example/sms#rc=2", p(),
		"https://user@shop.example/sms#rc=2", p(),
		"the credentials are signed too (Twilio leaves them out), and the fragment is signed too " +
			"(Twilio leaves it out)"},
	{"sorted and encoded", "https://shop.example/sms?b=x%20y&a=1", p(),
		"https://shop.example/sms?a=1&b=x+y", p(),
		"the query is in another order (sorted by name), and the query is encoded again (+ for a space)"},
	{"nothing wrong", "https://shop.example/sms", p(), "https://shop.example/sms", p(), ""},
	{"another host", "https://shop.example/sms", p(), "https://tunnel.example/sms", p(), ""},
	{"another body", "https://shop.example/sms", p(), "https://shop.example/sms", p("Digits", "4321"),
		""},
	{"no scheme", "/sms", nil, "https://shop.example/sms", nil, ""},
}

func TestDiagnose(t *testing.T) {
	for _, tt := range diagnoseTests {
		t.Run(tt.name, func(t *testing.T) {
			before := signature.Data(tt.url, tt.params)
			got := signature.Diagnose(token, tt.url, tt.params, signature.Sign(token, tt.signed, tt.over))
			var want []signature.Variant
			if tt.want != "" {
				want = []signature.Variant{{URL: tt.signed, What: tt.want}}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Diagnose(%q) (-want +got):\n%s", tt.url, diff)
			}
			if signature.Data(tt.url, tt.params) != before {
				t.Error("Diagnose changed the parameters")
			}
		})
	}
}

// FuzzDiagnose checks that a variant's URL is the signed one if the parameters are unchanged, and
// that an exact match has no variants.
func FuzzDiagnose(f *testing.F) {
	for _, tt := range diagnoseTests {
		f.Add(tt.url, tt.signed)
	}
	f.Fuzz(func(t *testing.T, checked, signed string) {
		s := signature.Sign(token, signed, nil)
		got := signature.Diagnose(token, checked, nil, s)
		for _, v := range got {
			if v.URL != signed || v.What == "" {
				t.Errorf("Diagnose(%q) of a signature over %q gives %q", checked, signed, v)
			}
		}
		if checked == signed && checked == signature.SignedURL(checked) && got != nil {
			t.Errorf("Diagnose(%q) finds fault with a good signature: %q", checked, got)
		}
	})
}

func BenchmarkDiagnose(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		signature.Diagnose(token, "https://user@shop.example:3000/sms?b=x%20y&a=1#rc=2", inbound,
			"none of them")
	}
}
