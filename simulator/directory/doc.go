// Package directory holds what an account has: phone numbers, Messaging Services and their senders,
// applications, API keys, TwiML Bins, handsets, opt-outs and the account's profile. What happens to
// messages is the business of package messaging, which asks the directory where a text goes and
// which number sends.
//
// A [Directory] has one lock of its own. Every resource is changed in one way: an update function
// is called with the resource under that lock, and its error leaves the resource as it was. So two
// updates at once never lose a write, and an update never brings a deleted resource back. Update
// functions must not call the directory. What the directory calls back while it holds its lock
// ([Options]) must not call it either.
//
// Read directory.go, then the file of the resource; route.go says who receives an inbound message,
// choose.go which sender of a service writes to a recipient.
//
// Kept and without effect: what is about calls, and of a service MmsConverter, FallbackToLongCode,
// ScanMessageContent, SynchronousValidation and Usecase.
package directory
