package testscript

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const httpUsage = "http METHOD URL [NAME=VALUE…|json=DOCUMENT] [Header:VALUE…]"

// cmdHTTP makes a plain request, as a browser or the app's own users would. Its answer's body goes
// to stdout, the status line to stderr. It fails on a status of 400 and above; with !, on one
// below.
//
//	http METHOD URL [NAME=VALUE…|json=DOCUMENT] [Header:VALUE…]
//
// The clock waits for it, so that nothing becomes due while the app answers.
func cmdHTTP(ts host, neg bool, args []string) {
	if len(args) < 2 {
		usage(ts, httpUsage)
	}
	w := of(ts)
	request, err := w.plainRequest(args)
	ts.Check(err)
	done := w.account.Clock.Begin()
	answered := w.director.requesting(request)
	client := &http.Client{Timeout: 30 * time.Second, Transport: w.toApp(request)}
	resp, body, err := fetch(client, request)
	answered(resp, body)
	done()
	ts.Check(err)
	_, err = io.WriteString(ts.Stdout(), body)
	ts.Check(err)
	fmt.Fprintln(ts.Stderr(), resp.Status)
	if failed := resp.StatusCode >= 400; failed != neg {
		ts.Fatalf("the app answered %s\n%s", resp.Status, body)
	}
}

// fetch makes a request and reads the answer.
func fetch(client *http.Client, request *http.Request) (*http.Response, string, error) {
	resp, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// plainRequest builds the request: parameters go into the query of a GET and into the form of
// anything else, and json= is the whole body. A URL that begins with a slash is the app's.
func (w *world) plainRequest(args []string) (*http.Request, error) {
	method, target := strings.ToUpper(args[0]), args[1]
	if strings.HasPrefix(target, "/") && w.app != nil {
		target = w.app.url + target
	} else if err := checkTarget(target); err != nil {
		return nil, err
	}
	form, header := url.Values{}, http.Header{}
	for _, word := range args[2:] {
		i := strings.IndexAny(word, "=:")
		if i <= 0 {
			return nil, fmt.Errorf("%q is neither NAME=VALUE nor Header:VALUE", word)
		}
		if word[i] == ':' {
			header.Add(word[:i], strings.TrimSpace(word[i+1:]))
		} else {
			form.Add(word[:i], word[i+1:])
		}
	}
	body, contentType := form.Encode(), "application/x-www-form-urlencoded"
	if form.Has("json") {
		if err := checkJSON(form); err != nil {
			return nil, err
		}
		body, contentType = form.Get("json"), "application/json"
	} else if method == http.MethodGet && len(form) > 0 {
		target += "?" + form.Encode()
	}
	request, err := http.NewRequestWithContext(
		w.ctx,
		method,
		target,
		strings.NewReader(body),
	)
	if err != nil {
		return nil, err
	}
	if method != http.MethodGet {
		header.Set("Content-Type", cmp.Or(header.Get("Content-Type"), contentType))
	}
	request.Header = header
	return request, nil
}

// checkTarget refuses what is neither a path of the app nor a URL.
func checkTarget(target string) error {
	if strings.HasPrefix(target, "/") || strings.HasPrefix(target, "http://") ||
		strings.HasPrefix(target, "https://") {
		return nil
	}
	return fmt.Errorf("%q is neither a path of the app, such as /%s, nor a URL with http:// before it",
		target, target)
}

// requesting notes a request of the script to the app, and returns what notes the answer, which is
// nil if there is none. A nil director, of a run that is no bug search, notes nothing. answered
// must be called.
func (d *director) requesting(r *http.Request) (answered func(*http.Response, string)) {
	if d == nil {
		return func(*http.Response, string) {}
	}
	form := url.Values{}
	if r.GetBody != nil {
		if body, err := r.GetBody(); err == nil {
			text, _ := io.ReadAll(body) // a string: never fails
			form, _ = url.ParseQuery(string(text))
		}
	}
	key := d.usual(requestKey(r.Method, r.URL, form))
	d.history.begins("script " + key)
	d.quiet.beginScript(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, other := range d.requests {
		if other.key == key {
			n++
		}
	}
	d.cause = numbered(key, n)
	return func(resp *http.Response, body string) {
		d.quiet.endScript(key, r.Method == http.MethodGet || r.Method == http.MethodHead)
		if resp == nil {
			return
		}
		d.history.learn(d.history.ends(), deed{status: resp.StatusCode, text: body, header: [2]string{
			resp.Header.Get("Content-Type"), resp.Header.Get("Location")}})
		d.mu.Lock()
		defer d.mu.Unlock()
		d.requests = append(d.requests, scriptRequest{key, resp.StatusCode, resp.Header, d.usual(body)})
	}
}

// checkJSON checks the document of json=, which goes with no other parameter.
func checkJSON(form url.Values) error {
	if len(form) > 1 || len(form["json"]) > 1 {
		return errors.New("json= is the whole body: it goes with no other NAME=VALUE")
	}
	var document any
	if err := json.Unmarshal([]byte(form.Get("json")), &document); err != nil {
		return fmt.Errorf("json=: %w; quote the document: 'json={\"id\": 7}'", err)
	}
	return nil
}
