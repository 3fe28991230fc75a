package webhook

import "context"

// maxCalls is how many calls are in flight at once, unless [Client.MaxCalls] says otherwise.
const maxCalls = 1024

// enter waits until one more call may be in flight, and reports whether it is: then leave must be
// called at its end. The wait takes none of the call's own time. If ctx ends first, the call is
// made at once, and fails with the error of ctx.
func (c *Client) enter(ctx context.Context) bool {
	c.once.Do(c.dialWith)
	select { // the usual case, without a look at ctx
	case c.slots <- struct{}{}:
		return true
	default:
	}
	select {
	case c.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// leave ends a call. entered is what enter returned.
func (c *Client) leave(entered bool) {
	if entered {
		<-c.slots
	}
}
