// Package webhook calls the app as Twilio would: an inbound message or a status callback goes out as a form, signed,
// with Twilio's headers and timeouts, and the answer is read with a limit.
//
// A [Request] says what to send, a [Client] sends it and tells of every attempt as a [journal.Exchange], and an [Answer]
// carries what came back or the [Failure], with the code that Twilio's debugger has for it. The package knows nothing of
// messages or TwiML.
//
// The URL that is signed is the one that the app believes to be its own. The URL that is dialled may be another one: see
// [Routes]. Nothing is sent to a host outside this machine unless somebody named that host: see [Client.Allow].
//
// Not modelled: connection overrides in the URL's fragment, redirects, cookies, credentials and GET caching.
//
// Read request.go first, then client.go, then failure.go.
package webhook
