package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Severity is how bad it is if a check fails.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Outcome is the result of a check.
type Outcome string

// The outcomes. NotSeen says that the answer was right, but not whether anything else happened, or
// that the check was not possible.
const (
	OK      Outcome = "ok"
	Fail    Outcome = "FAIL"
	Warn    Outcome = "warn"
	NotSeen Outcome = "not seen"
)

// check is one thing that is looked at. Its run depends on no other check's, because --only and
// shards leave some out.
type check struct {
	ID       string // A01
	Title    string
	Severity Severity
	Fact     string // the facts about Twilio behind it

	scenario string // lines of a scenario that fails alone; "" if the language cannot say it
	basic    bool   // it goes on when A01 fails
	run      func(*probe) finding
}

// finding is what a check found: nothing, if both fields are zero. Where a check has several
// findings, [first] picks one.
type finding struct {
	wrong  string // what is wrong
	unseen string // what could not be seen
}

func wrong(text string) finding  { return finding{wrong: text} }
func unseen(text string) finding { return finding{unseen: text} }

// Result is what became of a check.
type Result struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Outcome  Outcome  `json:"outcome"`
	Severity Severity `json:"severity"`
	Fact     string   `json:"fact"`
	Text     string   `json:"text,omitempty"`
	// Scenario fails alone; "" if there is none. File is where it was written.
	Scenario string `json:"-"`
	File     string `json:"file,omitempty"`
}

// allChecks returns all checks, in the order of their IDs.
func allChecks() []check {
	all := slices.Concat(signatureChecks(), inboundChecks(), statusChecks(), repeatChecks(),
		hostileChecks())
	slices.SortStableFunc(all, func(a, b check) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Choice says which checks are made. The zero value is all.
type Choice struct {
	Only []string // those whose IDs begin with one of these
	// Shard and Shards divide the checks among machines: of Shards parts this is the Shard-th, from 1.
	Shard, Shards int
}

// Check returns an error if a word of Only is not the beginning of any ID.
func (c Choice) Check() error {
	for _, prefix := range c.Only {
		if !slices.ContainsFunc(allChecks(),
			func(c check) bool { return strings.HasPrefix(c.ID, prefix) }) {
			return fmt.Errorf("no check has an ID that begins with %s; they are A01 to A39", prefix)
		}
	}
	return nil
}

// has reports whether the i-th check is made.
func (c Choice) has(i int, id string) bool {
	if c.Shards > 1 && i%c.Shards+1 != c.Shard {
		return false
	}
	return len(c.Only) == 0 || slices.ContainsFunc(c.Only,
		func(prefix string) bool { return strings.HasPrefix(id, prefix) })
}

// Run makes the chosen checks and calls report with each result. If the app does not answer an
// ordinary webhook, only those about signatures go on. The checks run one after the other, because
// each compares the app before and after its requests. The error says that the app cannot be
// reached, that no check was chosen, or that ctx has ended; a check that fails is a Result and no
// error.
func Run(ctx context.Context, t Target, choice Choice, report func(Result)) error {
	p, err := newProbe(ctx, t)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.reach(); err != nil {
		return err
	}
	all := allChecks()
	// Each shard has to know whether the app answers; the first one reports it.
	broken := choice.Shards > 1 && choice.Shard > 1 && all[0].run(p).wrong != ""
	for i, c := range all {
		if !choice.has(i, c.ID) {
			continue
		}
		var found finding
		if broken && !c.basic {
			found = unseen("A01 fails: the app does not answer an ordinary webhook")
		} else {
			found = c.run(p)
		}
		// A01 is the first in the order of IDs, so all others come after it
		if c.ID == "A01" && found.wrong != "" {
			broken = true
		}
		report(c.result(found))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (c check) result(f finding) Result {
	r := Result{ID: c.ID, Title: c.Title, Severity: c.Severity, Fact: c.Fact, Outcome: OK}
	switch {
	case f.wrong != "" && c.Severity == Error:
		r.Outcome, r.Text, r.Scenario = Fail, f.wrong, c.file()
	case f.wrong != "":
		r.Outcome, r.Text, r.Scenario = Warn, f.wrong, c.file()
	case f.unseen != "":
		r.Outcome, r.Text = NotSeen, f.unseen
	}
	return r
}

// file returns the scenario that fails alone. The scenario's own app line, which sets a URL for
// instance, takes the place of the usual one.
func (c check) file() string {
	if c.scenario == "" {
		return ""
	}
	text := "# " + c.ID + ": " + c.Title + "\n"
	if !strings.Contains(c.scenario, "\napp") {
		text += "app\n"
	}
	return text + c.scenario
}
