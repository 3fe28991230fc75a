// Package firststeps has no code. Its tests do what a new user does: they type the README's
// commands for Node, Python and Go into an empty folder of a machine that has nothing else, and run
// the workflow that "twilsim init" writes, step by step, in a clean checkout.
//
// They run programs, so the race detector would find nothing: with it there are no tests here.
package firststeps
