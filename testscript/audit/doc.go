// Package audit checks how an app answers Twilio's webhooks: requests with good and bad signatures,
// unusual parameters and bodies, copies, callbacks in the wrong order, broken requests.
//
// A [Target] says where the app is and what can be seen of it. [Run] makes all checks and
// returns a [Result] for each. What cannot be seen is never ok: whether a copy of a webhook changed
// anything needs the app's requests to the API, or its state.
//
// The parameters of the webhooks are those of a simulator, so that they are what Twilio sends. Each
// check has an ID that never changes, the fact about Twilio behind it, and, where the scenario
// language can say it, a scenario that fails alone.
//
// Read target.go and check.go first, then probe.go, then the checks: signature.go, inbound.go,
// status.go, repeat.go and hostile.go. report.go writes results.
package audit
