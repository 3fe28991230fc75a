// Package library is a folder of scenarios that a running simulator runs and writes for its console
// and its API: it implements [control.Library].
//
// Only files of the folder are run, and only what the server itself composed is written there,
// under a name that stays in the folder: a user of the API cannot run a program that is not
// there. Symbolic links that lead out of the folder are refused.
//
// Each run has a simulator and an app of its own, as in twilsim run. Its simulator stays readable
// until newer runs take its place. Read library.go, then folder.go and run.go.
package library
