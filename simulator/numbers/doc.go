// Package numbers is the stock of phone numbers that accounts can buy: what Twilio's
// AvailablePhoneNumbers searches.
//
// A [Stock] has the same numbers for the same seed. Which countries sell which types, and which
// numbers there are, is ours: the facts do not say it. Numbers of the US and Canada have the
// exchange 555; those of the United Kingdom are in the ranges that its regulator keeps for fiction.
// Places come from package address. The stock does not know postal codes, rate centers, LATAs and
// coordinates, so it cannot be searched by them.
//
// Read stock.go, then search.go and pattern.go.
package numbers
