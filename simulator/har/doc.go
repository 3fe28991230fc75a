// Package har writes exchanges as an HTTP Archive (HAR 1.2), which the developer tools of browsers
// and many other programs can open. It reads our own archives back, and those that a proxy has
// recorded in front of an app in production.
//
// An [Entry] is one exchange. [NewEntry] makes it from a [journal.Exchange], and [Entry.Exchange]
// converts it back. The fields that HAR does not have are in an object _sim, so that an exchange
// comes back unchanged. Archives of other programs do not have _sim; then [Entry.Kind]
// distinguishes webhooks, requests to Twilio's API and other entries, and the parameters give what
// _sim would say.
//
// [Writer] and [Read] handle one entry at a time, so that long archives need little memory.
//
// Not supported, because an exchange does not have them: pages, the attributes of cookies, and
// timings other than the total.
//
// Read har.go, then entry.go and exchange.go, then file.go.
package har
