//go:build !(darwin || freebsd || linux || netbsd || openbsd)

package main

import "os"

// forwarded are the signals that exec takes for its command.
func forwarded() []os.Signal { return []os.Signal{os.Interrupt} }

// sentByTerminal reports whether a signal came from the keyboard: there is no other way here, and the command has it too.
func sentByTerminal(os.Signal) bool { return true }

// exitCode is the code of a process that ended.
func exitCode(state *os.ProcessState) int { return state.ExitCode() }
