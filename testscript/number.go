package testscript

import (
	"fmt"
	"os"
	"strings"

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

// cmdBin makes a TwiML Bin of a file.
//
//	bin NAME FILE [as=NAME]
func cmdBin(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg, "bin")
	as, named := "", len(args) == 3
	if named {
		as, named = strings.CutPrefix(args[2], "as=")
	}
	if len(args) != 2 && !named {
		usage(ts, "bin NAME FILE [as=NAME]")
	}
	body, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	bin, err := of(ts).account.SetBin(args[0], string(body))
	ts.Check(err)
	if named {
		ts.Check(checkName(as))
		ts.Setenv(as, bin.URL)
	}
	fmt.Fprintln(ts.Stdout(), bin.URL)
}
