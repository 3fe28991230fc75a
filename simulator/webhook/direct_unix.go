//go:build unix

package webhook

import "syscall"

// canCheck reports whether untouched can tell that the app has closed a connection.
const canCheck = true

// untouched reports whether a connection is open and has nothing to read: an app that has closed
// it, or that sends something without having been asked, cannot answer another request on it.
func untouched(raw syscall.RawConn) bool {
	var one [1]byte
	open := false
	err := raw.Read(func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), one[:])
		open = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && open
}
