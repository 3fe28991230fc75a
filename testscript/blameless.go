package testscript

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

// scriptRequest is a request of the script to the app, with the app's answer.
type scriptRequest struct {
	key    string
	status int
	header http.Header
	body   string
}

// apiCall is a request of the app to the API.
type apiCall struct {
	cause  string // the point of the webhook, or the script's request, that made the app act
	method string
	path   string
	form   url.Values
}

// blameless is an app that does what the app under test did in the baseline and nothing wrong: it
// makes the recorded requests and gives the recorded answer when something arrives for the first
// time, repeats its answer to a copy and does nothing else, and answers what it does not know with
// 200 and nothing. A check of the scenario that it does not pass under a schedule does not count
// under that schedule: the deviation is to blame.
type blameless struct {
	memory   *memory
	director *director
	client   *http.Client
	// retries says that it tries a create once more if nothing was done; else it gives up.
	retries bool
	// talks says that it answers a STOP that the schedule adds like any text; else with nothing.
	talks bool

	mu   sync.Mutex
	seen map[string]int
}

// ServeHTTP does what the app did.
func (b *blameless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if hook := webhook.RequestOf(r); hook != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return // what breaks off has not arrived
		}
		b.director.mu.Lock()
		point := b.director.pointLocked(string(hook.Purpose), hook.SID, hook.Params.Get("MessageStatus"))
		b.director.mu.Unlock()
		b.answerWebhook(w, r, point)
		return
	}
	_ = r.ParseForm() // what cannot be read has no recorded answer either
	key := requestKey(r.Method, r.URL, r.PostForm)
	b.mu.Lock()
	n := b.seen[key]
	b.seen[key]++
	b.mu.Unlock()
	b.act(r.Context(), numbered(key, n))
	for _, recorded := range b.memory.requests {
		if recorded.key == key {
			if n == 0 {
				writeAnswer(w, recorded.status, recorded.header, recorded.body)
				return
			}
			n--
		}
	}
}

func (b *blameless) answerWebhook(w http.ResponseWriter, r *http.Request, point string) {
	recorded := point
	if added, ok := strings.CutSuffix(point, "+"); ok { // a text that the schedule adds
		if _, same := b.director.schedule.At(added, explore.Same); !same && !b.talks {
			return
		}
		recorded = added
	}
	b.mu.Lock()
	first := b.seen[point] == 0
	b.seen[point]++
	b.mu.Unlock()
	if first {
		b.act(r.Context(), recorded)
	}
	for _, e := range b.memory.entries {
		if e.Point == recorded && e.exchange.Status != 0 && !isCreate(e.exchange) {
			writeAnswer(w, e.exchange.Status, http.Header{"Content-Type": {
				e.exchange.ResponseHeader.Get("Content-Type")}}, e.exchange.ResponseBody)
			return
		}
	}
}

func writeAnswer(w http.ResponseWriter, status int, header http.Header, body string) {
	maps.Copy(w.Header(), header)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // into memory
}

// act makes the requests that the app made at a point. It stops at the first that fails, since an
// app would not go on either.
func (b *blameless) act(ctx context.Context, cause string) {
	for _, call := range b.memory.calls {
		if call.cause != cause {
			continue
		}
		done, ok := b.call(ctx, call)
		if !ok && !done && b.retries {
			_, ok = b.call(ctx, call)
		}
		if !ok {
			return
		}
	}
}

// call makes a request, and reports whether it was carried out, and whether that is known.
func (b *blameless) call(ctx context.Context, call apiCall) (done, ok bool) {
	form := url.Values{}
	for name, values := range call.form {
		for _, value := range values {
			form.Add(name, b.translate(value))
		}
	}
	target, body := "https://api.twilio.com"+b.translate(call.path), form.Encode()
	if call.method == http.MethodGet || call.method == http.MethodDelete {
		target, body = target+"?"+body, ""
	}
	r, err := http.NewRequestWithContext(ctx, call.method, target, strings.NewReader(body))
	if err != nil {
		return true, false
	}
	r.SetBasicAuth(b.director.world.account.SID, b.director.world.account.Token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := b.client.Do(r)
	if err != nil {
		lost := slices.ContainsFunc(b.director.schedule,
			func(d explore.Deviation) bool { return d.What == explore.Lost })
		return lost, false
	}
	defer response.Body.Close()
	retry := response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500
	return !retry, response.StatusCode < 400
}

// translate replaces the SIDs of the baseline by those of this run.
func (b *blameless) translate(text string) string {
	d := b.director
	d.mu.Lock()
	defer d.mu.Unlock()
	for sid, point := range d.names {
		if was := b.memory.sids[point]; was != "" && was != sid {
			text = strings.ReplaceAll(text, was, sid)
		}
	}
	return text
}

// requestKey names a request of the script to the app.
func requestKey(method string, u *url.URL, form url.Values) string {
	return method + " " + u.RequestURI() + " " + form.Encode()
}

// numbered names the n-th request with a key, from 0.
func numbered(key string, n int) string {
	return strings.Repeat("again ", n) + key
}
