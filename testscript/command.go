package testscript

// commands are the commands of a scenario in addition to the engine's. When you add one, update
// doc.go. A command gets its words with variables expanded. It fails through the host's Fatalf and
// Check, which do not return, and has an entry in checks if its words can be checked before the
// run.
func commands() map[string]commandFunc {
	return map[string]commandFunc{
		"account":   cmdAccount,
		"answer":    cmdAnswer,
		"api":       cmdAPI,
		"app":       cmdApp,
		"applog":    cmdApplog,
		"bin":       cmdBin,
		"click":     cmdClick,
		"clock":     cmdClock,
		"code":      cmdCode,
		"content":   cmdContent,
		"deliver":   cmdDeliver,
		"expect":    cmdExpect,
		"explore":   cmdExplore,
		"http":      cmdHTTP,
		"key":       cmdKey,
		"lookup":    cmdLookup,
		"number":    cmdNumber,
		"phone":     cmdPhone,
		"quirk":     cmdQuirk,
		"rule":      cmdRule,
		"schedule":  cmdSchedule,
		"send":      cmdSend,
		"service":   cmdService,
		"signature": cmdSignature,
		"sms":       cmdSms,
		"tap":       cmdTap,
		"timeline":  cmdTimeline,
	}
}
