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
// One webhook may take several requests, and each is an exchange:
//
//   - a retry, under the same idempotency token: one, where no connection was made, unless the URL's fragment asks for others
//     (override.go). Its attempt is numbered; it follows at once;
//   - what a redirect leads to (redirect.go), under the purpose "http-redirect", signed for its own URL;
//   - the answer to a 401, with the credentials of the URL (challenge.go): the same request with an Authorization.
//
// Cookies are kept for the two numbers of an incoming message (cookie.go), and an answer that comes as gzip is unpacked
// (coding.go). Nothing of this is covered by the signature.
//
// What goes wrong with a request on purpose is its [Fault] (fault.go): it is dropped, doubled, cut off, has another parameter or
// a wrong signature. When a request leaves is not decided here.
//
// Where no source says what Twilio does, the comments say so. Those points are: what a number out of range gives in a
// fragment (nothing here: the default holds), that a bad rp or e keeps the request from being made, the method after a
// redirect and how many are followed (F-056, F-489), the code of a request whose connection broke off (11200, as for all network
// trouble, F-118) and that it is not tried again (F-045 has no word for it), that the target of a redirect is signed for its own
// URL, which request a retry behind a redirect repeats, and the code of a Location that is no URL to call (11216).
//
// Not modelled: edge locations (the list in e is checked, each exchange says whose turn it was, and every request leaves from
// here), caching of GETs by ETag (F-038), Digest with qop=auth-int or a -sess algorithm, compression other than gzip.
//
// Read request.go first, then client.go and visit.go, then failure.go; fault.go and what it names stand apart.
package webhook
