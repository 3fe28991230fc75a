//go:build !unix

package testscript

import "os/exec"

// lead does nothing: there are no groups of processes as Unix has them.
func lead(*exec.Cmd) {}

// askToEnd ends a program: there is no asking.
func askToEnd(cmd *exec.Cmd) { kill(cmd) }

// kill ends a program. It may have ended by itself.
func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
