// Package incident makes a scenario of what Twilio, a proxy or an app recorded about real messages:
// messages and alerts of the API, events of Event Streams, the CSV of the message log, HAR archives
// and access logs with form bodies. Nothing is fetched: everything comes from files.
//
// A [Record] collects files with [Record.Add]; files are told apart by what is in them, and joined
// by SID. [Record.Scenario] writes the scenario. Numbers, SIDs, texts and all other personal data
// are replaced in the same way in all files, by a key that is made for one record and kept nowhere.
//
// A log has only two times of a message. Statuses whose time no event or request tells get the
// usual half second, and the scenario says so.
//
// Read record.go first, then the formats in json.go, csv.go and access.go, then replace.go and
// scenario.go.
package incident
