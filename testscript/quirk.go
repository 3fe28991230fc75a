package testscript

import (
	"fmt"
)

// cmdQuirk sets a switch for what the sources about Twilio leave open.
//
//	quirk NAME VALUE
func cmdQuirk(ts host, neg bool, args []string) {
	if len(args) != 2 {
		usage(ts, "quirk NAME VALUE")
	}
	err := of(ts).account.SetQuirk(args[0], args[1])
	if !neg {
		ts.Check(err)
		return
	}
	if err == nil {
		ts.Fatalf("the quirk was set")
	}
	fmt.Fprintln(ts.Stderr(), err)
}
