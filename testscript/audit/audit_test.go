package audit

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/app"
	"twilsim/simulator"
)

// audit audits a handler and returns the results by ID. calls counts requests to the API.
func audit(t *testing.T, h http.Handler, calls func() (int, []string),
	only ...string) map[string]Result {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	results := map[string]Result{}
	target := Target{Inbound: server.URL + "/sms", Status: server.URL + "/status",
		AccountSID: simulator.DefaultAccountSID, Token: simulator.DefaultAuthToken, Calls: calls}
	err := Run(context.Background(), target, Choice{Only: only}, func(r Result) { results[r.ID] = r })
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func nothing() (int, []string) { return 0, nil }

// TestTutorial audits the tutorial's app: nothing is wrong with it.
func TestTutorial(t *testing.T) {
	results := audit(t, &app.App{AuthToken: simulator.DefaultAuthToken}, nothing)
	if len(results) != len(allChecks()) {
		t.Errorf("%d results of %d checks", len(results), len(allChecks()))
	}
	for id, r := range results {
		if r.Outcome == Fail || r.Outcome == Warn && id != "A16" {
			t.Errorf("%s %s: %s: %s", id, r.Title, r.Outcome, r.Text)
		}
	}
}

// shop is the tutorial's app with something around it.
func shop(around func(w http.ResponseWriter, r *http.Request, next http.Handler)) http.Handler {
	next := &app.App{AuthToken: simulator.DefaultAuthToken}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { around(w, r, next) })
}

// TestFaulty audits apps with one fault each.
func TestFaulty(t *testing.T) {
	var mu sync.Mutex
	calls := 0
	count := func() (int, []string) {
		mu.Lock()
		defer mu.Unlock()
		return calls, slices.Repeat([]string{handset}, calls)
	}
	for _, tt := range []struct {
		id, fault string
		handler   http.Handler
	}{
		{"A02", "checks no signature", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, "<Response/>")
		})},
		{"A18", "fails at a status that it does not know", shop(
			func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.FormValue("MessageStatus") == "postponed" {
					http.Error(w, "bad status", http.StatusInternalServerError)
					return
				}
				next.ServeHTTP(w, r)
			})},
		{"A23", "does not escape", shop(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.URL.Path != "/sms" || r.Header.Get("X-Twilio-Signature") == "" {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprintf(w, "<Response><Message>%s</Message></Response>", r.FormValue("Body"))
		})},
		{"A26", "answers HTML", shop(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.URL.Path == "/sms" {
				w.Header().Set("Content-Type", "text/xml")
				fmt.Fprint(w, "<html><body>ok</body></html>")
				return
			}
			next.ServeHTTP(w, r)
		})},
		{"A30", "acts on a copy", shop(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.URL.Path == "/sms" {
				mu.Lock()
				calls++
				mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})},
		{"A34", "does not know the message", shop(
			func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.URL.Path == "/status" {
					http.NotFound(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})},
	} {
		t.Run(tt.id, func(t *testing.T) {
			r := audit(t, tt.handler, count, tt.id)[tt.id]
			if r.Outcome != Fail && r.Outcome != Warn {
				t.Errorf("an app that %s: %s %s", tt.fault, r.Outcome, r.Text)
			}
		})
	}
}

// TestShards checks that three machines make each check once, and find together what one finds.
func TestShards(t *testing.T) {
	server := httptest.NewServer(&app.App{AuthToken: "another token"})
	defer server.Close()
	target := Target{Inbound: server.URL + "/sms", Status: server.URL + "/status",
		AccountSID: simulator.DefaultAccountSID, Token: simulator.DefaultAuthToken, Calls: nothing}
	outcomes := func(choices ...Choice) map[string]Outcome {
		found := map[string]Outcome{}
		for _, choice := range choices {
			err := Run(t.Context(), target, choice, func(r Result) {
				if _, twice := found[r.ID]; twice {
					t.Errorf("%s was made twice", r.ID)
				}
				found[r.ID] = r.Outcome
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return found
	}
	want := outcomes(Choice{})
	got := outcomes(Choice{Shard: 1, Shards: 3}, Choice{Shard: 2, Shards: 3},
		Choice{Shard: 3, Shards: 3})
	if diff := cmp.Diff(want, got); diff != "" || want["A01"] != Fail || want["A17"] != NotSeen {
		t.Errorf("A01 %s, A17 %s; one machine and three (-one +three):\n%s", want["A01"],
			want["A17"], diff)
	}
}

// TestNotSeen checks that what cannot be seen is never ok.
func TestNotSeen(t *testing.T) {
	results := audit(t, &app.App{AuthToken: simulator.DefaultAuthToken}, nil)
	for _, id := range []string{"A11", "A25", "A30", "A32", "A33"} {
		if results[id].Outcome != NotSeen {
			t.Errorf("%s is %s without a sight of the app, want %s", id, results[id].Outcome, NotSeen)
		}
	}
}

// TestChecks checks the table: IDs in order, each once, with a fact.
func TestChecks(t *testing.T) {
	ids := map[string]bool{}
	for _, c := range allChecks() {
		if ids[c.ID] || c.Fact == "" || c.Title == "" || c.run == nil {
			t.Errorf("%s: the row is not complete, or there are two", c.ID)
		}
		ids[c.ID] = true
	}
	if len(ids) != 39 {
		t.Errorf("%d checks, want 39", len(ids))
	}
}

// TestReports checks the forms of the report.
func TestReports(t *testing.T) {
	results := []Result{
		{ID: "A01", Title: "one", Outcome: OK, Severity: Error, Fact: "F-027"},
		{ID: "A02", Title: "two", Outcome: Fail, Severity: Error, Fact: "F-062", Text: "answered 200"},
		{ID: "A30", Title: "three", Outcome: NotSeen, Severity: Error, Fact: "F-036", Text: "no sight"},
	}
	var text, junit, sarif, lines bytes.Buffer
	writeText(&text, results)
	if want := "1 ok, 1 FAIL, 1 not seen\n"; !strings.HasSuffix(text.String(), want) {
		t.Errorf("text:\n%s", text.String())
	}
	for name, err := range map[string]error{"JUnit": WriteJUnit(&junit, results),
		"SARIF": WriteSARIF(&sarif, "http://app.example/sms", results), "JSON": WriteJSON(&lines,
			results)} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := xml.Unmarshal(junit.Bytes(), new(struct{})); err != nil ||
		!strings.Contains(junit.String(), "<skipped") {
		t.Errorf("JUnit: %v\n%s", err, junit.String())
	}
	if !strings.Contains(sarif.String(), `"ruleId": "A02"`) ||
		strings.Count(sarif.String(), `"ruleId"`) != 1 {
		t.Errorf("SARIF:\n%s", sarif.String())
	}
}
