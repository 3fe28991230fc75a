//go:build !unix

package testscript

import "os/exec"

// lead does nothing: this system has no process groups.
func lead(*exec.Cmd) {}

// askToEnd kills a program: this system has no SIGTERM.
func askToEnd(cmd *exec.Cmd) { kill(cmd) }

// kill ends a program. It may have ended by itself.
func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
