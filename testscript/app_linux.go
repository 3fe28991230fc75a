package testscript

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// killMarked kills the processes whose environment has an assignment: what an app has started in a
// session of its own, which its process group does not reach.
func killMarked(assignment string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		environ, err := os.ReadFile(file) // fails for those of other users, and for those that have ended
		if err != nil || !marked(environ, assignment) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && pid != os.Getpid() {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended just now
		}
	}
}

// marked reports whether an environment, as the kernel shows it, has the assignment.
func marked(environ []byte, assignment string) bool {
	for entry := range bytes.SplitSeq(environ, []byte{0}) {
		if string(entry) == assignment {
			return true
		}
	}
	return false
}
