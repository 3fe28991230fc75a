// Package fault describes what can go wrong with a webhook on its way to the app: it is late,
// doubled, lost, cut off, or has a wrong signature.
//
// A [Fault] is plain data. [Parse] reads several from the words of a rule, such as
// "delay:5s,duplicate:3"; a [List] is what one rule does to one webhook, and what the journal keeps
// of it. [Kinds] is the table of all kinds. The parser, the help texts, the documentation of rules
// and the OpenAPI document read it, so that a new kind of fault is one row, with its parser, in
// kinds.go.
//
// The effects are elsewhere: package messaging applies the faults that say when a webhook leaves,
// package webhook applies all others, and package carrier chooses which webhooks get which faults.
//
// Failures of Twilio's API are not faults but carrier.Response values.
//
// Read fault.go, then kinds.go, then list.go.
package fault
