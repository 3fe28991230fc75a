package testscript

import (
	"strings"

	"twilsim/simulator/fault"
)

// cmdSignature makes the signature of the next webhook wrong: the app must refuse it.
//
//	signature bad|missing|replayed|stale|wrong-url
func cmdSignature(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "signature")
	if len(args) != 1 {
		usage(ts, "signature "+strings.Join(fault.Signatures(), "|"))
	}
	ts.Check(of(ts).account.SpoilNext(fault.Signature(args[0])))
}
