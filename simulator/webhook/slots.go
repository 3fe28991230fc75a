package webhook

import "context"

// maxCalls is how many calls are in flight at once, unless [Client.MaxCalls] says otherwise.
const maxCalls = 1024

// enter waits until one more call may be in flight, and returns what ends it. That takes none of
// the call's own time. If ctx ends first, the call is made at once, and fails with the error of
// ctx. leave must be called once.
func (c *Client) enter(ctx context.Context) (leave func()) {
	c.once.Do(c.dialWith)
	select {
	case c.slots <- struct{}{}:
		return func() { <-c.slots }
	case <-ctx.Done():
		return func() {}
	}
}
