// Package coverage tells what a suite of scenarios exercised of what Twilio and the network do:
// final statuses and their codes, orders of callbacks, faults, answers of the API and of the app,
// alerts, parameters, signatures, opt-outs, codes of Verify, events of Event Streams. [Of] reads it
// from the journal of a scenario, [Table] lists all that there is, and a [Report] compares the two
// and has for each gap the lines that would fill it.
//
// What both have in common are keys such as outcome/outbound-api/failed/30001: Of writes those that
// occurred, and each [Item] has the one that it needs. A key that no item has is harmless, and a
// key that Of never writes is a gap that nobody can fill; a test of package search runs the
// scenario of each item to find those.
//
// Only what the app uses is counted: without callbacks in any scenario, the orders of callbacks are
// not missing. An item is exercised if it occurred in a scenario that passed, and checked if a line
// of the scenario looked for it. The numbers of the table, G1 and so on, never change: new rows are
// added at its end.
//
// Read table.go, then read.go, then report.go; the other files are parts of the table.
package coverage
