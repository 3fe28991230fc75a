package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/control"
)

// TestLogin: with a token, pages need a cookie, which only the right token gives.
func TestLogin(t *testing.T) {
	sim := &simulator.Server{AccessToken: "let-me-in"}
	defer sim.Close()
	ask := func(method, path, form, origin string, cookie *http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://localhost:2010"+path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if cookie != nil {
			r.AddCookie(cookie)
		}
		recorder := httptest.NewRecorder()
		sim.ServeHTTP(recorder, r)
		return recorder
	}
	page := ask("GET", "/console/messages?q=a", "", "", nil)
	p := parse(t, page.Body.String())
	if page.Code != 401 || p.names["form"] != 1 || len(p.wrong) > 0 {
		t.Fatalf("without a token: %d %q %s", page.Code, p.wrong, page.Body)
	}
	if asset := ask("GET", "/console/assets/style.css", "", "", nil); asset.Code != 200 {
		t.Errorf("the login has no style: %d", asset.Code)
	}
	tests := []struct {
		name, token, next, origin string
		status                    int
		location                  string
	}{
		{"wrong", "guess", "/console", "", 401, ""},
		{"none", "", "/console", "", 401, ""},
		{"other origin", "let-me-in", "/console", "https://evil.example", 403, ""},
		{"right", "let-me-in", "/console/messages?q=a", "http://localhost:2010", 303,
			"/console/messages?q=a"},
		{"to another site", "let-me-in", "//evil.example/", "", 303, "/console"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			form := url.Values{"token": {tt.token}, "next": {tt.next}}
			got := ask("POST", "/console/login", form.Encode(), tt.origin, nil)
			cookies := got.Result().Cookies()
			if got.Code != tt.status || got.Header().Get("Location") != tt.location ||
				(len(cookies) == 1) != (tt.status == 303) {
				t.Fatalf("got %d to %q with %v", got.Code, got.Header().Get("Location"), cookies)
			}
			if len(cookies) == 0 {
				return
			}
			if c := cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode ||
				c.Name != control.TokenCookie {
				t.Errorf("the cookie: %v", c)
			}
			for _, path := range []string{"/console", "/sim/v1/messages"} {
				if got := ask("GET", path, "", "", cookies[0]); got.Code != 200 {
					t.Errorf("%s after the login: %d", path, got.Code)
				}
			}
		})
	}
	if got := ask("GET", "/sim/v1/messages", "", "",
		&http.Cookie{Name: control.TokenCookie, Value: "x"}); got.Code != 401 {
		t.Errorf("a wrong cookie: %d", got.Code)
	}
}
