// Package verify is Twilio Verify in one account: its services, and the codes that they send to
// people and check.
//
// [Of] returns an account's [State]. Everything in it uses the account's clock and takes its SIDs
// and codes from the account's seed, so the same requests give the same codes. The journal shows
// each verification with its code, and so do the command, the console and expect.
package verify
