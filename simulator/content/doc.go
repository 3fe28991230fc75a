// Package content is the Content API's templates: what a template may have, how variables are put
// into it, which of its types a channel takes, and how far WhatsApp's approval is. What a message
// made of a template does is the business of package messaging; package rest has the HTTP encoding.
//
// A [Template] has a language, sample values for its variables, and one or more types, each a JSON
// object such as twilio/quick-reply with a body and actions. [ParseDraft] reads one from a request
// and refuses what F-681 to F-698 exclude. [Template.Render] makes what a channel sends: it takes
// the richest type that the channel knows (F-693, F-840) and puts the values of [ParseVariables]
// into it, with the template's sample where a value is missing (F-696).
//
// WhatsApp reviews a template before it may open a conversation. [Approval] is that review. Its
// status follows from the account's clock, or from a command, so that it goes on over a restart and
// a reset without work that is scheduled.
//
// A [Library] has the templates of one account.
//
// Read template.go, kind.go, check.go, variable.go, render.go, approval.go, library.go, search.go.
//
// # What is not modelled
//
// The texts of WhatsApp's own footers; whether links and media of a sample can be fetched (63043 to
// 63047); which languages WhatsApp has. No source says
// which code a bad template is refused with, so all but 90025 have 20422.
package content
