// Package lookup is what Twilio's Lookup knows about phone numbers.
//
// Validity, country and national format come from libphonenumber's data, by package address. The
// line type comes from the account: its own numbers are Twilio's, a handset that is a landline is
// one, and any other number is what its digits say; one that could be a fixed line or a mobile is a
// mobile. Everything else, such as the carrier, the caller's name or a risk, is what a person set
// with [State.Set], or a harmless default: the carrier is called twilsim and has the codes of a
// test network, 001 and 01.
//
// Packages that the account does not have carry error 60606 (F-763); the switch lookup-packages
// says which it has. The contents of identity_match, phone_number_quality_score and pre_fill are
// not simulated.
//
// [Read] makes a [Number] of what the request has, and [State.Report] answers with the packages
// that were asked for as [Pair] values, in Twilio's order; package rest writes them. Nothing is
// looked up outside of the program.
//
// Read number.go, then entry.go and report.go.
package lookup
