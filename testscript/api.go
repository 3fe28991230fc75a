package testscript

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// scriptAgent is the User-Agent of the script's requests to the API.
const scriptAgent = "twilsim-scenario"

// apiTimeout is how long a request to the simulated API may take, in real time.
const apiTimeout = 30 * time.Second

// apiAnswer is what the API answered.
type apiAnswer struct {
	status int
	body   []byte
	object map[string]any // nil if the body is not a JSON object
}

// text returns a field of the answer as text; "" where there is none.
func (a apiAnswer) text(field string) string {
	if value, ok := a.object[field]; ok && value != nil {
		return fmt.Sprint(value)
	}
	return ""
}

// cmdAPI makes a request to Twilio's API with the account's credentials. The answer's body goes to
// stdout, the status to stderr. It fails on a status of 400 and above; with !, on one below.
//
//	api METHOD PATH [NAME=VALUE…] [user=SID[:SECRET]] [as=NAME]
func cmdAPI(ts host, neg bool, args []string) {
	w := of(ts)
	if len(args) < 2 || !strings.HasPrefix(args[1], "/") {
		usage(ts, "api METHOD PATH [NAME=VALUE…] [user=SID[:SECRET]] [as=NAME]")
	}
	form, user, as := url.Values{}, w.account.SID+":"+w.account.Token, ""
	for _, word := range args[2:] {
		name, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			ts.Fatalf("%q is not NAME=VALUE", word)
		case name == "user":
			user = value
		case name == "as":
			as = value
		default:
			form.Add(name, value)
		}
	}
	answer, err := w.askAPI(args[0], args[1], w.credentials(user), form)
	if err != nil && neg && w.ctx.Err() == nil { // the connection broke
		fmt.Fprintln(ts.Stderr(), plainNetError(err))
		return
	}
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", answer.body)
	fmt.Fprintln(ts.Stderr(), answer.status, http.StatusText(answer.status))
	if failed := answer.status >= 400; failed != neg {
		ts.Fatalf("the API answered %d\n%s", answer.status, answer.body)
	}
	if as != "" {
		w.nameThing(ts, as, answer.sid())
	}
}

// credentials adds the token to a SID without one. A subaccount's token is in no variable.
func (w *world) credentials(user string) string {
	if a, ok := w.server.Accounts().Account(user); ok {
		return user + ":" + a.Token
	}
	return user
}

// plainNetError leaves out the request, because its address differs from run to run.
func plainNetError(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// sid is the SID of the answer, or of a list's first item.
func (a apiAnswer) sid() string {
	for _, field := range a.object {
		if items, ok := field.([]any); ok && len(items) > 0 && a.text("sid") == "" {
			if item, ok := items[0].(map[string]any); ok {
				return fmt.Sprint(item["sid"])
			}
		}
	}
	return a.text("sid")
}

// askAPI makes the request: parameters go into the query of a GET and a DELETE, and into the form
// of a POST.
func (w *world) askAPI(method, path, user string, form url.Values) (apiAnswer, error) {
	target, body := w.url+path, ""
	if method == http.MethodPost {
		body = form.Encode()
	} else if len(form) > 0 {
		target += "?" + form.Encode()
	}
	request, err := http.NewRequestWithContext(w.ctx, method, target, strings.NewReader(body))
	if err != nil {
		return apiAnswer{}, err
	}
	name, secret, _ := strings.Cut(user, ":")
	request.SetBasicAuth(name, secret)
	request.Header.Set("User-Agent", scriptAgent)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := &http.Client{
		Timeout:       apiTimeout,
		Transport:     w.toAPI(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if w.director != nil {
		defer w.director.quiet.expectScript()()
	}
	response, text, err := fetch(client, request)
	if err != nil {
		return apiAnswer{}, err
	}
	answer := apiAnswer{status: response.StatusCode, body: []byte(text)}
	_ = json.Unmarshal(answer.body, &answer.object) // an answer may be XML or a file
	return answer, nil
}
