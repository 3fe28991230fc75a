package testscript

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
	"twilsim/testscript/explore"
)

// hints are what a scenario says to the bug search.
type hints struct {
	limits     explore.Limits
	quiet      time.Duration // 0 if it says nothing
	invariants []storyStep
	reset      *storyStep // has an app that all runs share forget; nil for nothing
	volatile   []*regexp.Regexp
}

const exploreUsage = "explore always COMMAND, durable, invariant COMMAND, not WHAT [POINT], " +
	"only WHAT, quiet TIME, reset COMMAND or volatile PATTERN"

// cmdExplore says something to the bug search. In a run, always and invariant run their command,
// and the others only check their words.
//
//	explore always|invariant COMMAND…
//	explore durable
//	explore not WHAT [POINT]
//	explore only WHAT
//	explore quiet TIME
//	explore reset http|exec …
//	explore volatile PATTERN
func cmdExplore(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "explore")
	var h hints
	if err := h.read(args); err != nil {
		ts.Fatalf("%v", err)
	}
	if args[0] != "always" && args[0] != "invariant" {
		return
	}
	commands()[args[1]](ts, false, args[2:])
}

// read adds what the words of one line say.
func (h *hints) read(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: " + exploreUsage)
	}
	known := []string{"always", "durable", "invariant", "not", "only", "quiet", "reset", "volatile"}
	word, rest := args[0], args[1:]
	switch {
	case !slices.Contains(known, word):
		if near := suggest.Nearest(word, known); near != "" {
			return fmt.Errorf("unknown word %q; did you mean %q?", word, near)
		}
		return fmt.Errorf("unknown word %q; usage: %s", word, exploreUsage)
	case word == "durable" && len(rest) == 0:
		h.limits.Kill = true
		return nil
	case len(rest) == 0 || word == "durable":
		return errors.New("usage: " + exploreUsage)
	}
	switch word {
	case "always", "invariant":
		if commands()[rest[0]] == nil {
			return fmt.Errorf("explore %s: %q is not a command of twilsim's; write something like "+
				"explore %s http GET /orders/7", word, rest[0], word)
		}
	case "not", "only":
		return h.readLimit(word, rest)
	case "quiet":
		d, err := clock.ParseDuration(rest[0])
		if err == nil && d == 0 {
			err = errors.New("explore quiet 0s waits for nothing; leave the line out to have it measured")
		}
		h.quiet = d
		return err
	case "reset":
		if rest[0] != "http" && rest[0] != "exec" {
			return fmt.Errorf("explore reset: %q does not have the app forget; write something like "+
				"explore reset http POST /test/reset", rest[0])
		}
	case "volatile":
		re, err := regexp.Compile(rest[0])
		h.volatile = append(h.volatile, re)
		return err
	}
	return nil
}

func (h *hints) readLimit(word string, rest []string) error {
	var whats []string
	for _, e := range explore.Catalogue() {
		whats = append(whats, e.What)
	}
	if what := rest[0]; !slices.Contains(whats, what) {
		if near := suggest.Nearest(what, whats); near != "" {
			return fmt.Errorf("unknown deviation %q; did you mean %q?", what, near)
		}
		return fmt.Errorf("unknown deviation %q; use one of %s", what, strings.Join(whats, " "))
	}
	if word == "only" {
		h.limits.Only = append(h.limits.Only, rest[0])
		return nil
	}
	if h.limits.Not == nil {
		h.limits.Not = map[string][]string{}
	}
	h.limits.Not[rest[0]] = append(h.limits.Not[rest[0]], rest[1:]...)
	return nil
}

// addHint reads a line of the scenario that speaks to the bug search.
func (c *steps) addHint(s storyStep) error {
	if err := c.hints.read(s.words[1:]); err != nil {
		return err
	}
	switch s.words[1] {
	case "always":
		s.always = true
		c.list = append(c.list, s)
	case "reset":
		c.hints.reset = &s
	case "invariant":
		s.always = true
		c.hints.invariants = append(c.hints.invariants, s)
	}
	return nil
}
