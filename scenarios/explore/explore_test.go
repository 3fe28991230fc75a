package explore

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	simscript "twilsim/testscript"
	"twilsim/testscript/explore"
)

// handler gives the search a shop with a change; durable ones keep their orders in a directory.
func handler(change func(*Shop), durable bool) func(simscript.AppEnv) (http.Handler, error) {
	return func(env simscript.AppEnv) (http.Handler, error) {
		shop := &Shop{AccountSID: env.Getenv("TWILIO_ACCOUNT_SID"),
			Token:  env.Getenv("TWILIO_AUTH_TOKEN"),
			Client: env.HTTPClient}
		if durable {
			shop.Dir = env.Dir
		}
		change(shop)
		return shop, nil
	}
}

// write writes a scenario and returns it.
func write(t testing.TB, name, text string) simscript.Scenario {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "scenarios")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".txtar")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	found, err := simscript.Find(file)
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

const orderStory = `
# an order is confirmed
app
sms +12025550142 +12025550100 'Two pizzas'
expect message to=+12025550142 direction=outbound-reply
clock advance 5s
http GET /orders/1
stdout delivered
`

const courierStory = `
# an order is confirmed, and the courier is told
app
sms +12025550142 +12025550100 'Two pizzas'
expect message to=+12025550142 direction=outbound-reply
expect message to=+12025550177 count=1
clock advance 5s
http GET /orders
stdout '1 orders'
`

const durableStory = `
# an order survives the end of the program
explore durable
app
sms +12025550142 +12025550100 'Two pizzas'
http GET /orders
stdout '1 orders'
`

func courier(s *Shop) { s.Courier = "+12025550177" }

// TestPlanted checks that each bug is found within two deviations, and shrunk as far as it goes.
func TestPlanted(t *testing.T) {
	for _, tt := range []struct {
		name, story string
		bug         func(*Shop)
		schedule    string
		key         string // how the key of the failure begins
		durable     bool
	}{
		{"lastwins", orderStory, func(s *Shop) { s.LastWins = true }, "reply1.sent=behind", "K8", false},
		{"nodedup", courierStory, func(s *Shop) { courier(s); s.NoDedup = true }, "text1=twice", "K8",
			false},
		{"retries", courierStory, func(s *Shop) { courier(s); s.Retries = true }, "create1=lost", "K4",
			false},
		{"forgetkill", durableStory, func(s *Shop) { s.ForgetKill = true }, "kill@after:text1", "K8",
			true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := simscript.Exploration{Options: simscript.Options{Handler: handler(tt.bug, tt.durable)},
				Depth: 1}
			if long() {
				x.Depth = 2
			}
			s := write(t, tt.name, tt.story)
			report, err := x.Search(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			report.WriteText(&text)
			if testing.Verbose() {
				t.Log(text.String())
			}
			for _, f := range report.Findings {
				if f.Schedule != tt.schedule || !strings.HasPrefix(f.Key, tt.key) || !f.Always {
					continue
				}
				s := write(t, "finding", f.Text)
				if got := outcome(t, s, tt.bug, tt.durable); got != simscript.Failed {
					t.Errorf("%s, want failed:\n%s", got, f.Text)
				}
				mended := func(s *Shop) {
					tt.bug(s)
					*s = Shop{AccountSID: s.AccountSID, Token: s.Token,
						Client: s.Client, Dir: s.Dir, Courier: s.Courier}
				}
				if got := outcome(t, s, mended, tt.durable); got != simscript.Passed {
					t.Errorf("%s without the bug, want passed:\n%s", got, f.Text)
				}
				return
			}
			t.Errorf("no finding %s %s:\n%s", tt.schedule, tt.key, text.String())
		})
	}
}

// outcome runs a scenario on its own.
func outcome(t *testing.T, s simscript.Scenario, change func(*Shop),
	durable bool) simscript.Outcome {
	t.Helper()
	r := simscript.Runner{Options: simscript.Options{Handler: handler(change, durable)}}
	var got simscript.Outcome
	_, err := r.Do(t.Context(), []simscript.Scenario{s}, func(result simscript.Result) {
		got = result.Outcome
		t.Log(result.Log)
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCorrect checks that nothing is found in an app that is right, whatever the seed.
func TestCorrect(t *testing.T) {
	for name, story := range map[string]string{
		"order": orderStory, "courier": courierStory, "durable": durableStory,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := simscript.Exploration{
				Options: simscript.Options{Handler: handler(courier, name == "durable")}, Depth: 2, Budget: 120,
			}
			seeds := 1
			if long() { // all pairs, and samples of three to five
				x.Depth, x.Budget, seeds = 3, 2500, 20
			}
			if name == "order" {
				x.Handler = handler(func(*Shop) {}, false)
			}
			s := write(t, name, story)
			for seed := range uint64(seeds) {
				x.Seed = seed + 1
				report, err := x.Search(t.Context(), s)
				if err != nil {
					t.Fatal(err)
				}
				if len(report.Findings) > 0 {
					var text strings.Builder
					report.WriteText(&text)
					t.Fatalf("seed %d:\n%s", x.Seed, text.String())
				}
			}
		})
	}
}

// longVar makes the searches long, for a suite of its own: all pairs, samples and 20 seeds for apps
// that are right, all programs, and searches with programs.
// TWILSIM_EXPLORE_LONG=1 go test -timeout 1h ./scenarios/explore
const longVar = "TWILSIM_EXPLORE_LONG"

func long() bool { return os.Getenv(longVar) != "" }

// TestSameBytes checks that a search does not depend on how many runs are played at once. That
// machines that share it find the same is in package search.
func TestSameBytes(t *testing.T) {
	s := write(t, "lastwins", orderStory)
	search := func(change func(*simscript.Exploration)) string {
		x := simscript.Exploration{Options: simscript.Options{
			Handler: handler(func(s *Shop) { s.LastWins = true }, false)}}
		change(&x)
		report, err := x.Search(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := explore.WriteJSON(&b, []*explore.Report{report}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	want := search(func(x *simscript.Exploration) { x.Parallel = 1 })
	if got := search(func(x *simscript.Exploration) { x.Parallel = 8 }); got != want {
		t.Errorf("parallel 8:\n%s\nwant:\n%s", got, want)
	}
}

// programs are the bugs of the apps with Express and Flask, and the schedule that shows each.
var programs = []struct {
	scenario, runtime string
	schedule, key     string // "" for an app that is right
}{
	{"express_copy", "node", "text1=twice", "K4"},
	{"express_stop", "node", "text+STOP@after:text1", "K5"},
	{"express_count", "node", "reply1.sent=with:reply1.delivered", "K8"},
	{"express_slow", "node", "", ""},
	{"flask_insert", "flask", "create1.sent=early", "K2"},
	{"flask_memory", "flask", "kill@after:text1", "K8"},
	{"flask_own_key", "flask", "", ""},
}

// needs skips a test whose runtime is missing.
func needs(t *testing.T, runtime string) {
	t.Helper()
	missing := simscript.Missing(runtime)
	if _, err := os.Stat("../apps/express/node_modules"); err != nil && runtime == "node" {
		missing = "the modules are not installed: run npm ci in scenarios/apps/express"
	}
	switch {
	case missing == "":
	case simscript.Required(runtime):
		t.Fatalf("%s, and %s asks for it", missing, simscript.RequireVar)
	default:
		t.Skip(missing)
	}
}

// TestProgramsReplay checks that the apps with Express and Flask fail under the schedule of their
// bug, and that the others pass under all of these that fit.
func TestProgramsReplay(t *testing.T) {
	for _, tt := range programs {
		t.Run(tt.scenario, func(t *testing.T) {
			if short := tt.schedule == "text1=twice" || tt.key == "K2"; !short && !long() {
				t.Skip("set " + longVar + " for more than one app of each runtime")
			}
			needs(t, tt.runtime)
			found, err := simscript.Find(tt.scenario + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			text := tt.schedule
			if text == "" {
				text = map[string]string{"node": "text1=twice", "flask": "create1=lost"}[tt.runtime]
			}
			schedule, err := explore.ParseSchedule(text)
			if err != nil {
				t.Fatal(err)
			}
			x := simscript.Exploration{Options: simscript.Options{Timeout: 3 * time.Minute}}
			// Two requests at once lose a race only now and then.
			for range 20 {
				run, _, err := x.Replay(t.Context(), found[0], schedule)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case tt.key == "" && len(run.Failures) > 0:
					t.Fatalf("under %s: %v", schedule, run.Failures)
				case tt.key == "", len(run.Failures) > 0 && run.Failures[0].Check == tt.key:
					return
				}
			}
			t.Errorf("no failure %s under %s", tt.key, schedule)
		})
	}
}

// TestProgramsSearch searches the apps with Express and Flask with single deviations: a minute or
// more for each.
func TestProgramsSearch(t *testing.T) {
	if !long() {
		t.Skip("set " + longVar + " for the long searches")
	}
	for _, tt := range programs {
		t.Run(tt.scenario, func(t *testing.T) {
			needs(t, tt.runtime)
			found, err := simscript.Find(tt.scenario + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			x := simscript.Exploration{Depth: 1, Options: simscript.Options{Timeout: 3 * time.Minute}}
			report, err := x.Search(t.Context(), found[0])
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			report.WriteText(&text)
			t.Log(text.String())
			is := func(f *explore.Finding) bool {
				return f.Schedule == tt.schedule && strings.HasPrefix(f.Key, tt.key)
			}
			switch {
			case tt.key == "" && len(report.Findings) > 0:
				t.Error("there is a finding in an app that is right")
			case tt.key != "" && !slices.ContainsFunc(report.Findings, is):
				t.Errorf("no finding %s %s", tt.schedule, tt.key)
			}
		})
	}
}
