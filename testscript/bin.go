package testscript

import (
	"fmt"
	"os"
	"strings"
)

const binUsage = "bin NAME FILE [as=NAME]"

// cmdBin makes a TwiML Bin of a file.
//
//	bin NAME FILE [as=NAME]
func cmdBin(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "bin")
	as, named := "", len(args) == 3
	if named {
		as, named = strings.CutPrefix(args[2], "as=")
	}
	if len(args) != 2 && !named {
		usage(ts, binUsage)
	}
	body, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	bin, err := of(ts).account.SetBin(args[0], string(body))
	ts.Check(err)
	of(ts).provideBin(args[0], bin.URL)
	if named {
		ts.Check(checkName(as))
		ts.Setenv(as, bin.URL)
	}
	fmt.Fprintln(ts.Stdout(), bin.URL)
}
