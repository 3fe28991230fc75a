package testscript

import "fmt"

const serviceUsage = "service SID advanced-opt-out on|off, or service SID sender ADDRESS"

// cmdService changes settings that Twilio offers only in its console, and puts a sender of the
// account into the pool of a service, without its SID.
//
//	service SID advanced-opt-out on|off
//	service SID sender ADDRESS
func cmdService(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "service")
	if len(args) != 3 {
		usage(ts, serviceUsage)
	}
	account := of(ts).account
	switch {
	case args[1] == "sender":
		kind, ref, ok := account.FindSender(args[2])
		if !ok {
			ts.Check(fmt.Errorf("%s is not a sender of this account: write number %s first", args[2],
				args[2]))
		}
		_, err := account.AddSender(args[0], kind, ref)
		ts.Check(err)
	case args[1] == "advanced-opt-out" && (args[2] == "on" || args[2] == "off"):
		ts.Check(account.SetAdvancedOptOut(args[0], args[2] == "on"))
	default:
		usage(ts, serviceUsage)
	}
}
