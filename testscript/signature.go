package testscript

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/webhook"
)

// cmdSignature spoils the signature of the next webhook on purpose: the app must refuse it.
//
//	signature bad|missing|replayed|stale|wrong-url
func cmdSignature(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg, "signature")
	if len(args) != 1 {
		usage(ts, "signature "+strings.Join(webhook.Spoils(), "|"))
	}
	ts.Check(of(ts).account.SpoilNext(webhook.Spoil(args[0])))
}
