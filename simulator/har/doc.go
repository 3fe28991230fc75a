// Package har writes exchanges as an HTTP Archive, HAR 1.2, which the developer tools of browsers and many other programs
// open, and reads such archives back: our own, and those that a proxy recorded in front of an app in production.
//
// An [Entry] is one exchange. [NewEntry] makes it of a [journal.Exchange], [Entry.Exchange] turns it back. What HAR has no
// place for stands in an object _sim: with it an exchange comes back as it was. Without it, as in an archive of another
// program, [Entry.Kind] tells webhooks, requests to Twilio's API and all the rest apart, and what the simulator would know
// is taken from the parameters.
//
// [Writer] and [Read] take one entry at a time, so that the length of an archive is no matter.
//
// Not here: pages, cookies with their attributes, and timings other than the whole time, none of which an exchange has.
//
// Read har.go, then entry.go and exchange.go, then file.go.
package har
