package testscript

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// schedulePatience is how long an inner request may hold the answer of the outer one up in a run,
// in real time.
const schedulePatience = 100 * time.Millisecond

// cmdSchedule makes single things of the scenario go otherwise, as a finding of the bug search
// says.
//
//	schedule DEVIATION…
func cmdSchedule(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "schedule")
	w := of(ts)
	s, err := explore.ParseSchedule(strings.Join(args, " "))
	ts.Check(err)
	switch {
	case w.director != nil:
		ts.Fatalf("there is a schedule already; write all deviations in one line")
	case w.account.Journal.Count(journal.Messages) > 0:
		ts.Fatalf("the schedule comes too late; write it above the first sms or send")
	}
	d := newDirector(s, nil)
	d.world, d.patience, d.kill = w, schedulePatience, w.killProgram
	d.quiet = newQuietness(w, cmp.Or(w.exploreHints().quiet, leastQuiet), nil)
	d.planned = w.plannedTexts()
	w.director = d
	w.account.SetDirector(d)
}

// exploreHints returns what the scenario says to the bug search.
func (w *world) exploreHints() hints {
	var h hints
	s, err := readScript(w.file)
	if err != nil {
		return h // it was read before
	}
	for _, p := range s.phases {
		for _, c := range p.commands {
			if c.words[0] == "explore" {
				_ = h.read(c.words[1:]) // the line itself says what is wrong
			}
		}
	}
	return h
}

// plannedTexts returns the texts of the scenario, as far as they have no variables.
func (w *world) plannedTexts() []messaging.Text {
	s, err := readScript(w.file)
	if err != nil {
		return nil // it was read before
	}
	var texts []messaging.Text
	for _, p := range s.phases {
		for _, c := range p.commands {
			if c.words[0] == "sms" && len(c.words) >= 4 && !c.neg {
				texts = append(texts, messaging.Text{From: c.words[1], To: c.words[2], Body: c.words[3]})
			}
		}
	}
	return texts
}

// catchUp does what a schedule has put off until after the command.
func (w *world) catchUp() {
	if w.director != nil {
		w.director.catchUp()
	}
}

// scheduled returns an error about what went wrong under the scenario's schedule.
func (w *world) scheduled() error {
	if missed := w.director.missed(); len(missed) > 0 {
		return fmt.Errorf("the scenario does not get to %s; explore it anew", strings.Join(missed, " "))
	}
	v := newVerdict(w, nil, w.door())
	if len(v.failures) == 0 {
		return nil
	}
	lines := []string{"under the schedule " + w.director.schedule.String()}
	for _, f := range v.failures {
		lines = append(lines, "  "+f.Key()+": "+f.Text)
		if f.Try != "" {
			lines = append(lines, "      try  "+f.Try)
		}
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}
