package host

import (
	"net"
	"sync"
	"time"
)

// listener accepts no more than a number of connections at once. The others wait in the system's
// queue, so that connections never take the file descriptors that the simulator needs.
type listener struct {
	net.Listener
	slots  chan struct{}
	full   func() // is called when there is no more room, and again while there is none
	again  time.Duration
	closed chan struct{}
	once   sync.Once
}

func newListener(l net.Listener, most int, full func()) *listener {
	return &listener{Listener: l, slots: make(chan struct{}, most), full: full,
		again: firstRequest / 4, closed: make(chan struct{})}
}

// Accept implements [net.Listener].
func (l *listener) Accept() (net.Conn, error) {
	if !l.takeSlot() {
		return nil, net.ErrClosed
	}
	if len(l.slots) == cap(l.slots) {
		l.full() // before the next one waits
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &counted{Conn: conn, leave: sync.OnceFunc(func() { <-l.slots })}, nil
}

// takeSlot waits until there is room for a connection. It returns false when the listener is
// closed.
func (l *listener) takeSlot() bool {
	select {
	case l.slots <- struct{}{}:
		return true
	default:
	}
	for {
		l.full()
		select {
		case l.slots <- struct{}{}:
			return true
		case <-l.closed:
			return false
		case <-time.After(l.again):
		}
	}
}

// Close implements [net.Listener].
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// counted is a connection that takes the room of one.
type counted struct {
	net.Conn
	leave func()
}

// Close implements [net.Conn].
func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// CloseWrite is for tunnels, which end one direction at a time.
func (c *counted) CloseWrite() error {
	if conn, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return conn.CloseWrite()
	}
	return nil
}
