package testscript

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/testscript/explore"
)

// shop is an app that remembers what happened, and shows the status that came last: a bug. Its kind
// says what it remembers of others:
//
//	known    greets each customer once
//	count    counts the orders of all
//	sticky   says nothing to anybody after a STOP
//	locked   does not start where one was killed
type shop struct {
	kind string

	mu     sync.Mutex
	known  map[string]bool
	orders int
	silent bool
	status string
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.URL.Path {
	case "/reset":
		s.known, s.orders, s.silent, s.status = nil, 0, false, ""
	case "/status":
		s.status = r.FormValue("MessageStatus")
	case "/last":
		fmt.Fprint(w, s.status)
	case "/sms":
		from := r.FormValue("From")
		text := "Hello " + from
		s.orders++
		s.silent = s.silent || s.kind == "sticky" && r.FormValue("Body") == "STOP"
		switch {
		case s.kind == "known" && s.known[from], s.silent:
			text = "Welcome back"
		case s.kind == "count":
			text = fmt.Sprintf("Order %d", s.orders)
		}
		if s.known == nil {
			s.known = map[string]bool{}
		}
		s.known[from] = true
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<Response><Message action='/status'>%s</Message></Response>", text)
	}
}

// serveShop is the program with a shop.
func serveShop(kind string) {
	if dir := os.Getenv("APP_STATE"); kind == "locked" {
		if err := os.Mkdir(filepath.Join(dir, "lock"), 0o777); err != nil {
			fmt.Fprintln(os.Stderr, "locked: "+dir)
			os.Exit(1)
		}
	}
	var app http.Handler = &shop{kind: kind}
	if kind == "background" {
		app = &background{}
	}
	err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), app)
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

const shopStory = `# a reply is delivered
app
sms +12025550142 +12025550100 'Two pizzas'
expect message to=+12025550142 direction=outbound-reply body='Hello +12025550142'
clock run
http GET /last
stdout delivered
explore only behind
explore only twice
explore only text+STOP
`

// keptSearch searches a scenario with a program that the runs share.
func keptSearch(t *testing.T, kind, story string, copies int) (*explore.Report, error) {
	t.Helper()
	s := Scenario{Name: "shop", File: write(t, story)}
	x := Exploration{Depth: 1, Copies: copies, Options: Options{App: []string{os.Args[0]},
		AppEnv: []string{appVar + "=" + kind}, AppShared: true, Timeout: time.Minute}}
	return x.Search(t.Context(), s)
}

// found returns the schedules of the findings.
func found(r *explore.Report) string {
	var schedules []string
	for _, f := range r.Findings {
		schedules = append(schedules, f.Schedule+" "+f.Key)
	}
	slices.Sort(schedules)
	return strings.Join(schedules, ", ")
}

// TestExploreKept checks that runs that share an app find what runs with an app each find:
// customers have numbers of their own in each run, or the app forgets, and what an app remembers in
// spite of that is noticed.
func TestExploreKept(t *testing.T) {
	s := Scenario{Name: "shop", File: write(t, shopStory)}
	alone := Exploration{Depth: 1, Options: Options{
		Handler: func(AppEnv) (http.Handler, error) { return &shop{kind: "known"}, nil }}}
	report, err := alone.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	want := found(report)
	if !strings.Contains(want, "reply1.sent=behind K8 line 7") {
		t.Fatalf("alone: %s", want)
	}
	counting := strings.Replace(shopStory, "Hello +12025550142", "Order 1", 1)
	for _, tt := range []struct {
		name, kind, story string
		copies            int
		again             bool // whether the app remembers something in spite of all
	}{
		{"numbers", "known", shopStory, 2, false},
		{"reset", "count", "explore reset http POST /reset\n" + counting, 1, false},
		{"sticky", "sticky", shopStory, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report, err := keptSearch(t, tt.kind, tt.story, tt.copies)
			if err != nil {
				t.Fatal(err)
			}
			if got := found(report); !strings.Contains(got, "reply1.sent=behind K8 line") {
				t.Errorf("found %s, want %s", got, want)
			} else if tt.kind == "known" && got != want {
				t.Errorf("found %s, want %s", got, want)
			}
			if got := report.Again > 0; got != tt.again {
				t.Errorf("%d again with a fresh app, want some: %t", report.Again, tt.again)
			}
			for _, f := range report.Findings {
				if strings.Contains(f.Sentence+f.Text, "+1205") {
					t.Errorf("a finding has the number of its run:\n%s\n%s", f.Sentence, f.Text)
				}
			}
		})
	}
}

// TestExploreKeptEqual checks that runs with numbers of their own are equal where runs with the
// scenario's numbers are.
func TestExploreKeptEqual(t *testing.T) {
	story := shopStory
	for _, what := range []string{"behind", "twice", "text+STOP"} {
		story = strings.Replace(story, "explore only "+what+"\n", "", 1)
	}
	story += "explore only cut\nexplore only lost\n"
	s := Scenario{Name: "shop", File: write(t, story)}
	x := Exploration{Options: Options{
		Handler: func(AppEnv) (http.Handler, error) { return &shop{kind: "known"}, nil }}}
	want, err := x.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	x.Options = Options{App: []string{os.Args[0]}, AppEnv: []string{appVar + "=known"},
		AppShared: true, Timeout: time.Minute}
	got, err := x.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got.Equal != want.Equal || got.Run != want.Run || want.Equal == 0 {
		t.Errorf("%d run, %d equal, want %d and %d", got.Run, got.Equal, want.Run, want.Equal)
	}
}

// TestExploreKeptBadInput checks what is wrong with an app that cannot be shared.
func TestExploreKeptBadInput(t *testing.T) {
	counting := strings.Replace(shopStory, "Hello +12025550142", "Order 1", 1)
	_, err := keptSearch(t, "count", counting, 1)
	wantUsage(t, err, "remembers something of earlier runs", "explore reset http POST /test/reset")
	_, err = keptSearch(t, "count", "explore reset http POST /reste/x y\n"+counting, 1)
	wantUsage(t, err, "explore reset http POST /reste/x y", "succeed")
	for _, tt := range []struct {
		x    Exploration
		want string
	}{
		{Exploration{Kill: true, Options: Options{AppURL: "http://127.0.0.1:1"}}, "cannot be killed"},
		{Exploration{Copies: 2, Options: Options{App: []string{"true"}}}, "has copies"},
	} {
		_, err := tt.x.Search(t.Context(), Scenario{Name: "shop", File: write(t, shopStory)})
		wantUsage(t, err, tt.want, "")
	}
}

func wantUsage(t *testing.T, err error, text, try string) {
	t.Helper()
	var usage *UsageError
	if !errors.As(err, &usage) || !strings.Contains(usage.Error(), text) ||
		!strings.Contains(usage.Try, try) {
		t.Errorf("%v, want a usage error with %q and %q", err, text, try)
	}
}

// TestExploreRunning searches with an app that runs already, and kills one that is shared.
func TestExploreRunning(t *testing.T) {
	port := freeSimulatorPort(t)
	app := httptest.NewServer(&shop{kind: "known"})
	defer app.Close()
	s := Scenario{Name: "shop", File: write(t, shopStory)}
	x := Exploration{Depth: 1, Options: Options{AppURL: app.URL, Port: port, Run: 1}}
	report, err := x.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got := found(report); !strings.Contains(got, "reply1.sent=behind K8 line 7") {
		t.Errorf("found %s", got)
	}
	durable := strings.Replace(shopStory, "stdout delivered", "stdout delivered\nexplore only kill\n"+
		"explore durable", 1)
	for _, other := range []string{"behind", "twice", "text+STOP"} {
		durable = strings.Replace(durable, "explore only "+other+"\n", "", 1)
	}
	report, err = keptSearch(t, "known", durable, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := found(report); got != "kill@after:reply1.delivered K8 line 7" {
		t.Errorf("found %s", got)
	}
}

func freeSimulatorPort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

// TestHandsets checks that each run has other numbers, that they are valid, and that the way back
// is the way there.
func TestHandsets(t *testing.T) {
	script, err := readScript(write(t, "number +12025550142 http://a/b\n"+
		"sms +12025550143 +12025550142 hi\n"+
		"http POST /send to=+18085550199\nexpect message to=+12025550177\n"))
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := compile(script, func(string) (bool, error) { return false, nil })
	if err != nil {
		t.Fatal(err)
	}
	people := customersOf(compiled.list)
	if got := strings.Join(people.numbers, " "); got != "12025550143 18085550199" {
		t.Fatalf("%s", got)
	}
	seen := map[string]bool{}
	for n := range 2000 {
		h := newHandsets(people, n)
		text := "from=%2B12025550143 to +18085550199, not +12025550142"
		other := h.actual(text)
		if h.usual(other) != text || !strings.HasSuffix(other, "+12025550142") {
			t.Fatalf("run %d: %s, back %s", n, other, h.usual(other))
		}
		if n < 1000 && seen[other] {
			t.Fatalf("run %d has the numbers of another: %s", n, other)
		}
		seen[other] = true
	}
}
