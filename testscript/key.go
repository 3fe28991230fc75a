package testscript

import (
	"fmt"
)

// cmdKey makes an API key, for user= of api: $NAME is its SID and its secret with a colon between
// them.
//
//	key NAME
func cmdKey(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "key")
	if len(args) != 1 {
		usage(ts, "key NAME")
	}
	ts.Check(checkName(args[0]))
	sid, secret := of(ts).account.AddKey(args[0])
	ts.Setenv(args[0], sid+":"+secret)
	fmt.Fprintln(ts.Stdout(), sid)
}
