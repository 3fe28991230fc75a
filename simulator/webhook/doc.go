// Package webhook calls the app as Twilio would: an inbound message or a status callback goes out
// as a form, signed, with Twilio's headers and timeouts, and the answer is read with a limit.
//
// A [Request] is what to send. A [Client] sends it and reports every attempt as a
// [journal.Exchange]. An [Answer] has the response or the [Failure], with its code in Twilio's
// debugger. The package does not know messages or TwiML.
//
// The signed URL is the public one, which the app believes is its own. The dialled URL may be
// another one: see [Routes]. Nothing is sent to a host outside this machine unless it is allowed:
// see [Client.Allow].
//
// One webhook can consist of several requests. Each is an exchange:
//
//   - a retry, with the same idempotency token: by default one, if no connection was made; the
//     URL's fragment can ask for others (override.go). It follows at once and has the next attempt
//     number;
//   - the request after a redirect (redirect.go), with the purpose "http-redirect" and a signature
//     for its own URL;
//   - the request after a 401 (challenge.go): the same one with an Authorization that has the
//     credentials of the URL.
//
// Cookies are kept for the two numbers of an incoming message (cookie.go), and an answer in gzip is
// decompressed (coding.go). The signature covers none of this.
//
// fault.go applies the faults of a request, which go wrong on purpose: it is dropped, doubled or
// cut off, or has another parameter or a wrong signature. Package messaging applies the faults that
// say when a request leaves.
//
// Comments say where no source describes what Twilio does. These points are: a number out of range
// in a fragment (ignored here), that no request is made if rp or e is wrong, the method after a
// redirect and the number of redirects (F-056, F-489), the code of a broken connection (11200, as
// for all network trouble, F-118) and that it is not retried (F-045 has no word for it), that the
// request after a redirect is signed for its own URL, which request a retry after a redirect
// repeats, and the code of a Location that is not a usable URL (11216).
//
// Not modelled: edge locations (the list in e is checked and each exchange records the location,
// but every request leaves from this machine), caching of GETs by ETag (F-038), Digest with
// qop=auth-int or a -sess algorithm, and compression other than gzip.
//
// Read request.go first, then client.go and delivery.go, then failure.go, then fault.go and cut.go.
package webhook
