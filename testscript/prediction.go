package testscript

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

// An app that is a program does the same whenever it has received the same. The runs so far tell
// what it did after what; so a run that brings it nothing new can be played without it, in less
// than a millisecond in place of the start of a program. If all that passes the door then equals a
// run in which nothing failed, the program is not started.

// state names what an app has received so far, and where it stands: a hash.
type state [sha256.Size]byte

// history is what the app of a run has received, and what it did. It has a lock of its own, which
// is taken inside of the director's.
type history struct {
	mu     sync.Mutex
	now    state
	loose  bool // something happened that no state tells: the run teaches nothing
	open   int  // how many requests the app is answering
	learnt map[state]deed
	asked  map[string]state // where the app stood before the answer to a webhook, by token
}

// deed is what the app does in a state: it answers, or makes a request to the API.
type deed struct {
	call   bool
	path   string // of the request, a POST
	text   string // the request's form, or the answer's body
	status int
	header [2]string // Content-Type and Location
}

func newHistory() *history {
	return &history{learnt: map[state]deed{}, asked: map[string]state{}}
}

// happens goes on to the state after something that the app received, or was seen to do. It returns
// the state before.
func (h *history) happens(what string) state {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.now
	h.now = sha256.Sum256(append(before[:], what...))
	return before
}

// begins notes that the app receives a request.
func (h *history) begins(what string) {
	h.happens(what)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open++
}

// ends notes that the app has answered, and returns the state before.
func (h *history) ends() state {
	before := h.happens("answered")
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open--
	return before
}

// learn notes what the app did in a state. An app that does two things in one is not foreseeable.
func (h *history) learn(s state, d deed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if known, ok := h.learnt[s]; ok && known != d {
		h.loose = true
	}
	h.learnt[s] = d
}

// spoil says that the run teaches nothing.
func (h *history) spoil() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.loose = true
}

// webhookText is what of a webhook counts: not when it came, nor its token.
func webhookText(r *webhook.Request) string {
	form := url.Values{}
	for _, p := range r.Params {
		if p.Name != "RawDlrDoneDate" && !strings.HasPrefix(p.Name, "MediaUrl") {
			form.Add(p.Name, p.Value)
		}
	}
	_, cut := r.Faults.Get(fault.Cut)
	return fmt.Sprintf("webhook %s %s %s %t", r.Method, r.URL, form.Encode(), cut)
}

// asks notes a request of the app to the API. Of its answer only a refusal or a loss that the
// schedule asks for is not told by what came before.
func (h *history) asks(method, path string, form url.Values, answer string) {
	h.mu.Lock()
	loose := h.open == 0 // the app acts by itself
	h.mu.Unlock()
	if loose || method != http.MethodPost || !strings.HasSuffix(path, "/Messages.json") {
		h.spoil()
	}
	before := h.happens("asked " + answer)
	h.learn(before, deed{call: true, path: path, text: form.Encode()})
}

// noteAsked notes that the app has answered a webhook: its answer is in the journal a moment later.
func (h *history) noteAsked(token string) {
	before := h.ends()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[token] = before
}

// answered learns the app's answer to a webhook.
func (h *history) answered(x *journal.Exchange) {
	h.mu.Lock()
	before, ok := h.asked[x.Header.Get("I-Twilio-Idempotency-Token")]
	h.mu.Unlock()
	if ok && x.Status != 0 && !x.Truncated {
		h.learn(before, deed{status: x.Status, text: x.ResponseBody, header: [2]string{
			x.ResponseHeader.Get("Content-Type"), x.ResponseHeader.Get("Location")}})
	}
}

// foresight knows what an app does after what it has received. It is shared by all runs of a
// search.
type foresight struct {
	mu    sync.Mutex
	deeds map[state]deed
	clean map[string]bool // doors of runs in which nothing failed
	off   bool            // the app does not always do the same
}

// foreseeable reports whether a scenario's app can be foreseen: all that the scenario looks at is
// told by what the app answers.
func (c *steps) foreseeable() bool {
	return !slices.ContainsFunc(c.list, func(s storyStep) bool {
		return slices.Contains(s.words, "applog") || slices.Contains(s.words, "exec")
	})
}

// learn adds what a run shows.
func (f *foresight) learn(h *history, run *explore.Run) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	if h.loose {
		return
	}
	for s, d := range h.learnt {
		if known, ok := f.deeds[s]; ok && known != d {
			f.off = true
		}
		f.deeds[s] = d
	}
	if len(run.Failures) == 0 {
		f.clean[run.Door] = true
	}
}

func (f *foresight) after(s state) (deed, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, ok := f.deeds[s]
	return d, ok && !f.off
}

// foresee plays a schedule without the app. It returns false unless the run equals one that was
// played with the app, and in which nothing failed.
func (e *explorer) foresee(ctx context.Context, s explore.Schedule) (*explore.Run, bool) {
	if e.foresight == nil || s.Concurrent() || len(s) == 0 {
		return nil, false
	}
	var stand *standIn
	r, err := e.withoutQuiet().play(ctx, staging{schedule: s, memory: e.memory,
		make: func(w *world, env AppEnv) (http.Handler, error) {
			stand = &standIn{foresight: e.foresight, director: w.director, client: env.HTTPClient}
			return stand, nil
		}})
	if err != nil {
		return nil, false
	}
	defer r.close()
	r.world.director.history.mu.Lock()
	loose := r.world.director.history.loose
	r.world.director.history.mu.Unlock()
	if stand == nil || loose {
		return nil, false
	}
	run := e.judge(ctx, s, r)
	e.foresight.mu.Lock()
	defer e.foresight.mu.Unlock()
	return run, len(run.Failures) == 0 && e.foresight.clean[run.Door] && !e.foresight.off
}

// standIn does what the app does, as far as that is known.
type standIn struct {
	foresight *foresight
	director  *director
	client    *http.Client
}

// ServeHTTP does what the app did in this state. Where nothing is known the run is spoiled, and is
// played with the app. The limit is for an app whose deeds lead back to the same state.
func (a *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := a.director.history
	for range 100 {
		h.mu.Lock()
		now := h.now
		h.mu.Unlock()
		d, ok := a.foresight.after(now)
		switch {
		case !ok:
			h.spoil()
			return
		case d.call:
			a.call(r.Context(), d)
			continue
		}
		for i, name := range []string{"Content-Type", "Location"} {
			if d.header[i] != "" {
				w.Header().Set(name, d.header[i])
			}
		}
		w.WriteHeader(d.status)
		_, _ = io.WriteString(w, d.text) // into memory
		return
	}
}

func (a *standIn) call(ctx context.Context, d deed) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.twilio.com"+d.path,
		strings.NewReader(d.text))
	if err != nil {
		a.director.history.spoil()
		return
	}
	account := a.director.world.account
	r.SetBasicAuth(account.SID, account.Token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if response, err := a.client.Do(r); err == nil {
		_ = response.Body.Close() // the app knew what it does after it
	}
}
