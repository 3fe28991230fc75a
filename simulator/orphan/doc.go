// Package orphan ends processes that a program has left behind: an app that starts another process
// in a session of its own, and ends before it.
//
// A process whose parent ends becomes a child of init, out of reach. On Linux this process can take
// init's place for its descendants (PR_SET_CHILD_SUBREAPER). Elsewhere the package does nothing.
package orphan
