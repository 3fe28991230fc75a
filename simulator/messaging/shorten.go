package messaging

import "strings"

// Shortener is a product that shortens the links of messages.
type Shortener interface {
	// Shorten returns a text with short links, and what to call with the message that has it. ok is
	// false if the service has no domain for such links.
	Shorten(service, text string) (short string, sent func(*Message), ok bool)
}

// shorten shortens the links of a message if its parameters say so and its Messaging Service has a
// domain (F-800). The function, which may be nil, is called with the message once it exists.
func (a *Account) shorten(d Draft, o *outgoing) func(*Message) {
	service := o.message.MessagingServiceSID
	if service == "" || !strings.EqualFold(d.ShortenUrls, "true") {
		return nil
	}
	var sent func(*Message)
	a.eachProduct(func(p Product) {
		if s, ok := p.(Shortener); ok && sent == nil {
			if text, then, ok := s.Shorten(service, o.message.Body); ok {
				o.message.Body, o.text, sent = text, text, then
			}
		}
	})
	return sent
}
