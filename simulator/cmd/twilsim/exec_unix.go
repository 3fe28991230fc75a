//go:build darwin || freebsd || linux || netbsd || openbsd

package main

import (
	"os"
	"syscall"
)

// forwarded are the signals that exec takes for its command.
func forwarded() []os.Signal {
	return []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2}
}

// sentByTerminal reports whether a signal came from the keyboard: a terminal sends it to all programs of its foreground, and so
// to the command as well. A process with a terminal is taken to have it from there.
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

// exitCode is the code of a process that ended, as shells tell it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return state.ExitCode()
}
