package testscript

import (
	"fmt"
	"strings"

	"twilsim/simulator/lookup"
)

const lookupUsage = "lookup NUMBER FIELD=VALUE…"

// cmdLookup sets what Twilio's Lookup says about a number.
//
//	lookup NUMBER FIELD=VALUE…
func cmdLookup(ts host, neg bool, args []string) {
	if len(args) < 2 {
		usage(ts, lookupUsage)
	}
	values := map[string]string{}
	for _, word := range args[1:] {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			usage(ts, lookupUsage)
		}
		values[name] = value
	}
	_, err := lookup.Of(of(ts).account).Set(args[0], values)
	if !neg {
		ts.Check(err)
		return
	}
	if err == nil {
		ts.Fatalf("it was set")
	}
	fmt.Fprintln(ts.Stderr(), err)
}

func (c command) checkLookup() error {
	if err := c.checkCount(2, -1, lookupUsage); err != nil {
		return err
	}
	for i := 2; i < len(c.words); i++ {
		word, ok := c.at(i)
		name, value, found := strings.Cut(word, "=")
		switch {
		case !ok:
			continue
		case !found:
			return fmt.Errorf("usage: %s", lookupUsage)
		}
		if err := lookup.Check(name, value); err != nil {
			return err
		}
	}
	return c.checkAddress(1)
}
