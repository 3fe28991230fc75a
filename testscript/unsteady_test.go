package testscript

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const unsteadyStory = `# a reply is delivered
app
sms +12025550142 +12025550100 'Two pizzas'
expect message direction=outbound-reply
explore only twice
`

// answerer answers its texts with what say returns for the number of texts so far, of all apps.
func answerer(say func(n int) string) func(AppEnv) (http.Handler, error) {
	var mu sync.Mutex
	n := 0
	return func(AppEnv) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			n++
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprintf(w, "<Response>%s</Response>", say(n))
		}), nil
	}
}

// TestExploreUnsteady checks that an app that does not do the same twice is not explored, at
// whatever run it first does something else, and that what cannot be compared is named.
func TestExploreUnsteady(t *testing.T) {
	search := func(say func(n int) string) (volatile []string, err error) {
		x := Exploration{Depth: 1, Parallel: 1, Options: Options{Handler: answerer(say)}}
		r, err := x.Search(t.Context(), Scenario{Name: "shop", File: write(t, unsteadyStory)})
		if err != nil {
			return nil, err
		}
		return r.Volatile, nil
	}
	silentAt := func(silent int) func(int) string {
		return func(n int) string {
			if n == silent {
				return ""
			}
			return "<Message>Hello</Message>"
		}
	}
	// 2 and 3 are of the baselines; 4 and 5 of the only deviation, which is to blame then; 6 and 7
	// come at the end
	for _, n := range []int{2, 3, 6, 7} {
		_, err := search(silentAt(n))
		wantUsage(t, err, "is not deterministic", "explore quiet")
	}
	if _, err := search(silentAt(1)); err == nil {
		t.Error("a scenario that fails at first was explored")
	}
	volatile, err := search(func(n int) string {
		return fmt.Sprintf("<Message>Order %d</Message>", n)
	})
	if err != nil || len(volatile) == 0 ||
		!strings.Contains(volatile[0], `text1 answer: "`) || !strings.Contains(volatile[0], "Order 1") ||
		!strings.Contains(volatile[0], "Order 2") {
		t.Errorf("%q %v, want the two answers", volatile, err)
	}
}

// TestExploreNoStart checks that an app that does not start again after a kill is a finding, which
// says what it said and not where it ran.
func TestExploreNoStart(t *testing.T) {
	x := Exploration{Depth: 1, Kill: true, Options: Options{
		Handler: func(env AppEnv) (http.Handler, error) {
			lock := filepath.Join(env.Dir, "lock")
			if _, err := os.Stat(lock); err == nil {
				return nil, errors.New("it is locked")
			}
			if err := os.WriteFile(lock, nil, 0o666); err != nil {
				return nil, err
			}
			return answerer(func(int) string { return "<Message>Hello</Message>" })(env)
		}}}
	story := strings.Replace(unsteadyStory, "only twice", "only kill", 1)
	r, err := x.Search(t.Context(), Scenario{Name: "shop", File: write(t, story)})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if f.Key != "K3 app" ||
			!strings.Contains(f.Sentence, "does not start again after a kill: it is locked") ||
			!strings.Contains(f.Try, "left behind") {
			t.Errorf("%s: %s %s", f.Key, f.Sentence, f.Try)
		}
	}
	if len(r.Findings) == 0 {
		t.Error("nothing was found")
	}
}

// TestExploreNoStartShared checks the same of a program that runs share: the runs after the kill
// have a new one, in an empty directory.
func TestExploreNoStartShared(t *testing.T) {
	story := strings.Replace(shopStory, "only behind\n", "only kill\nexplore durable\n", 1)
	r, err := keptSearch(t, "locked", story, 1)
	if err != nil {
		t.Fatal(err)
	}
	var killed, sentences []string
	for _, f := range r.Findings {
		if f.Key == "K3 app" {
			killed = append(killed, f.Schedule)
			sentences = append(sentences, f.Sentence)
		}
	}
	if len(killed) < 1 || !strings.Contains(strings.Join(sentences, "\n"), "locked: $APP_STATE") {
		t.Errorf("findings of K3 %q: %q, want one for kills", killed, sentences)
	}
}

// TestExploreElsewhere checks that an app in this process gets only what is for it: a number may
// have the URL of something else, on which nothing listens.
func TestExploreElsewhere(t *testing.T) {
	x := Exploration{Depth: 1, Options: Options{
		Handler: answerer(func(int) string { return "<Message>Hello</Message>" })}}
	search := func(story string) error {
		_, err := x.Search(t.Context(), Scenario{Name: "shop", File: write(t, story)})
		return err
	}
	const nowhere = "number +12025550100 http://127.0.0.1:1/sms"
	if err := search(`# the first app is down
app
` + nowhere + ` fallback=$PUBLIC_URL/sms
sms +12025550142 +12025550100 'Two pizzas'
expect alert code=11202
expect webhook purpose=fallback http=200
expect message direction=outbound-reply body=Hello
`); err != nil {
		t.Error(err)
	}
	wantUsage(t, search("# no app\n"+nowhere+"\nsms +12025550142 +12025550100 hi\n"), "11202", "")
}
