// Package facts holds the numbered facts about Twilio that the simulator is built on, and says how
// far it implements each.
//
// The facts are in facts.txt, which is embedded and maintained by hand; its head explains the
// grammar. A comment, a test or a scenario cites a fact by its number, as F-154; a range such as
// "F-154 to F-156" cites each of its facts. Tests in this package make sure that every cited fact
// exists, that every fact has a status, and that every fact with the status [Implemented] names a
// test or a scenario that cites it.
//
// The file is parsed at the first call, not when the program starts.
//
// What a fact says in tables about error codes is in package errcode as data; a test there compares
// the two.
//
// Read fact.go, then parse.go, search.go and coverage.go.
package facts
