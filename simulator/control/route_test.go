package control

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twilsim/simulator/messaging"
)

func TestWrongPathsAndMethods(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct {
		name, method, path, body string
		status                   int
		message, try             string
	}{
		{"misspelt path", "GET", "/mesages", "", 404, `there is no "/sim/v1/mesages"`,
			"/sim/v1/messages"},
		{"misspelt part behind a ref", "GET", "/messages/SM1/storry", "", 404,
			`there is no "/sim/v1/messages/SM1/storry"`,
			"/sim/v1/messages/SM1/story"},
		{"nothing like it", "GET", "/a/b/c/d/e/f", "", 404, `there is no`,
			"GET /sim/v1/openapi.json lists all paths"},
		{"slash at the end", "GET", "/messages/", "", 404, "there is no", "/sim/v1/messages"},
		{"prefix with a slash", "GET", "/", "", 404, "there is no", "/sim/v1"},
		{"prefix and more", "GET", "x", "", 404, `there is no "/sim/v1x"`, "/sim/v1"},
		{"two slashes", "GET", "//messages", "", 404, "there is no", ""},
		{"dots", "GET", "/messages/../clock", "", 404, "there is no", ""},
		{"wrong method", "POST", "/messages", "", 405, "/sim/v1/messages does not take POST",
			"GET /sim/v1/messages"},
		{"wrong method of two", "PATCH", "/rules", "", 405, "does not take PATCH",
			"GET or POST or PUT /sim/v1/rules"},
		{"unknown query parameter", "GET", "/messages?limt=3", "", 400,
			`unknown query parameter "limt"`, "limit"},
		{"query where none is known", "GET", "/clock?q=a", "", 400, `unknown query parameter "q"`,
			""},
		{"bad limit", "GET", "/messages?limit=-1", "", 400, `bad limit "-1"`,
			"a number, 0 for all"},
		{"unknown field in a query", "GET", "/messages?q=form%3Dx", "", 400,
			`a message has no field "form": did you mean "from"?`, ""},
		{"unknown ref", "GET", "/messages/SM7", "", 404,
			`there is no message "SM7" among the 0 kept`, "twilsim messages"},
		{"bad ref", "GET", "/webhooks/latest~x", "", 400, `bad reference "latest~x"`, ""},
		{"no latest", "GET", "/alerts/latest", "", 404, `there is no alert "latest"`,
			"twilsim alerts"},
		{"a code for an ID", "GET", "/alerts/11200", "", 404, `there is no alert "11200"`,
			"twilsim alerts code:11200"},
		{"a hint's code for an ID", "GET", "/alerts/SIM-7", "", 404, `there is no alert "SIM-7"`,
			"twilsim alerts code:SIM-7"},
		{"too long", "PUT", "/bins/x", `{"body":"` + strings.Repeat("a", maxBody) + `"}`, 413,
			"the body is longer than 1048576 bytes", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := w.ask(tt.method, tt.path, tt.body)
			e := errorOf(t, body)
			if status != tt.status || !strings.Contains(e.Message, tt.message) || tt.try != "" &&
				e.Try != tt.try {
				t.Errorf("got %d %s, want %d %q try %q", status, body, tt.status, tt.message,
					tt.try)
			}
		})
	}
}

func TestAnswersAreJSON(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, path := range []string{"", "/credentials", "/nowhere", "/openapi.json", "/messages/x"} {
		resp, err := http.Get(w.server.URL + Prefix + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		got := map[string]string{}
		for _, name := range []string{"Content-Type", "X-Content-Type-Options", "Cache-Control"} {
			got[name] = resp.Header.Get(name)
		}
		want := map[string]string{"Content-Type": "application/json",
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
		if !maps.Equal(got, want) {
			t.Errorf("%s: headers %v, want %v", path, got, want)
		}
	}
}

func TestAllowHeader(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	recorder := httptest.NewRecorder()
	w.api.ServeHTTP(recorder, httptest.NewRequest("DELETE", "http://localhost"+Prefix+"/rules",
		nil))
	if got := recorder.Header().Get("Allow"); got != "GET, POST, PUT" {
		t.Errorf("Allow: %s", got)
	}
}

func TestWhoMayCall(t *testing.T) {
	account := newWorld(t, messaging.Options{}).account
	tests := []struct {
		name, host, origin string
		info               Info
		want               int
	}{
		{"localhost", "localhost:2010", "", Info{}, 200},
		{"name under localhost", "twilsim.localhost:2010", "", Info{}, 200},
		{"capitals", "LOCALHOST", "", Info{}, 200},
		{"loopback address", "127.0.0.1:2010", "", Info{}, 200},
		{"loopback address without a port", "127.0.0.2", "", Info{}, 200},
		{"loopback address of version 6", "[::1]:2010", "", Info{}, 200},
		{"the address of the connection", "192.0.2.7:2010", "", Info{}, 200},
		{"another address", "192.0.2.8:2010", "", Info{}, 403},
		{"a stranger's name", "evil.example:2010", "", Info{}, 403},
		{"localhost in front", "localhost.evil.example", "", Info{}, 403},
		{"localhost behind without a dot", "evillocalhost", "", Info{}, 403},
		{"no host", "", "", Info{}, 403},
		{"the server's name", "ci.example:2010", "", Info{Hosts: []string{"ci.example"}}, 200},
		{"any host with a token", "evil.example", "", Info{AccessToken: "secret"}, 200},
		{"its own origin", "localhost:2010", "http://localhost:2010", Info{}, 200},
		{"another port's origin", "localhost:2010", "http://localhost:3000", Info{}, 403},
		{"another origin", "localhost:2010", "https://evil.example", Info{}, 403},
		{"another origin for any host", "localhost:2010", "https://evil.example",
			Info{AccessToken: "secret"}, 403},
		{"a sandboxed page", "localhost:2010", "null", Info{}, 403},
		{"not an origin", "localhost:2010", "http://[", Info{}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://localhost"+Prefix, nil)
			local := &net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 2010}
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
			r.Host = tt.host
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			if tt.info.AccessToken != "" {
				r.Header.Set("Authorization", "Bearer "+tt.info.AccessToken)
			}
			recorder := httptest.NewRecorder()
			New(messaging.NewAccounts(account), tt.info).ServeHTTP(recorder, r)
			if recorder.Code != tt.want {
				t.Errorf("got %d, want %d: %s", recorder.Code, tt.want, recorder.Body)
			}
			if recorder.Code != http.StatusOK {
				errorOf(t, recorder.Body.String())
			}
		})
	}
}

func TestAccessToken(t *testing.T) {
	account := newWorld(t, messaging.Options{}).account
	handler := New(messaging.NewAccounts(account), Info{AccessToken: "secret"})
	for header, want := range map[string]int{"": 401, "Bearer secret": 200, "Bearer secre": 401,
		"secret": 401, "Basic secret": 401, "Bearer ": 401} {
		r := httptest.NewRequest("GET", "http://localhost"+Prefix, nil)
		r.Header.Set("Authorization", header)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r)
		if recorder.Code != want {
			t.Errorf("Authorization %q: %d, want %d", header, recorder.Code, want)
		}
	}
}

// TestOnlyPermittedAreAskedForToken checks that a refused web page is not asked for a token, as a
// program without one is.
func TestOnlyPermittedAreAskedForToken(t *testing.T) {
	api := New(messaging.NewAccounts(newWorld(t, messaging.Options{}).account),
		Info{AccessToken: "secret"})
	for origin, want := range map[string]int{"": 401, "http://localhost": 401, "null": 403,
		"https://evil.example": 403} {
		r := httptest.NewRequest("GET", "http://localhost"+Prefix, nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		recorder := httptest.NewRecorder()
		api.ServeHTTP(recorder, r)
		asked := recorder.Header().Get("WWW-Authenticate") != ""
		if recorder.Code != want || asked != (want == 401) {
			t.Errorf("Origin %q: got %d, asked for a token: %v; want %d", origin, recorder.Code,
				asked, want)
		}
	}
}
