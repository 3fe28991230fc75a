package testscript

import (
	"fmt"
	"strconv"
	"strings"

	"twilsim/simulator/carrier"
)

// cmdRule adds a rule: what the carrier does with the messages that it matches, what goes wrong
// with webhooks, or how the API fails.
//
//	rule WORD…, as [carrier.ParseRule] reads them
func cmdRule(ts host, neg bool, args []string) {
	rule, err := carrier.ParseRule(args)
	if neg {
		if err == nil {
			ts.Fatalf("the rule is valid: %s", rule.Describe())
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
	rule = of(ts).account.Rules.Add(rule)
	of(ts).provideRule(rule)
	fmt.Fprintf(ts.Stdout(), "%s  %s\n", rule.ID, rule.Describe())
}

const phoneUsage = "phone NUMBER on|rcs|off|landline|gone|opted-out"

// cmdPhone puts a handset into a state.
//
//	phone NUMBER on|rcs|off|landline|gone|opted-out
func cmdPhone(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "phone")
	if len(args) != 2 {
		usage(ts, phoneUsage)
	}
	state, err := carrier.ParseHandsetState(args[1])
	ts.Check(err)
	h, err := of(ts).account.SetHandset(args[0], state)
	ts.Check(err)
	if state != carrier.HandsetOn {
		of(ts).provideHandset(h.Number, state)
	}
}

// cmdDeliver moves a message by hand; its script stops.
//
//	deliver SID STATUS[:CODE] [illegal]
func cmdDeliver(ts host, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 || len(args) == 3 && args[2] != "illegal" {
		usage(ts, "deliver SID STATUS[:CODE] [illegal]")
	}
	w := of(ts)
	m, err := w.message(args[0])
	ts.Check(err)
	status, code, err := parseStatus(args[1])
	ts.Check(err)
	_, err = w.account.Deliver(m.ID(), status, code, len(args) == 3)
	if neg {
		if err == nil {
			ts.Fatalf("the message went to %s", status)
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
}

// parseStatus reads undelivered:30007; without a code it is 0.
func parseStatus(s string) (carrier.Status, int, error) {
	status, digits, found := strings.Cut(s, ":")
	if !found {
		return carrier.Status(status), 0, nil
	}
	code, err := strconv.Atoi(digits)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not an error code: write STATUS:30003", digits)
	}
	return carrier.Status(status), code, nil
}
