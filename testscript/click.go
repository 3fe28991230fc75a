package testscript

import (
	"fmt"
	"strings"

	"twilsim/simulator/links"
)

const clickUsage = "click LINK|SID [agent=TEXT]"

// cmdClick clicks on a short link, or the first one of a message, and prints where it leads.
//
//	click LINK|SID [agent=TEXT]
func cmdClick(ts host, neg bool, args []string) {
	if len(args) < 1 || len(args) > 2 {
		usage(ts, clickUsage)
	}
	agent := "Mozilla/5.0"
	if len(args) == 2 {
		value, ok := strings.CutPrefix(args[1], "agent=")
		if !ok {
			usage(ts, clickUsage)
		}
		agent = value
	}
	state := links.Of(of(ts).account)
	to, err := state.Click(args[0], agent)
	switch {
	case err != nil && neg:
		fmt.Fprintln(ts.Stderr(), err)
	case neg && to == "":
		fmt.Fprintln(ts.Stderr(), "the link is too old, and leads nowhere")
	case neg:
		ts.Fatalf("it leads to %s", to)
	default:
		ts.Check(err)
		fmt.Fprintln(ts.Stdout(), to)
	}
}

func (c command) checkClick() error { return c.checkCount(1, 2, clickUsage) }
