package webhook

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
)

// TestWire sends requests whose URL is not sent as it is signed (F-092, F-808).
func TestWire(t *testing.T) {
	for _, tt := range []struct {
		name, method, path string
		wire               Wire
		signed, sent       string // signed is "" if the URL is signed as it is sent
	}{
		{"as configured", "POST", "/a?b=2&a=1", Wire{}, "", "/a?b=2&a=1"},
		{"sorted", "POST", "/a?b=2&a=1&b=1", Wire{SortQuery: true}, "/a?b=2&a=1&b=1",
			"/a?a=1&b=2&b=1"},
		{"sorted already", "POST", "/a?a=1&b=2", Wire{SortQuery: true}, "", "/a?a=1&b=2"},
		{"no query", "POST", "/a", Wire{SortQuery: true, SignRaw: true}, "", "/a"},
		{"a path", "POST", "/España/%2F{x}", Wire{}, "/España/%2F{x}", "/Espa%C3%B1a/%2F%7Bx%7D"},
		{"a query", "POST", `/a?q="a|b^"`, Wire{}, `/a?q="a|b^"`, "/a?q=%22a%7Cb%5E%22"},
		{"GET", "GET", "/a?n='", Wire{}, "", "/a?n='&Body=I%27m+me%40shop%3A"},
		{"raw GET", "GET", "/a?n='", Wire{SignRaw: true}, "/a?n='&Body=I'm+me@shop:",
			"/a?n='&Body=I%27m+me%40shop%3A"},
		{"sorted raw GET", "GET", "/a?n=1&m=2", Wire{SortQuery: true, SignRaw: true},
			"/a?n=1&m=2&Body=I'm+me@shop:", "/a?m=2&n=1&Body=I%27m+me%40shop%3A"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var sent, header string
			app := httptest.NewServer(http.HandlerFunc(
				func(_ http.ResponseWriter, r *http.Request) {
					sent, header = r.RequestURI, r.Header.Get("X-Twilio-Signature")
				}))
			t.Cleanup(app.Close)
			var c Client
			t.Cleanup(c.Close)
			r := &Request{Method: tt.method, URL: app.URL + tt.path, Token: "12345", Wire: tt.wire,
				ContentType: InboundType, Params: Params{{"Body", "I'm me@shop:"}}}
			answer := c.Do(t.Context(), r, func(*journal.Exchange, bool) {})
			if answer.Failure != nil || sent != tt.sent {
				t.Errorf("sent %s, want %s (%+v)", sent, tt.sent, answer.Failure)
			}
			want := tt.signed
			if want != "" {
				want = app.URL + want
			}
			if answer.Signed != want {
				t.Errorf("signed %q, want %q", answer.Signed, want)
			}
			form := r.Params.Values()
			if tt.method == "GET" {
				form = nil
			}
			signed := app.URL + tt.sent
			if tt.signed != "" {
				signed = app.URL + tt.signed
			}
			if !signature.Verify("12345", signed, form, header) {
				t.Errorf("the signature is not over %s", signed)
			}
		})
	}
}
