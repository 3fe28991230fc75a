//go:build unix

package webhook

import (
	"net"
	"syscall"
)

// canCheck reports whether a probe can tell that the app has closed a connection.
const canCheck = true

// probe looks at a connection without waiting. It is kept with the connection, as what it needs
// would be made anew for each request.
type probe struct {
	raw  syscall.RawConn
	one  [1]byte
	open bool
	look func(fd uintptr) bool
}

// newProbe returns nil for a connection that cannot be looked at.
func newProbe(conn net.Conn) *probe {
	s, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	p := &probe{raw: raw}
	p.look = func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), p.one[:])
		p.open = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	}
	return p
}

// untouched reports whether a connection is open and has nothing to read: an app that has closed
// it, or that sends something without having been asked, cannot answer another request on it.
func (p *probe) untouched() bool {
	p.open = false
	return p.raw.Read(p.look) == nil && p.open
}
