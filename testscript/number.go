package testscript

import (
	"fmt"
	"strings"

	"twilsim/simulator/directory"
)

const numberUsage = "number NUMBER URL|BIN [GET|POST] [fallback=URL|BIN]"

// cmdNumber sets where a number's messages go, and where they go when that fails: a URL or a TwiML
// Bin.
//
//	number NUMBER URL|BIN [GET|POST] [fallback=URL|BIN]
func cmdNumber(ts host, neg bool, args []string) {
	if len(args) < 2 {
		usage(ts, numberUsage)
	}
	to := directory.Number{SmsURL: args[1]}
	rest := args[2:]
	if n := len(rest); n > 0 && strings.HasPrefix(rest[n-1], "fallback=") {
		to.SmsFallbackURL = strings.TrimPrefix(rest[n-1], "fallback=")
		rest = rest[:n-1]
	}
	switch len(rest) {
	case 0:
	case 1:
		to.SmsMethod = rest[0]
	default:
		usage(ts, numberUsage)
	}
	_, err := of(ts).account.SetWebhooks(args[0], func(n *directory.Number) {
		n.SmsURL, n.SmsMethod = to.SmsURL, to.SmsMethod
		n.SmsFallbackURL, n.SmsFallbackMethod = to.SmsFallbackURL, ""
	})
	if neg {
		if err == nil {
			ts.Fatalf("the number was set")
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
}
