// Package manual is what "twilsim help" prints about topics, and the same text as a man page and as
// llms.txt.
//
// A topic has one source. Those of the language and the packages are their package comments: the
// test writes what go doc prints into the folder topics, and fails when it is not up to date.
// Those about rules and hints are made from their tables, and the others are written by hand in
// the folder topics. Commands describe themselves; the command twilsim passes them as [Command].
package manual
