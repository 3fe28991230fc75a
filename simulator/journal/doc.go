// Package journal keeps everything that happened in one account, in order: the console, the command's --json, the
// scenarios' expect and the JUnit report read from it and from nowhere else.
//
// There are two views of the same history. [Event]s are its lines: numbered from 1, each with a virtual and a real time
// and the thing it is about. [Thing]s are what the lines are about, in their present state: messages, webhooks (calls
// to the app), requests (calls from the app) and alerts. A [Query] selects things by their fields; [Journal.Await]
// waits for one, and names the nearest misses when none comes.
//
// The journal is in memory, and bounded: of each kind of thing the newest are kept.
//
// Read journal.go first, then event.go and thing.go, then exchange.go and alert.go, then query.go and await.go, then
// history.go.
package journal
