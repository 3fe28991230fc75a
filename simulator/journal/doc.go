// Package journal keeps everything that happened in one account, in order. It is the only source of
// the console, of the command's --json, of expect in scenarios and of the JUnit report.
//
// There are two views of the same history. [Event]s are its lines, numbered from 1: each has a
// virtual and a real time and names the thing it is about. [Thing]s are messages, webhooks (calls
// to the app), requests (calls from the app) and alerts in their present state. A [Query] selects
// things by their fields; [Journal.Await] waits for one, and names the most similar ones if none
// comes.
//
// The journal is in memory and bounded: it keeps the newest things of each kind.
//
// Reads do not take longer as the history grows, as far as they can be answered by an index:
// messages are found by their addresses, service and date ([Journal.Scan]), everything else by the
// message that it is about ([Journal.Related]).
//
// Exchanges that are not among the newest are packed, see pack.go: a reader gets an equal one.
//
// Read journal.go first, then event.go and thing.go, then exchange.go and alert.go, then query.go,
// find.go, await.go and waiters.go, then index.go and related.go, then history.go and budget.go.
package journal
