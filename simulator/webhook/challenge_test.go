package webhook

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseChallenges(t *testing.T) {
	type params = map[string]string
	for _, tt := range []struct {
		name    string
		headers []string
		want    []challenge
	}{
		{"none", nil, nil},
		{"empty", []string{"", ", ,"}, nil},
		{"basic", []string{`Basic realm="Staging \"area\""`},
			[]challenge{{"basic", params{"realm": `Staging "area"`}}}},
		{"no parameters", []string{"Negotiate"}, []challenge{{"negotiate", params{}}}},
		{"token", []string{"BASIC Realm = shop , charset=UTF-8"},
			[]challenge{{"basic", params{"realm": "shop", "charset": "UTF-8"}}}},
		{"two in one", []string{`Digest realm="a, Basic b", qop="auth,auth-int", Basic realm="b"`},
			[]challenge{{"digest", params{"realm": "a, Basic b", "qop": "auth,auth-int"}},
				{"basic", params{"realm": "b"}}}},
		{"two headers", []string{`Newauth realm="apps"`, "Basic realm=x"},
			[]challenge{{"newauth", params{"realm": "apps"}}, {"basic", params{"realm": "x"}}}},
		{"open quote", []string{`Basic realm="abc\`}, []challenge{{"basic", params{"realm": "abc"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, parseChallenges(tt.headers),
				cmp.AllowUnexported(challenge{})); diff != "" {
				t.Errorf("challenges (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzParseChallenges checks that the parser ends, and that a challenge written back is read the
// same.
func FuzzParseChallenges(f *testing.F) {
	for _, seed := range []string{`Basic realm="a\"b"`,
		`Digest realm=x, nonce="y", qop="auth", Basic realm=""`, "NTLM abc==", `a="`, ",,= é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		for _, c := range parseChallenges([]string{header}) {
			var line strings.Builder
			line.WriteString(c.scheme)
			for name, value := range c.params {
				line.WriteString(" " + name + "=" + quote(value) + ",")
			}
			again := parseChallenges([]string{line.String()})
			if diff := cmp.Diff([]challenge{c}, again, cmp.AllowUnexported(challenge{})); diff != "" {
				t.Errorf("%q, printed as %q (-want +got):\n%s", header, line.String(), diff)
			}
		}
	})
}

// TestAuthorizer has the examples of RFC 7616, 3.9.1, and of RFC 7617, 2.
func TestAuthorizer(t *testing.T) {
	a := authorizer{
		user: url.UserPassword("Mufasa", "Circle of Life"), method: "GET", uri: "/dir/index.html",
		cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	}
	const (
		nonce  = `nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`
		opaque = `opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
		asked  = `Digest realm="http-auth@example.org", qop="auth, auth-int", ` + nonce + ", " + opaque
		said   = `Digest username="Mufasa", realm="http-auth@example.org", ` + nonce +
			`, uri="/dir/index.html", algorithm=%s, response="%s", ` +
			`qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ` + opaque
	)
	md5 := fmt.Sprintf(said, "MD5", "8ca523f5e9506fed4657c9700eebdbec")
	sha := fmt.Sprintf(said, "SHA-256",
		"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
	basic := "Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl"
	for _, tt := range []struct {
		name    string
		headers []string
		want    string
	}{
		{"MD5", []string{asked + ", algorithm=MD5"}, md5},
		{"SHA-256", []string{asked + ", algorithm=SHA-256"}, sha},
		{"MD5 when none is named", []string{asked}, md5},
		{"the stronger one", []string{asked + ", algorithm=MD5", `Basic realm="x"`,
			asked + `, algorithm="sha-256"`}, sha},
		{"Basic", []string{`Basic realm="x"`}, basic},
		{"Basic beside a stranger", []string{"Negotiate, Basic realm=x"}, basic},
		{"Basic without a realm", []string{"Basic"}, ""}, // F-060
		{"Digest without a realm", []string{"Digest qop=auth, " + nonce}, ""},
		{"Digest without a nonce", []string{"Digest qop=auth, realm=x"}, ""},
		{"Digest without qop", []string{"Digest realm=x, " + nonce}, ""},
		{"Digest with auth-int alone", []string{"Digest realm=x, qop=auth-int, " + nonce}, ""},
		{"Digest with a session", []string{asked + ", algorithm=MD5-sess"}, ""},
		{"another scheme", []string{`Bearer realm="x"`}, ""},
		{"nothing", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, a.answer(parseChallenges(tt.headers))); diff != "" {
				t.Errorf("Authorization (-want +got):\n%s", diff)
			}
		})
	}
	a.user = url.User("a\nb")
	if got := a.answer(parseChallenges([]string{asked})); got != "" {
		t.Errorf("a name with a line feed gave %q", got)
	}
}

// TestCredentials checks the combinations of challenges and of credentials in the URL (F-060).
func TestCredentials(t *testing.T) {
	digest := func(algorithm string) string {
		return `Digest realm="shop", nonce="n1", qop="auth", algorithm=` + algorithm
	}
	const (
		first, again = "inbound 1 POST /sms?a=%20b 401", "inbound 1 POST /sms?a=%20b"
		refused      = first + " 11200"
	)
	for _, tt := range []struct {
		name, userinfo, challenge string
		want                      []string
		text                      string
	}{
		{"Basic", "u:s%20ecret@", `Basic realm="shop"`, []string{first, again + " 200"}, ""},
		{"Basic without a password", "u@", `Basic realm="shop"`, []string{first, again + " 401 11200"},
			"the app answered 401 to the credentials of the URL"},
		{"Digest with MD5", "u:s%20ecret@", digest("MD5"), []string{first, again + " 200"}, ""},
		{"Digest with SHA-256", "u:s%20ecret@", digest("SHA-256"), []string{first, again + " 200"}, ""},
		{"wrong password", "u:wrong@", `Basic realm="shop"`, []string{first, again + " 401 11200"},
			"the app answered 401 to the credentials of the URL"},
		{"wrong password for Digest", "u:wrong@", digest("SHA-256"),
			[]string{first, again + " 401 11200"},
			"the app answered 401 to the credentials of the URL"},
		{"no credentials", "", `Basic realm="shop"`, []string{refused}, "the app answered 401"},
		{"no realm", "u:s%20ecret@", "Basic", []string{refused},
			"the app answered 401 without a challenge that Twilio can answer"},
		{"other scheme", "u:s%20ecret@", `Bearer realm="shop"`, []string{refused},
			"the app answered 401 without a challenge that Twilio can answer"},
		{"no challenge", "u:s%20ecret@", "", []string{refused},
			"the app answered 401 without a challenge that Twilio can answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app, got := newApp(t, func(w http.ResponseWriter, r *http.Request) {
				if !authorized(r) {
					w.Header().Set("WWW-Authenticate", tt.challenge)
					w.WriteHeader(401)
				}
			})
			lines, answer := story(t, &Client{},
				request("POST", "http://"+tt.userinfo+host(app)+"/sms?a=%20b"))
			if diff := cmp.Diff(tt.want, lines); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if answer.Exchange.Error != tt.text {
				t.Errorf("error %q, want %q", answer.Exchange.Error, tt.text)
			}
			for i := range len(lines) {
				sent := <-got
				if has := sent.Header.Get("Authorization") != ""; has != (i > 0) || !valid(sent, app.URL) {
					t.Errorf("request %d: Authorization there is %t; signature valid is %t", i+1, has,
						valid(sent, app.URL))
				}
			}
		})
	}
}

// authorized checks the credentials u and "s ecret" as a server does.
func authorized(r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return user == "u" && password == "s ecret"
	}
	said := parseChallenges(r.Header["Authorization"])
	if len(said) != 1 || said[0].scheme != "digest" {
		return false
	}
	p := said[0].params
	newHash := map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New}[p["algorithm"]]
	sum := func(parts ...string) string {
		h := newHash()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	want := sum(sum("u", "shop", "s ecret"), "n1", p["nc"], p["cnonce"], "auth",
		sum(r.Method, r.RequestURI))
	return p["username"] == "u" && p["uri"] == r.RequestURI && p["nonce"] == "n1" &&
		p["response"] == want
}

// TestCredentialsThenRetry checks that each retry begins without credentials, as the first request
// did.
func TestCredentialsThenRetry(t *testing.T) {
	app, _ := newApp(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
		status := 401
		if authorized(r) {
			status = 500
		}
		w.WriteHeader(status)
	})
	lines, _ := story(t, &Client{}, request("POST", "http://u:s%20ecret@"+host(app)+"/#rp=5xx"))
	want := []string{"inbound 1 POST / 401", "inbound 1 POST / 500 11200", "inbound 2 POST / 401",
		"inbound 2 POST / 500 11200"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
