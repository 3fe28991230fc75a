//go:build !(darwin || freebsd || linux || netbsd || openbsd)

package child

import "os"

// forwarded are the signals that are passed on to the program.
func forwarded() []os.Signal { return []os.Signal{os.Interrupt} }

// sentByTerminal reports whether a signal came from the keyboard. There is no other source here,
// and the program receives it too.
func sentByTerminal(os.Signal) bool { return true }

// exitCode is the exit code of a process that has ended.
func exitCode(state *os.ProcessState) int { return state.ExitCode() }
