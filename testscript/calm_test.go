package testscript

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/testscript/explore"
)

// background is an app that texts a courier by itself after it has answered POST /order, or a text
// that says so: soon, but for the first text that says "slow at first".
type background struct{ texts atomic.Int64 }

func (b *background) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	delay := 20 * time.Millisecond
	switch body := r.FormValue("Body"); {
	case r.URL.Path == "/order":
		time.AfterFunc(time.Millisecond, b.text)
	case r.URL.Path == "/sms":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<Response><Message action='/status'>Thank you</Message></Response>")
		if b.texts.Add(1) == 1 && body == "slow at first" {
			delay *= 6
		}
		if body != "hi" {
			time.AfterFunc(delay, b.text)
		}
	}
}

// text sends a text to the courier.
func (*background) text() {
	account := os.Getenv("TWILIO_ACCOUNT_SID")
	form := url.Values{"To": {"+12025550177"}, "From": {os.Getenv("TWILIO_PHONE_NUMBER")},
		"Body": {"An order"}}
	r, err := http.NewRequest(http.MethodPost, os.Getenv("TWILSIM_URL")+"/2010-04-01/Accounts/"+
		account+"/Messages.json", strings.NewReader(form.Encode()))
	if err != nil {
		panic(err)
	}
	r.SetBasicAuth(account, os.Getenv("TWILIO_AUTH_TOKEN"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if resp, err := http.DefaultClient.Do(r); err == nil {
		_ = resp.Body.Close() // it may be refused
	}
}

const copyStory = `# a reply is delivered
app
sms +12025550142 +12025550100 hi
expect message to=+12025550142 direction=outbound-reply
`

// backgroundExplorer returns the explorer of a story with a shared [background].
func backgroundExplorer(t *testing.T, story string) *explorer {
	t.Helper()
	x := Exploration{Options: Options{App: []string{os.Args[0]}, AppShared: true,
		AppEnv: []string{appVar + "=background"}, Timeout: time.Minute}}
	e, err := x.open(t.Context(), Scenario{Name: "background", File: write(t, story)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	return e
}

// TestQuietLonger checks that a run is played again with longer waits if the app acted by itself
// near the end of one, and with all waits if that may have been late.
func TestQuietLonger(t *testing.T) {
	const ms = time.Millisecond
	e := &explorer{steps: &steps{}}
	for _, tt := range []struct {
		wait, longest time.Duration
		late          bool
		want          time.Duration
		again         bool
	}{
		{5 * ms, 2 * ms, false, 5 * ms, false},
		{5 * ms, 4 * ms, false, 12 * ms, true},
		{5 * ms, 2 * ms, true, 5 * ms, true},
		{60 * ms, 90 * ms, true, 250 * ms, true},
		{250 * ms, 240 * ms, false, 250 * ms, false},
		{0, 4 * ms, false, 0, false},
	} {
		q := &quietness{longest: tt.longest, late: tt.late}
		r := &played{world: &world{director: &director{quiet: q}}}
		g, again := e.longer(r, staging{quiet: tt.wait, trusts: true})
		if g.quiet != tt.want || again != tt.again || again && g.trusts {
			t.Errorf("%+v: %s, again %t, trusts %t", tt, g.quiet, again, g.trusts)
		}
	}
	e.steps.hints.quiet = 5 * ms
	q := &quietness{longest: 4 * ms}
	r := &played{world: &world{director: &director{quiet: q}}}
	if _, again := e.longer(r, staging{quiet: 5 * ms}); again {
		t.Error("the scenario says how long to wait")
	}
}

// TestQuietKnown checks that no time is lost where the app is known to be quiet.
func TestQuietKnown(t *testing.T) {
	e := backgroundExplorer(t, copyStory)
	for _, trusts := range []bool{true, false} {
		g := e.staging(nil)
		g.trusts = trusts
		r, err := e.play(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		q := r.world.director.quiet
		if waits := q.moves > 0; waits == trusts || q.skipped != trusts || q.late {
			t.Errorf("trusts %t: waits %t, skipped %t, late %t", trusts, waits, q.skipped, q.late)
		}
		r.close()
	}
}

// TestQuietness checks when the clock waits, and when a run must be played again with all waits.
func TestQuietness(t *testing.T) {
	c := newCalm()
	newRun := func() *quietness {
		w := &world{server: &simulator.Server{Clock: clock.Virtual(start)}}
		w.director = newDirector(nil, nil)
		q := newQuietness(w, time.Hour, c)
		q.trusts = true
		return q
	}
	waits := func(q *quietness) bool {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return q.world.server.Clock.AwaitIdle(ctx) != nil
	}
	order := func(q *quietness, what string) {
		q.beginScript(what)
		q.endScript(what, false)
	}
	const asks = "asks POST /Messages.json"

	first := newRun()
	order(first, "one")
	if !waits(first) {
		t.Error("no wait after the first request")
	}
	first.rest(first.moves)
	if waits(first) {
		t.Error("it waits for more than its time")
	}
	order(first, "two")
	first.requested(asks)
	first.rest(first.moves)
	if first.late || first.skipped {
		t.Error("a run that waited everywhere cannot be wrong")
	}
	c.learn(first.learnt)

	second := newRun()
	order(second, "one")
	if waits(second) {
		t.Error("it waits where the app is known to be quiet")
	}
	order(second, "two")
	if !waits(second) {
		t.Error("no wait where the app is known to act")
	}
	second.requested(asks)
	if waits(second) || second.late {
		t.Error("what the app is known to do was not expected")
	}
	order(second, "three")
	second.requested(asks)
	if !second.late {
		t.Error("what the app does after a wait that was left out may be late")
	}

	third := newRun()
	order(third, "one")
	third.requested(asks)
	if !third.late {
		t.Error("it was late where it was known to be quiet")
	}

	together := newRun()
	together.beginScript("one")
	together.beginScript("two")
	together.endScript("one", false)
	together.endScript("two", false)
	if together.rest(together.moves); len(together.learnt) != 0 {
		t.Errorf("two requests at once teach something: %v", together.learnt)
	}
}

const courierStory = `# a courier is told
app
sms +12025550142 +12025550100 'slow at first'
clock run
expect message to=+12025550177 count=1
explore only twice
`

// TestQuietSlow checks that an app that acts by itself, and is slower when it was just started, is
// explored, and that the scenario of a finding waits for it.
func TestQuietSlow(t *testing.T) {
	o := Options{App: []string{os.Args[0]}, AppShared: true,
		AppEnv: []string{appVar + "=background"}, Timeout: time.Minute}
	x := Exploration{Depth: 1, Copies: 4, Options: o}
	s := Scenario{Name: "courier", File: write(t, courierStory)}
	report, err := x.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(report.Findings,
		func(f *explore.Finding) bool { return f.Schedule == "text1=twice" })
	if i < 0 {
		t.Fatalf("found %s", found(report))
	}
	f := report.Findings[i]
	if !strings.Contains(f.Text, "schedule text1=twice\nexplore quiet 250ms\n") {
		t.Errorf("the finding does not wait:\n%s", f.Text)
	}
	o.AppShared = false
	results, err := runAll(&Runner{Options: o}, []Scenario{{Name: "finding", File: write(t, f.Text)}})
	if err != nil || len(results) != 1 || results[0].Outcome != Failed {
		t.Errorf("%v %v, want a failure", err, results)
	}
}

// TestQuietScript checks that an app is waited for after a request of the script, and that what the
// script asks of the API is not taken for the app's.
func TestQuietScript(t *testing.T) {
	e := backgroundExplorer(t, "# a text, and an order\napp\n"+
		"sms +12025550142 +12025550100 hi\nclock run\nsend to=+12025550143 body=hi\n"+
		"expect message to=+12025550143 count=1\nhttp POST /order\n"+
		"expect message to=+12025550177 body='An order'\n")
	g := e.staging(nil)
	g.quiet = mostQuiet
	r, err := e.play(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if len(r.failed) > 0 {
		t.Errorf("failed: %v", r.failed)
	}
	made := func(c apiCall) bool { return c.form.Get("To") == "+12025550143" }
	if slices.ContainsFunc(e.memory.calls, made) {
		t.Errorf("the app sent what the script sends: %v", e.memory.calls)
	}
}
