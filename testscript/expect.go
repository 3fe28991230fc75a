package testscript

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/suggest"
)

// expectation is what the words after expect ask for.
type expectation struct {
	query  journal.Query
	as     string
	within time.Duration // virtual time that may pass; 0 for none
	count  int           // -1 for one or more
}

// kinds are the kinds of things to expect.
func kinds() []string {
	var words []string
	for _, kind := range journal.Kinds() {
		words = append(words, string(kind))
	}
	return words
}

// cmdExpect waits for a thing whose fields match.
//
//	expect message|webhook|request|alert FIELD=VALUE… [as=NAME] [within=TIME] [count=N]
//	! expect KIND FIELD=VALUE… [within=TIME]
//
// What it finds counts as checked for the coverage, and an alert as expected.
func cmdExpect(ts host, neg bool, args []string) {
	w := of(ts)
	e, err := parseExpectation(args)
	ts.Check(err)
	if neg && (e.as != "" || e.count >= 0) {
		ts.Fatalf("! expect takes neither as= nor count=")
	}
	found, err := w.await(e, neg)
	if err != nil {
		ts.Fatalf("%v", err)
	}
	if neg {
		if len(found) > 0 {
			ts.Fatalf("%s %s exists: %s", e.query.Kind, found[0].ID(), found[0].Summary())
		}
		return
	}
	for _, thing := range found {
		w.checked[thing.ID()] = true
		if alert, ok := thing.(*journal.Alert); ok {
			alert.Expect()
		}
		fmt.Fprintf(ts.Stdout(), "%s  %s\n", thing.ID(), thing.Summary())
	}
	if len(found) > 0 {
		w.nameThing(ts, e.as, found[len(found)-1].ID())
	}
}

// parseExpectation reads the words. The error names what was probably meant.
func parseExpectation(args []string) (expectation, error) {
	e := expectation{count: -1}
	if len(args) == 0 {
		return e, fmt.Errorf(
			"usage: expect %s FIELD=VALUE… [as=NAME] [within=TIME] [count=N]",
			strings.Join(kinds(), "|"))
	}
	if !slices.Contains(kinds(), args[0]) {
		return e, fmt.Errorf(
			"nothing is called %q: did you mean %q? (%s)",
			args[0],
			nearestKind(args[0]), strings.Join(kinds(), ", "),
		)
	}
	var words []string
	var err error
	for _, word := range args[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "as":
			e.as, err = value, checkName(value)
		case "within":
			e.within, err = clock.ParseDuration(value)
		case "count":
			if e.count, err = strconv.Atoi(value); err != nil || e.count < 0 {
				err = fmt.Errorf("bad count %q: it is a whole number, 0 or more", value)
			}
		default:
			words = append(words, word)
			err = checkParameter(args[0], name)
		}
		if err != nil {
			return e, err
		}
	}
	e.query, err = messaging.ParseQuery(journal.Kind(args[0]), words)
	return e, meantWord(words, err)
}

// meantWord returns err with a suggestion, if it is about a word that is spelled nearly as one of
// expect's own and as no field.
func meantWord(words []string, err error) error {
	if err == nil || strings.Contains(err.Error(), "did you mean") {
		return err
	}
	for _, word := range words {
		name, _, _ := strings.Cut(word, "=")
		unknown := fmt.Sprintf("has no field %q", name)
		near := suggest.Nearest(name, []string{"as", "within", "count"})
		if what, _, ok := strings.Cut(err.Error(), unknown); ok && near != "" {
			return fmt.Errorf("%s%s: did you mean %q?", what, unknown, near+"=")
		}
	}
	return err
}

// checkParameter finds a misspelt parameter of a webhook. A name that resembles none of Twilio's
// may be right, because an app's URL can have parameters of its own.
func checkParameter(kind, name string) error {
	name, _, _ = strings.Cut(name, ":")
	name = strings.TrimSuffix(name, "!")
	if kind != string(journal.Webhooks) || name == "" || name[0] < 'A' || name[0] > 'Z' ||
		strings.Contains(name, "-") {
		return nil
	}
	known := slices.Concat(
		messaging.InboundParams(),
		messaging.StatusParams(),
		messaging.FallbackParams(),
	)
	if slices.Contains(known, name) || strings.TrimRight(name, "0123456789") != name {
		return nil
	}
	if near := suggest.Nearest(name, known); near != "" {
		return fmt.Errorf("no webhook has a parameter %q: did you mean %q?", name, near)
	}
	return nil
}

func nearestKind(word string) string {
	if near := suggest.Nearest(word, kinds()); near != "" {
		return near
	}
	return "message"
}

// await finds what the expectation asks for. With within=, it advances the virtual clock at most
// that far; otherwise it waits a moment of real time, for an app that acts after it has answered.
// If none is set, it does not wait.
func (w *world) await(e expectation, none bool) ([]journal.Thing, error) {
	enough := func() bool { return e.enough(w.account.Journal.Find(e.query)) }
	if e.within > 0 {
		if none || e.count >= 0 {
			enough = func() bool { return false } // more may still arrive: the whole time must pass
		}
		if _, err := w.account.Clock.AdvanceUntil(w.ctx, e.within, enough); err != nil {
			return nil, err
		}
	}
	if err := w.account.Clock.AwaitIdle(w.ctx); err != nil {
		return nil, err
	}
	found := w.account.Journal.Find(e.query)
	if none || e.enough(found) {
		return found, nil
	}
	if w.director != nil && w.director.memory != nil { // the app is known to be quiet
		return nil, w.missed(e, found)
	}
	return w.awaitMore(e)
}

// enough reports whether the things found fulfil the expectation.
func (e expectation) enough(found []journal.Thing) bool {
	if e.count >= 0 {
		return len(found) == e.count
	}
	return len(found) > 0
}

// awaitMore waits for things that an app causes after it has answered. The channel is taken before
// the journal is searched, so nothing between the two is missed. The wait is in real time.
func (w *world) awaitMore(e expectation) ([]journal.Thing, error) {
	ctx, cancel := context.WithTimeout(w.alive, w.options.wait())
	defer cancel()
	for {
		_, changed := w.account.Journal.Events(w.account.Journal.Last())
		found := w.account.Journal.Find(e.query)
		if e.enough(found) {
			return found, nil
		}
		if e.count >= 0 && len(found) > e.count { // there are too many already
			return nil, w.missed(e, found)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, w.missed(e, found)
		}
	}
}

// missed describes what there was instead.
func (w *world) missed(e expectation, found []journal.Thing) error {
	if e.count >= 0 {
		lines := []string{fmt.Sprintf("found %d, want %d: %s", len(found), e.count, e.query)}
		for _, thing := range found {
			lines = append(lines, "  "+thing.ID()+"  "+thing.Summary())
		}
		return errors.New(strings.Join(lines, "\n"))
	}
	text := w.missText(e, w.account.Journal.Miss(e.query))
	if e.query.Kind == journal.Messages {
		text += w.refusals()
	}
	if n, next := w.account.Clock.Pending(); n > 0 && e.within == 0 {
		text += fmt.Sprintf(
			"\nthe clock stands at v+%s and the next thing is due at v+%s: clock advance, or within=TIME",
			span(w.elapsed()),
			span(next.Sub(start)),
		)
	}
	return errors.New(text)
}
