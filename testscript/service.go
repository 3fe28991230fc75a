package testscript

const serviceUsage = "service SID advanced-opt-out on|off"

// cmdService changes settings that Twilio offers only in its console.
//
//	service SID advanced-opt-out on|off
func cmdService(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "service")
	if len(args) != 3 || args[1] != "advanced-opt-out" || args[2] != "on" && args[2] != "off" {
		usage(ts, serviceUsage)
	}
	ts.Check(of(ts).account.SetAdvancedOptOut(args[0], args[2] == "on"))
}
