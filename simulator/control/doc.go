// Package control is twilsim's own API, /sim/v1: JSON over HTTP. With it the command and the
// console send texts as a handset, move the clock, set rules, and read what happened.
//
// [New] serves the API of a server's accounts; [Client] calls it, with the same structs. The
// document that describes it, OpenAPI 3.1, is made from the same table and served at
// /sim/v1/openapi.json.
//
// # Conventions
//
// Every answer is JSON, including errors: [Error] says what is wrong and what to try. Only the curl
// command, which is text for a shell, and streams have other formats. Fields have Twilio's names
// where Twilio has one; what twilsim adds to a message is in one object, _sim. Dates are RFC 3339
// in UTC. An unknown field or query parameter is an error that suggests the nearest known one.
//
// Passwords in URLs, such as a number's sms_url, and the credentials in headers of exchanges are
// masked in answers, unless the request has the header X-Twilsim-Secrets: true; curl commands and
// exports have a parameter, secrets. What the simulator does with a URL does not depend on it.
//
// A reference to a thing is its ID, a prefix that no other ID of its kind has, latest, or latest~1
// for the one before the latest.
//
// # Who may call
//
// The API has no password, so it must keep web pages out: it refuses, with 403, a request whose
// Host is not this machine, and a request from a page of another origin.
//
// Every path exists twice: for the main account, and under /accounts/{account} for the account with
// that SID or friendly name.
//
// Not here: paging (a list has its newest entries, up to limit), and changing or deleting single
// things of the journal.
//
// Read route.go first: its table is the API. serve.go serves it, openapi.go and schema.go describe
// it, client.go calls it. Every other file is about one thing, such as a message or a rule: its
// rows of the table, its types, the methods that answer, and those of the client that ask.
package control
