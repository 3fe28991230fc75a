package testscript

import (
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdNumber sets where a number's messages go: a URL or a TwiML Bin.
//
//	number NUMBER URL|BIN [GET|POST]
func cmdNumber(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		usage(ts, "number NUMBER URL|BIN [GET|POST]")
	}
	method := ""
	if len(args) == 3 {
		method = args[2]
	}
	_, err := of(ts).account.SetNumber(args[0], args[1], method)
	if neg {
		if err == nil {
			ts.Fatalf("the number was set")
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
}
