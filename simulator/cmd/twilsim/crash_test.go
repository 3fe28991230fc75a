package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/simulator"
)

// TestCrash kills a server with --data at random moments while apps and handsets use it, and starts
// it again; TWILSIM_CRASHES=200 makes it a long test. A receiver of its own checks that nothing is
// lost that was acknowledged, and that no callback breaks its rules.
func TestCrash(t *testing.T) {
	n := 10
	if raceDetector {
		n = 3 // a start takes five times as long
	}
	if text := os.Getenv("TWILSIM_CRASHES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatalf("TWILSIM_CRASHES: %v", err)
		}
	}
	c := newCrashing(t)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		c.start()
		c.loadUntil(1 + random.IntN(60))
		c.kill()
		if t.Failed() {
			t.Fatalf("after crash %d", i+1)
		}
	}
	c.start()
	c.awaitQuiet()
	c.check()
	t.Logf("%d crashes, %d messages and %d texts acknowledged, %d callbacks, %d of them repeated", n,
		len(c.acknowledged), len(c.texts), c.received, c.repeated)
}

// crashing is a server that is killed, and what the world outside knows of it.
type crashing struct {
	t    *testing.T
	file string
	cmd  *exec.Cmd
	url  string

	mu           sync.Mutex
	round        int
	count        int               // acknowledgements in this round
	acknowledged map[string]string // the bodies of messages, by SID
	texts        map[string]string // and those of texts
	tokens       map[callbackKey]string
	seen         map[arrival]bool
	statuses     map[string][]string
	received     int
	repeated     int
}

// callbackKey is one status of one message.
type callbackKey struct{ sid, status string }

// arrival is a token in a round.
type arrival struct {
	token string
	round int
}

// appURL is what the app's URLs begin with; each round forwards it to an app of its own.
const appURL = "https://shop.example"

func newCrashing(t *testing.T) *crashing {
	c := &crashing{
		t: t, file: filepath.Join(t.TempDir(), "data.db"), acknowledged: map[string]string{},
		texts: map[string]string{}, tokens: map[callbackKey]string{}, seen: map[arrival]bool{},
		statuses: map[string][]string{},
	}
	t.Cleanup(c.kill)
	return c
}

// app returns the app of a round. A killed server can leave requests that are read only when the
// next one runs: they belong to its round.
func (c *crashing) app(round int) string {
	mux := http.NewServeMux()
	mux.HandleFunc("/sms", c.sms)
	mux.HandleFunc("/status", func(_ http.ResponseWriter, r *http.Request) { c.status(round, r) })
	app := httptest.NewServer(mux)
	c.t.Cleanup(app.Close)
	return app.URL
}

// sms is the app's webhook.
func (c *crashing) sms(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<Response><Message action="/status">first `+
		`%s</Message><Message>second</Message></Response>`,
		r.FormValue("MessageSid"))
}

// status receives callbacks. The same status of a message has one token in all rounds, and leaves
// at most once in a round.
func (c *crashing) status(round int, r *http.Request) {
	key := callbackKey{r.FormValue("MessageSid"), r.FormValue("MessageStatus")}
	token := r.Header.Get("I-Twilio-Idempotency-Token")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.received++
	known, again := c.tokens[key]
	switch {
	case !again:
		c.tokens[key], c.statuses[key.sid] = token, append(c.statuses[key.sid], key.status)
	case known != token:
		c.t.Errorf("%v came with the tokens %s and %s", key, known, token)
	case c.seen[arrival{token, round}]:
		c.t.Errorf("%v came twice in round %d", key, round)
	default:
		c.repeated++
	}
	c.seen[arrival{token, round}] = true
}

// start starts the server.
func (c *crashing) start() {
	c.t.Helper()
	c.mu.Lock()
	c.round++
	c.count = 0
	round := c.round
	c.mu.Unlock()
	cmd := exec.Command("twilsim", "serve", "--json", "--port", "0", "--data", c.file,
		"--speed", "20x", "--keep", "0",
		"--forward", appURL+"="+c.app(round), "--forward-to", appURL)
	cmd.Dir = filepath.Dir(c.file)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.cmd = cmd
	reader := bufio.NewReader(out)
	line, err := reader.ReadBytes('\n')
	var first struct{ URL string }
	if err != nil || json.Unmarshal(line, &first) != nil {
		c.t.Fatalf("round %d: it did not start: %v %s\n%s", c.round, err, line, errs.String())
	}
	go io.Copy(io.Discard, reader)
	c.url = first.URL
}

// kill kills the server, which must not have a moment to store anything.
func (c *crashing) kill() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.cmd = nil
}

// loadUntil uses the server until it has acknowledged n requests.
func (c *crashing) loadUntil(n int) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	enough := make(chan struct{})
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for k := 0; ctx.Err() == nil; k++ {
				acknowledged := false
				if i < 2 {
					acknowledged = c.text(ctx, 2*k+i)
				} else {
					acknowledged = c.create(ctx, i, k)
				}
				c.mu.Lock()
				if acknowledged {
					if c.count++; c.count == n {
						close(enough)
					}
				}
				c.mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(time.Minute):
		c.t.Error("the server acknowledges nothing any more")
	}
	c.kill()
	cancel()
	wait.Wait()
}

// create sends a message by Twilio's API.
func (c *crashing) create(ctx context.Context, worker, k int) bool {
	body := fmt.Sprintf("message %d of %d in round %d", k, worker, c.round)
	form := url.Values{"To": {"+12025550142"}, "From": {simulator.DefaultPhoneNumber}, "Body": {body},
		"StatusCallback": {appURL + "/status"}}
	var m struct{ SID string }
	if !c.post(ctx, "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+"/Messages.json",
		"application/x-www-form-urlencoded", form.Encode(), &m) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if other, twice := c.acknowledged[m.SID]; twice {
		c.t.Errorf("%s was issued for %q and for %q", m.SID, other, body)
	}
	c.acknowledged[m.SID] = body
	return true
}

// text sends a text from a handset.
func (c *crashing) text(ctx context.Context, k int) bool {
	body := fmt.Sprintf("text %d in round %d", k, c.round)
	var receipt struct {
		Message struct{ SID string }
	}
	request := fmt.Sprintf(`{"from":"+1202555%04d","to":%q,"body":%q}`, c.round*100%9000+k%100+200,
		simulator.DefaultPhoneNumber, body)
	if !c.post(ctx, "/sim/v1/texts", "application/json", request, &receipt) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts[receipt.Message.SID] = body
	return true
}

// post makes a request, and reports whether all of its answer has come.
func (c *crashing) post(ctx context.Context, path, kind, body string, answer any) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, strings.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", kind)
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return false
	}
	if resp.StatusCode/100 != 2 || json.Unmarshal(data, answer) != nil {
		c.t.Errorf("POST %s: %d %s", path, resp.StatusCode, data)
		return false
	}
	return true
}

// kept is a message as the export has it.
type kept struct {
	SID, Body, Status, Direction string
	Sim                          struct {
		ReplyTo string `json:"reply_to"`
	} `json:"_sim"`
}

// messages returns all messages that the server has.
func (c *crashing) messages() []kept {
	c.t.Helper()
	resp, err := http.Get(c.url + "/sim/v1/export")
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var all []kept
	for decoder := json.NewDecoder(resp.Body); ; {
		var line json.RawMessage
		if err := decoder.Decode(&line); err == io.EOF {
			return all
		} else if err != nil {
			c.t.Fatal(err)
		}
		if !strings.HasPrefix(string(line), `{"type":"message",`) {
			continue
		}
		var m kept
		if err := json.Unmarshal(line, &m); err != nil {
			c.t.Fatal(err)
		}
		all = append(all, m)
	}
}

// awaitQuiet waits until all messages have their last status and all callbacks have come.
func (c *crashing) awaitQuiet() {
	c.t.Helper()
	deadline := time.After(time.Minute)
	for {
		open, all, replies := "", c.messages(), map[string]int{}
		for _, m := range all {
			if m.Direction != "inbound" && m.Status != "delivered" {
				open = m.SID + " is " + m.Status
			}
			c.mu.Lock()
			statuses := c.statuses[m.SID]
			c.mu.Unlock()
			if m.Direction == "outbound-reply" {
				replies[m.Sim.ReplyTo]++
			}
			wants := m.Direction == "outbound-api" || strings.HasPrefix(m.Body, "first ")
			if wants && !slices.Contains(statuses, "delivered") {
				open = cmp.Or(open, m.SID+" has no last callback")
			}
		}
		for _, m := range all { // the app may be answering a text that an earlier round has stored
			if m.Direction == "inbound" && replies[m.SID] < 2 {
				open = cmp.Or(open, fmt.Sprintf("%s has %d replies", m.SID, replies[m.SID]))
			}
		}
		if open == "" {
			return
		}
		select {
		case <-deadline:
			c.t.Fatal(open)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// check compares what the server has with what the world outside knows.
func (c *crashing) check() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	bodies, replies := map[string]string{}, map[string][]string{}
	for _, m := range c.messages() {
		if _, twice := bodies[m.SID]; twice {
			c.t.Errorf("%s is there twice", m.SID)
		}
		bodies[m.SID] = m.Body
		if m.Direction == "outbound-reply" {
			replies[m.Sim.ReplyTo] = append(replies[m.Sim.ReplyTo], m.Body)
		}
	}
	for _, known := range []map[string]string{c.acknowledged, c.texts} {
		for sid, body := range known {
			if got, ok := bodies[sid]; !ok || got != body {
				c.t.Errorf("%s %q was acknowledged, and the server has %q, %v", sid, body, got, ok)
			}
		}
	}
	for sid, body := range bodies {
		want := []string{"first " + sid, "second"}
		if strings.HasPrefix(body, "text ") && !slices.Equal(replies[sid], want) {
			c.t.Errorf("the replies to %s are %q, want %q", sid, replies[sid], want)
		}
	}
	for sid, statuses := range c.statuses {
		if !slices.Equal(statuses, []string{"sent", "delivered"}) {
			c.t.Errorf("the callbacks of %s were %q", sid, statuses)
		}
		if _, ok := bodies[sid]; !ok {
			c.t.Errorf("there were callbacks about %s, and no such message is there", sid)
		}
	}
}
