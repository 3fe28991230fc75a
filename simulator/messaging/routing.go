package messaging

import (
	"twilsim/simulator/address"
)

// route is where an inbound message goes: the webhook, what stands in for it, and the service that the number is in.
type route struct {
	url, method              string
	fallback, fallbackMethod string // "" for none
	service                  string // "" for none
	advancedOptOut           bool
}

// route finds who is told of a message to the number: its service (F-431), its application or its own URL (F-432). The sender
// keeps to that number when the service writes to him (F-428).
func (a *Account) route(number Number, from string) route {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := route{url: number.SmsURL, method: number.SmsMethod, fallback: number.SmsFallbackURL, fallbackMethod: number.SmsFallbackMethod}
	if n := a.numbers[number.PhoneNumber]; n != nil {
		if app, ok := a.applications[n.SmsApplicationSID]; ok {
			r.url, r.method, r.fallback, r.fallbackMethod = app.SmsURL, app.SmsMethod, app.SmsFallbackURL, app.SmsFallbackMethod
		}
	}
	s := a.serviceOfLocked(number.PhoneNumber)
	if s == nil {
		return r
	}
	s.stickLocked(address.Bare(from), number.PhoneNumber, a.Clock.Now())
	r.service, r.advancedOptOut = s.SID, s.AdvancedOptOut
	if !s.UseInboundWebhookOnNumber {
		r.url, r.method, r.fallback, r.fallbackMethod = s.InboundRequestURL, s.InboundMethod, s.FallbackURL, s.FallbackMethod // F-412
	}
	return r
}
