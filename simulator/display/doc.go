// Package display says how messages, webhooks, API calls, alerts and events look when they are
// printed with package terminal, so that all commands print them alike. It decides nothing. [Times]
// and [AlertInFull] ask the simulator for what is missing.
//
// A function is named after what it prints and takes a [terminal.UI], which knows the width, the
// colours and the flags. It prints results on standard output and, with Progressf and Countf, notes
// on standard error. Under --json it prints what the control API answered, an object a line, so
// that a script sees one format whether it asks the command or the API; under --quiet it leaves the
// notes out.
//
// A function that cannot fail returns nothing. An error is one of encoding JSON or, where a client
// is passed, of the simulator.
//
// Text that comes from outside, such as the body of a message, must not control the terminal.
// Printf and Paint of package terminal clean their arguments; whatever is made of [terminal.Safe]
// must have been cleaned before.
//
// Not here: the words of help texts, which are beside their commands, and the report of a run,
// which is package testscript/report.
//
// Read words.go first, then message.go and exchange.go; eventlog.go is the log of serve.
package display
