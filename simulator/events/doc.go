// Package events is Twilio's Event Streams: sinks, subscriptions, and the delivery of events to
// webhooks.
//
// An event comes from the journal: a message that changes its status or arrives, or an alert; or
// from another product: a click, a code of Verify. Each event that a subscription names is a
// CloudEvent, which leaves two seconds later (F-740) as a JSON array with one member, signed over
// the URL with the hash of the body. A sink that fails or does not answer within five seconds gets
// it again, at growing intervals for four hours (F-729); a sink that answers 4xx does not (F-811).
// Rules with webhook=event delay, double, reorder, drop and spoil deliveries.
//
// What the sources leave open is ours: the intervals grow from five seconds to fifteen minutes
// with up to a fifth of chance, so that an outage of hours is survived; alerts about Event Streams
// itself are not events, so that a sink that fails does not cause events; and of the events that
// wait, the oldest are dropped when there are too many. Sinks of other types, GET, and the types of
// other products than messaging and Verify get HTTP 501.
//
// Read type.go, sink.go and subscription.go; then event.go, state.go and deliver.go.
package events
