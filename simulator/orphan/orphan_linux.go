package orphan

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// setChildSubreaper is PR_SET_CHILD_SUBREAPER of prctl(2), which package syscall does not name.
const setChildSubreaper = 36

// patience is how long end waits for processes that were killed.
const patience = 2 * time.Second

// Adopt makes this process the parent of its descendants whose own parent ends. The caller must
// call end when every process that it started has ended: end kills all children that were not there
// before. Where the system does not allow that, both do nothing.
func Adopt() (end func()) {
	_, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
	if errno != 0 {
		return func() {}
	}
	spared := map[int]bool{} // a shell may have started them before it became this program
	for _, pid := range children() {
		spared[pid] = true
	}
	return func() {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for killChildren(spared) { // their children are ours now
			}
		}()
		select {
		case <-ended:
		case <-time.After(patience):
		}
	}
}

// killChildren kills and reaps the children that are not spared, and reports whether there were
// any.
func killChildren(spared map[int]bool) bool {
	found := false
	for _, pid := range children() {
		if spared[pid] {
			continue
		}
		found = true
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended just now
		var status syscall.WaitStatus
		_, _ = syscall.Wait4(pid, &status, 0, nil)
	}
	return found
}

// children returns the process IDs of this process's children.
func children() []int {
	var pids []int
	own := strconv.AppendInt(nil, int64(os.Getpid()), 10)
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		stat, err := os.ReadFile(file) // fails for those that have ended
		if err != nil {
			continue
		}
		// PID (NAME) STATE PARENT …, and the name can have any character
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 2 || !bytes.Equal(fields[1], own) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
