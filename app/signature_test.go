package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vector is F-095, computed apart from this package.
var vector = struct {
	form      url.Values
	signature string
}{
	url.Values{
		"ToCountry": {"US"},
		"ToState":   {""},
		"Body":      {"Hello, wörld 👍 & more"},
		"From":      {"+15005550001"},
		"To":        {"+15005550006"},
		"NumMedia":  {"0"},
	},
	"MB+jaI6MHfq/AYC9MMsILaVgBUw=",
}

func TestSign(t *testing.T) {
	if got := sign(token, publicURL+"/sms", vector.form); got != vector.signature {
		t.Errorf("the test's own signature of F-095 is %s, want %s", got, vector.signature)
	}
}

func TestSignature(t *testing.T) {
	post := func(path string, signature ...string) *http.Request {
		r := httptest.NewRequest("POST", path, strings.NewReader(vector.form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8") // F-033
		r.Header["X-Twilio-Signature"] = signature
		return r
	}
	get := func(path, signed string) *http.Request {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("X-Twilio-Signature", sign(token, publicURL+signed, nil))
		return r
	}
	otherToken := sign("another", publicURL+"/sms", vector.form)
	otherURL := sign(token, "https://shop.example/sms", vector.form)
	tests := []struct {
		name    string
		request *http.Request
		want    int
	}{
		{"good", post("/sms", vector.signature), 200},
		{"missing", post("/sms"), 403},
		{"empty", post("/sms", ""), 403},
		{"no base64", post("/sms", "ä%"), 403},
		{"other token", post("/sms", otherToken), 403},
		{"other public URL", post("/sms", otherURL), 403},
		{"other path", post("/sms2", vector.signature), 403},
		{"status", post("/status", vector.signature), 403},
		{"status below", post("/status/order/7", vector.signature), 403},
		{"query added", post("/sms?x=1", vector.signature), 403},
		{"GET", get("/sms?Body=a+b", "/sms?Body=a+b"), 200},
		{"GET with another encoding", get("/sms?Body=a%20b", "/sms?Body=a+b"), 403}, // F-067
		{"GET with a body", func() *http.Request { // F-065: the body counts for nothing.
			r := httptest.NewRequest("GET", "/sms", strings.NewReader(vector.form.Encode()))
			r.Header.Set("X-Twilio-Signature", sign(token, publicURL+"/sms", nil))
			return r
		}(), 200},
		{
			"too large",
			httptest.NewRequest("POST", "/sms", strings.NewReader(strings.Repeat("a", maxBody+1))),
			413,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := do(tt.request)
			if got.Status != tt.want {
				t.Errorf("got status %d, want %d", got.Status, tt.want)
			}
			if refused := (outcome{403, plainText, refusal + "\n", ""}); tt.want == 403 &&
				got != refused {
				t.Errorf("(-want +got)\n%s", cmp.Diff(refused, got))
			}
		})
	}
}

// TestNoToken holds that an App without a token does not accept what anybody can sign with an empty
// key.
func TestNoToken(t *testing.T) {
	r := httptest.NewRequest("GET", "/sms", nil)
	r.Header.Set("X-Twilio-Signature", sign("", publicURL+"/sms", nil))
	w := httptest.NewRecorder()
	(&App{PublicURL: publicURL}).ServeHTTP(w, r)
	if w.Code != 403 {
		t.Errorf("got status %d, want 403", w.Code)
	}
}
