package webhook

import (
	"context"
	"slices"

	"twilsim/simulator/journal"
)

// Fault is what goes wrong with a request on its way to the app, on purpose. The zero Fault changes nothing.
type Fault struct {
	Rule   string // who asked for it, as r1
	What   string // what was asked for, in the words of a rule: duplicate:2,cut
	Drop   bool   // nothing is sent
	Copies int    // how often it is sent; 0 is once
	Cut    *Cut   // nil sends the whole request
	Params Params // set over those of the request, and signed along (F-026)
	Spoil  Spoil  // of the signature, unless the request has its own
}

// Do calls the app: once, and again where the URL's retry policy says so, where the app redirects, and where it asks for the
// URL's credentials. It hands every request to record when it has ended, and returns the last one's answer.
func (c *Client) Do(ctx context.Context, r *Request, record func(*journal.Exchange)) *Answer {
	f := r.Fault
	switch {
	case f == nil:
		return c.do(ctx, r, record)
	case f.Drop:
		return c.drop(r, record)
	}
	again := *r
	again.Params = f.over(r.Params)
	if again.Spoil == "" {
		again.Spoil = f.Spoil
	}
	return c.duplicate(ctx, &again, record)
}

// over returns the parameters with those of the fault set; params stay as they are, as others of the run have them too (F-116).
func (f *Fault) over(params Params) Params {
	if len(f.Params) == 0 {
		return params
	}
	params = slices.Clone(params)
	for _, param := range f.Params {
		params = params.Set(param.Name, param.Value)
	}
	return params
}

// note is what the journal says of the fault.
func (f *Fault) note() *journal.Fault {
	if f == nil {
		return nil
	}
	return &journal.Fault{Rule: f.Rule, What: f.What}
}
