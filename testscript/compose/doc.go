// Package compose writes scenarios: from what a running simulator saw of a conversation it makes a
// file of package testscript's language that tells the same story and passes as it stands.
//
// The conversation of a message is what the handset and the number said to each other up to it,
// with all that followed from that. Texts become sms, messages that the app sent on its own become
// send, statuses set by hand become deliver; the states of handsets and the rules that decided are
// set before. What the app did becomes expectations: webhooks and their answers, replies, messages
// that it sent while it was answering a webhook, statuses, callbacks, alerts.
//
// Real time becomes virtual: the clock is moved as far as statuses had come when the next thing
// happened, and at the end until nothing is due.
//
// A [Scenario] runs with the app under test, or, with Options.Answers, with what the app answered
// then, so that it needs no app at all. What an app makes up anew each time must not fail the first
// kind: a run of four or more digits that the handset did not write, a code say, is expected as a
// code of that length. Of the second kind nothing can differ, so there the letter is expected; and
// what the app sent by itself becomes send there too.
//
// Not here: what set the app off when no webhook did (a visitor, a timer): such a message is sent
// by the scenario itself; and the order in which callbacks arrived, which the scenario's timeline
// command can hold.
//
// Read recording.go, then conversation.go and time.go, then scenario.go, setup.go and answers.go.
package compose
