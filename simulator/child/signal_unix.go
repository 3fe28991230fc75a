//go:build darwin || freebsd || linux || netbsd || openbsd

package child

import (
	"os"
	"syscall"
)

// signalBase is added to the number of the signal that ended a program, as shells do.
const signalBase = 128

// forwarded are the signals that are passed on to the program.
func forwarded() []os.Signal {
	return []os.Signal{
		syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM,
		syscall.SIGUSR1, syscall.SIGUSR2,
	}
}

// sentByTerminal reports whether a signal came from the keyboard: a terminal sends it to every
// process in its foreground, so the program has received it as well. A process that has a terminal
// is assumed to have received it from there.
func sentByTerminal(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT {
		return false
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	tty.Close()
	return true
}

// exitCode is the exit code of a process that has ended, as shells report it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return signalBase + int(status.Signal())
	}
	return state.ExitCode()
}
