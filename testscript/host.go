package testscript

import (
	"io"

	"github.com/rogpeppe/go-internal/testscript"
)

// host is the script that a command runs in: the engine's, or a [stepper]'s.
type host interface {
	Check(err error)
	Fatalf(format string, args ...any)
	Getenv(name string) string
	Setenv(name, value string)
	MkAbs(file string) string
	ReadFile(file string) string
	Stdout() io.Writer
	Stderr() io.Writer
	Value(key any) any
}

var _ host = (*testscript.TestScript)(nil)

// commandFunc is a command: neg says whether a ! stands before it.
type commandFunc = func(h host, neg bool, args []string)

// forEngine makes a command one that the engine can call.
func forEngine(command commandFunc) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) { command(ts, neg, args) }
}
