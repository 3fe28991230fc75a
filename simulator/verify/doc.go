// Package verify is Twilio Verify in one account: its services, and the codes that they send to
// people and check.
//
// [Of] returns an account's [State]. Everything in it uses the account's clock and takes its SIDs
// and codes from the account's seed, so the same requests give the same codes. The journal shows
// each verification with its code, and so do the command, the console and expect.
//
// [State.Start] sends a code and [State.Check] checks one; package rest calls them and writes their
// results as JSON. Every error that Twilio's API would have is an [*apierr.Error]. A text goes out
// as a [messaging.Notice], so rules and handsets act on it as on any message.
//
// Not here: calls, which have no audio; e-mail, silent network authentication and TOTP; templates;
// fraud guard; the prices of attempts.
//
// Read service.go, verification.go and state.go, then start.go and check.go, then limit.go.
package verify
