// Package control is twilsim's own API, /sim/v1: JSON over HTTP, with which the command and the console play the people
// around the app. They text as a handset, move the clock, set rules, and read what happened.
//
// [New] serves the API of a server's accounts; [Client] calls it, a method for each endpoint, with the same structs.
// The document that describes it, OpenAPI 3.1, is made from the same table and served at
// /sim/v1/openapi.json.
//
// # Conventions
//
// Every answer is JSON, errors too: [Error] says what is wrong and what to try. Two answers are something else because
// they are for other readers: the curl command is text for a shell, and events are a stream. Fields have Twilio's names
// where Twilio has one; what is ours about a message is in its one object _sim. Dates are RFC 3339 in UTC. A field or
// query parameter that an endpoint does not know is an error that names the nearest one it does.
//
// A thing is named by its ID, by a prefix that no other thing of its kind shares, by latest, or by latest~1 for the one
// before it.
//
// # Who may call
//
// The API has no password of its own, so it keeps web pages out: a request whose Host is not this machine's, or which a
// page of another origin makes, is refused with 403.
//
// Every path exists twice: for the main account, and under /accounts/{account} for the account with
// that SID or friendly name.
//
// Not here: paging (a list has its newest entries, up to limit), and changing or deleting single
// things of the journal.
//
// Read route.go first: its table is the API. serve.go serves it, openapi.go and schema.go describe
// it. Then message.go and text.go, events.go and await.go, export.go and
// import.go, and client.go.
package control
