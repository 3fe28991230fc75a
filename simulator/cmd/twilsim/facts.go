package main

import (
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/display"
	"twilsim/simulator/facts"
	"twilsim/simulator/failure"
)

func newFacts(c *cli) *cobra.Command {
	var coverage, quirks bool
	cmd := &cobra.Command{
		Use:   "facts NUMBER... | WORD... | --coverage | --quirks",
		Short: "show or search the numbered facts about Twilio that twilsim is built on",
		Long: `Shows facts about Twilio by their number, or searches them for words. Alerts, errors and
the code cite these numbers. Each fact has a status: implemented (with a test or scenario that cites
it), configurable, not simulated, or advice (about clients). The marks say how far it is known:
unconfirmed, observed (in a capture, not documented) or inferred. It needs no simulator.`,
		Example: `twilsim facts F-154
twilsim facts stop keyword
twilsim facts --coverage`,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case quirks && !coverage && len(args) == 0:
				return display.Quirks(c.ui)
			case quirks || coverage == (len(args) > 0):
				return failure.Misuse("name the number of a fact, words to search for, or --coverage").
					Try("twilsim facts F-154").Try("twilsim facts stop keyword").Try("twilsim facts --coverage")
			case coverage:
				return display.FactCoverage(c.ui)
			}
			return c.facts(args)
		},
	}
	cmd.Flags().BoolVar(&coverage, "coverage", false, "count the facts of each section by status")
	cmd.Flags().BoolVar(&quirks, "quirks", false, "list the switches for what no source settles")
	return cmd
}

// facts shows the facts that args name if all are numbers, and searches for them if not.
func (c *cli) facts(args []string) error {
	var found []facts.Fact
	for _, arg := range args {
		number, err := facts.ParseID(arg)
		if err != nil {
			return c.searchFacts(args)
		}
		f, ok := facts.Lookup(number)
		if !ok {
			return failure.Misuse("there is no fact %q",
				arg).Try("twilsim facts WORD").Try("twilsim facts --coverage")
		}
		found = append(found, f)
	}
	for _, f := range found {
		if err := display.Fact(c.ui, f); err != nil {
			return err
		}
	}
	return nil
}

func (c *cli) searchFacts(words []string) error {
	found := facts.Search(words...)
	if len(found) == 0 {
		return failure.New(failure.No, "no fact has all of these words: %s", strings.Join(words, " ")).
			Try("fewer words, or only their beginnings").Try("twilsim facts --coverage")
	}
	return display.Facts(c.ui, found)
}
