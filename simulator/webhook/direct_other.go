//go:build !unix

package webhook

import "syscall"

// canCheck is false because a read that does not wait is a matter of each system: there net/http's
// transport sends all requests.
const canCheck = false

func untouched(syscall.RawConn) bool { return false }
