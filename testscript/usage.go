package testscript

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// provision is something that a scenario set up for later: a rule, a handset's state, a bin. used
// is asked at the end, while the world is still there.
type provision struct {
	what string
	used func() bool
}

// provide notes what a command has set up.
func (w *world) provide(what string, used func() bool) {
	w.provisions = append(w.provisions, provision{what, used})
}

// provideRule notes a rule. One that applies by chance need not apply.
func (w *world) provideRule(rule carrier.Rule) {
	rules := w.account.Rules
	if rule.Chance > 0 {
		return
	}
	w.provide("rule "+strings.Join(rule.Words(), " "), func() bool {
		all := rules.List()
		i := slices.IndexFunc(all, func(r carrier.Rule) bool { return r.ID == rule.ID })
		return i < 0 || all[i].Used > 0
	})
}

// provideHandset notes the state of a handset. It is used if anything happens later to a message
// from or to it.
func (w *world) provideHandset(number string, state carrier.HandsetState) {
	account, set := w.account, w.account.Journal.Last()
	w.provide(fmt.Sprintf("phone %s %s", number, state), func() bool {
		events, _ := account.Journal.Events(set)
		return slices.ContainsFunc(events, func(e journal.Event) bool {
			thing, ok := account.Journal.Thing(journal.Messages, e.SID)
			if !ok {
				return slices.Contains([]journal.Type{journal.RequestServed}, e.Type) &&
					w.asksAbout(account, e, number)
			}
			f := thing.(*messaging.Message).Snapshot()
			return f.To == number || f.From == number
		})
	})
}

// asksAbout reports whether a request to the API names a number: one that is refused makes no
// message.
func (w *world) asksAbout(a *messaging.Account, e journal.Event, number string) bool {
	thing, ok := a.Journal.Thing(journal.Requests, e.Exchange)
	return ok && slices.Contains(thing.(*journal.Exchange).Params()["To"], number)
}

// provideBin notes a TwiML Bin. It is used if a webhook goes to it.
func (w *world) provideBin(name, url string) {
	account := w.account
	w.provide("bin "+name, func() bool {
		return slices.ContainsFunc(account.Journal.Things(journal.Webhooks), func(t journal.Thing) bool {
			called, _, _ := strings.Cut(t.(*journal.Exchange).URL, "?")
			return called == url
		})
	})
}

// notes says what of the scenario had no effect, so that it passes without what it is about.
func (w *world) notes() []string {
	if w.part {
		return nil // what it sets up may be for later
	}
	var notes []string
	switch o := w.options; {
	case w.builtIn:
		notes = append(notes, builtInNote)
	case (o.Handler != nil || o.App != nil || o.AppURL != "") && !w.startedApp:
		notes = append(notes, notStartedNote)
	}
	for _, p := range w.provisions {
		if !p.used() {
			notes = append(notes, p.what+" was never used")
		}
	}
	return notes
}

const (
	builtInApp     = "the tutorial's, built in"
	builtInNote    = "the built-in app stood in for yours"
	notStartedNote = "the app of the run was never started"
)

// AppUnderTest names the app that the options give to the scenarios.
func (o Options) AppUnderTest() string {
	command := cmp.Or(o.AppCommand, strings.Join(o.App, " "))
	switch {
	case o.Handler != nil:
		return "the test's own handler"
	case o.App != nil && o.AppURL != "":
		return command + " at " + o.AppURL
	case o.App != nil:
		return command
	case o.AppURL != "":
		return "at " + o.AppURL
	}
	return builtInApp
}
