package reason

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestOf(t *testing.T) {
	_, missing := os.Open("does/not/exist")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"plain", errors.New("too large"), "too large"},
		{"file", missing, "no such file or directory"},
		{"wrapped file", fmt.Errorf("rules: %w", missing), "no such file or directory"},
		{"path error", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, "permission denied"},
		{"dial", &net.OpError{Op: "dial", Net: "tcp",
			Err: &os.SyscallError{Syscall: "connect", Err: syscall.ECONNREFUSED}},
			"connection refused"},
		{"dial without a system call", &net.OpError{Op: "dial", Net: "tcp",
			Err: errors.New("no such host")},
			"no such host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Of(tt.err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
