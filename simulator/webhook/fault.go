package webhook

import (
	"context"
	"slices"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// Do calls the app: once, and again if the URL's retry policy says so, if the app redirects, and if
// it asks for the URL's credentials. The request's faults happen on the way, except those that say
// when it leaves: it leaves now. Do passes every request to record when it has ended, with whether
// it was the last, and returns the answer to the last one. It does not change r. It blocks as long
// as the app and its limits take, and ends early with ctx.
func (c *Client) Do(
	ctx context.Context, r *Request, record func(x *journal.Exchange, last bool)) *Answer {
	copies := 1
	for _, f := range r.Faults {
		switch f.Kind {
		case fault.Drop:
			return c.drop(r, record)
		case fault.Duplicate:
			copies = f.Copies
		case fault.Param:
			r = r.withParam(f.Name, f.Value)
		case fault.BadSignature:
			r = r.withSpoil(f.Signature)
		}
	}
	// The copies are one event, so they have one idempotency token (F-036). A copy leaves after the
	// answer to the one before; these answers do not count, because a sender repeats itself when an
	// answer was lost on its way back.
	for range copies - 1 {
		c.do(ctx, r, func(x *journal.Exchange, _ bool) { record(x, false) })
	}
	return c.do(ctx, r, record)
}

// drop records a request that is not sent on purpose. Its answer has no failure, because Twilio
// would not know of one.
func (c *Client) drop(r *Request, record func(*journal.Exchange, bool)) *Answer {
	d := &delivery{client: c, attempt: 1}
	answer := d.unsent(r, &Failure{Text: journal.NotSent})
	answer.Failure, answer.Dropped = nil, true
	record(answer.Exchange, true)
	return answer
}

// withParam returns the request with one parameter set, which is signed with the others (F-026).
// The parameters of r do not change, because other requests of the same message share them (F-116).
func (r *Request) withParam(name, value string) *Request {
	changed := *r
	changed.Params = slices.Clone(r.Params).Set(name, value)
	return &changed
}

// withSpoil returns the request with a wrong signature, unless it has one already.
func (r *Request) withSpoil(how fault.Signature) *Request {
	if r.Spoil != "" {
		return r
	}
	changed := *r
	changed.Spoil = how
	return &changed
}
