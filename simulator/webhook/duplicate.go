package webhook

import (
	"context"

	"twilsim/simulator/journal"
)

// duplicate sends a request as often as its fault says, one copy after the answer to the other. It is one event, so all carry
// the same idempotency token (F-036). The answers but the last are lost on their way back: that is why a sender repeats itself.
func (c *Client) duplicate(ctx context.Context, r *Request, record func(*journal.Exchange)) *Answer {
	for range r.Fault.Copies - 1 {
		c.do(ctx, r, record)
	}
	return c.do(ctx, r, record)
}
