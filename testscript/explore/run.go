package explore

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Player plays a story under a schedule and judges the run. Calls of Play may overlap. An error
// says that the run was not possible, which ends the search; what the app does wrong is in the run.
type Player interface {
	Play(ctx context.Context, s Schedule) (*Run, error)
}

// Keeper is a player whose runs share an app, which may remember what earlier runs did.
type Keeper interface {
	Player
	// Batch returns after how many runs Check is to be called, 0 for never.
	Batch() int
	// Check reports whether the app still does in the baseline what it did at first. If not, the runs
	// since the last check are played again, with PlayFresh.
	Check(ctx context.Context) (bool, error)
	// PlayFresh is Play with an app that nothing has happened to before.
	PlayFresh(ctx context.Context, s Schedule) (*Run, error)
}

// Run is a story played under a schedule. It does not change once it was judged.
type Run struct {
	Schedule Schedule
	// Door is all that passed between Twilio and the app, and Twilio's final state: runs with the
	// same door are equal. Volatile values in it are masked.
	Door string
	// Lines are the same for people, in their order.
	Lines []Line
	// Failures are what went wrong, the most telling first; none if the app did all right.
	Failures []Failure
	// Missed are the deviations whose points did not occur.
	Missed []string
	// Appeared are points that the baseline does not have.
	Appeared []Point
	// Aside are the lines of the scenario whose failure does not count in this run.
	Aside []int
	// Failed are all lines of the scenario that failed, whether that counts or not.
	Failed []int
	// Story is the story of the run, as a baseline.
	Story Story
	// Log is what the app printed last.
	Log string
}

// Line is one thing that passed between Twilio and the app.
type Line struct {
	Point string `json:"point"` // "" if it has no name
	Text  string `json:"text"`  // POST /status sent
	// Answer is how it was answered. App says that the app did that, so that it may show a mistake.
	Answer string `json:"answer"`
	App    bool   `json:"-"`
	// Request says that the app made the request, and Twilio answered.
	Request bool `json:"-"`
}

// String returns the line as reports show it.
func (l Line) String() string {
	if l.Point == "" {
		return l.Text + "  " + l.Answer
	}
	return fmt.Sprintf("%-18s %s  %s", l.Point, l.Text, l.Answer)
}

// Failure is one thing that went wrong in a run.
type Failure struct {
	Check string // K1 to K8
	Place string // where: "line 14", "POST /status"
	Line  int    // of the scenario, 0 for none
	Text  string // what is wrong, one line
	Try   string // what to change in the app, "" for nothing to say
	// Handset, Body and Usual are of K4: who got which text, and how often that is right.
	Handset, Body string
	Usual         int
}

// Key names the failure in the same words in each run.
func (f Failure) Key() string { return f.Check + " " + f.Place }

// failure returns the run's failure with a key.
func (r *Run) failure(key string) (Failure, bool) {
	i := slices.IndexFunc(r.Failures, func(f Failure) bool { return f.Key() == key })
	if i < 0 {
		return Failure{}, false
	}
	return r.Failures[i], true
}

// answers is what the app did: its answers and requests.
func (r *Run) answers() string {
	var b strings.Builder
	for _, l := range r.Lines {
		switch {
		case l.App:
			fmt.Fprintln(&b, l)
		case l.Request:
			fmt.Fprintln(&b, l.Point, l.Text)
		}
	}
	return b.String()
}

// Divergence is the first place at which the app's side of a run differs from the baseline.
type Divergence struct {
	Point    string `json:"point"`
	Baseline string `json:"baseline"` // "" if it does not occur there
	Here     string `json:"here"`     // "" if it does not occur here
}

// diverges compares the app's side of a run with the baseline's, point by point. Only lines that
// the app is to blame for count: its answers, and requests that the baseline does not have.
func diverges(baseline, run *Run) (Divergence, bool) {
	pending := map[string][]string{}
	for _, l := range baseline.Lines {
		pending[l.Point+" "+l.Text] = append(pending[l.Point+" "+l.Text], l.Answer)
	}
	for _, l := range run.Lines {
		key := l.Point + " " + l.Text
		expected := pending[key]
		switch {
		case len(expected) > 0 && expected[0] == l.Answer:
			pending[key] = expected[1:]
		case len(expected) > 0 && l.App:
			return Divergence{l.Point, l.Text + " " + expected[0], l.Text + " " + l.Answer}, true
		case len(expected) > 0:
			pending[key] = expected[1:]
		case l.App && !strings.HasPrefix(l.Answer, "2"), l.Request:
			return Divergence{l.Point, "", l.Text + " " + l.Answer}, true
		}
	}
	return Divergence{}, false
}
