package console

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"twilsim/simulator/control"
)

// loginPath is where the login form goes. It is the only path that takes a POST: it changes nothing
// in the simulator.
const loginPath = Prefix + "/login"

// loginPage renders the login. next is the path to go to, wrong what was wrong with the last try.
func loginPage(next, wrong string) []byte {
	var b bytes.Buffer
	err := templates().ExecuteTemplate(&b, "login.html", struct{ Action, Next, Wrong string }{
		loginPath, next, wrong})
	if err != nil {
		return []byte(template.HTMLEscapeString(err.Error()))
	}
	return b.Bytes()
}

// login checks the token of the form, and gives it to the browser as a cookie that no script can
// read and that the browser sends to this site only. The token never is in a URL.
func (c *console) login(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	token, next := strings.TrimSpace(r.PostFormValue("token")), r.PostFormValue("next")
	if next != Prefix && !strings.HasPrefix(next, Prefix+"/") && !strings.HasPrefix(next, Prefix+"?") {
		next = Prefix
	}
	client := clientFor(c.api, r, "", "")
	client.Token = token
	_, err := client.Server(r.Context())
	switch {
	case statusOf(err) == http.StatusUnauthorized && err != nil:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write(loginPage(next, "This is not the access token: serve printed it when it started."))
		return
	case err != nil:
		c.fail(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: control.TokenCookie, Value: token, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
	http.Redirect(w, r, next, http.StatusSeeOther)
}
