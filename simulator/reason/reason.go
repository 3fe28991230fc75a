// Package reason reduces errors of the network and of files to their reason, for messages that name
// the address or the file themselves.
package reason

import (
	"errors"
	"io/fs"
	"net"
	"os"
)

// Of returns the reason inside err, such as "connection refused" or "permission denied", without
// the operation, the system call and the name that Go's error types put in front of it.
func Of(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
