// Package messaging is what Twilio does with messages: it owns an account's numbers, handsets, TwiML Bins and messages,
// asks the app what to answer to an inbound message, creates the replies, and takes each through its statuses, with a
// callback for every one that Twilio reports.
//
// An [Account] is a world of its own, with its clock, its journal and its rules. The way of a message through it:
//
//	[Account.Receive]   a handset texts a number          inbound.go
//	  the app, or a bin, answers with TwiML               run.go
//	  each <Message> becomes a [Message]                  reply.go
//	  the carrier decides what becomes of it              delivery.go
//	  each status is reported to the app                  callback.go
//
// Not modelled: prices, queues per sender, carrier retries, and Twilio's own filtering. Messaging Services, opt-out
// keywords and messages that the app sends through the API are not here yet.
package messaging
