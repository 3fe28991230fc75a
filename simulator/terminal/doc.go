// Package terminal prints what a command has to say: text that is harmless to a terminal, in colour
// where that is wanted, tables, lists, lines of a log, and JSON.
//
// It knows nothing about messages; package display says how these look.
package terminal
