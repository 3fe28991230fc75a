package directory

import "twilsim/simulator/address"

// Route is where an inbound message goes: the webhook, its fallback, and the service that the
// number is in.
type Route struct {
	URL, Method                 string
	FallbackURL, FallbackMethod string // "" for none
	Service                     string // "" for none
	AdvancedOptOut              bool
}

// Route finds who receives a message to the number: its service (F-431), its application or its own
// URL (F-432). The service keeps to that number when it writes to the sender (F-428). URL is "" if
// nobody receives it. An application that was deleted counts as none.
func (d *Directory) Route(number Number, from string) Route {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := Route{
		URL: number.SmsURL, Method: number.SmsMethod,
		FallbackURL: number.SmsFallbackURL, FallbackMethod: number.SmsFallbackMethod,
	}
	if app := d.applications[number.SmsApplicationSID]; app != nil {
		r = Route{
			URL: app.SmsURL, Method: app.SmsMethod,
			FallbackURL: app.SmsFallbackURL, FallbackMethod: app.SmsFallbackMethod,
		}
	}
	s := d.serviceOfLocked(number.PhoneNumber)
	if s == nil {
		return r
	}
	if number.Kind != Agent { // RCS is tried first in any case (F-791)
		s.stickLocked(address.Bare(from), number.PhoneNumber, d.o.Now())
	}
	r.Service, r.AdvancedOptOut = s.SID, s.AdvancedOptOut
	if !s.UseInboundWebhookOnNumber {
		r.URL, r.Method = s.InboundRequestURL, s.InboundMethod
		r.FallbackURL, r.FallbackMethod = s.FallbackURL, s.FallbackMethod // F-412
	}
	return r
}
