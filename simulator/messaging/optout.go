package messaging

import (
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// OptOutTexts are the texts with which keywords are answered. "" takes the default (F-449, F-501).
type OptOutTexts struct{ Stop, Start, Help string }

// The texts that many apps quote (F-449).
const (
	stopText = "You have successfully been unsubscribed. You will not receive any more messages from this number. " +
		"Reply START to resubscribe."
	startText = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. " +
		"Msg&Data Rates May Apply."
	helpText = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	// networkText begins what the network answers itself for a toll-free number. How it goes on is not in the facts (F-450).
	networkText = "NETWORK MSG: "
)

// The classes of keywords, as OptOutType names them (F-015).
const (
	keywordStop  = "STOP"
	keywordStart = "START"
	keywordHelp  = "HELP"
)

// keywordOf returns the class of a message that is a keyword and nothing else (F-441 to F-443), "" for another.
func keywordOf(body string) string {
	switch strings.ToUpper(strings.TrimSpace(body)) {
	case "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL":
		return keywordStop
	case "START", "YES", "UNSTOP":
		return keywordStart
	case "HELP", "INFO":
		return keywordHelp
	}
	return ""
}

// tollFreeKeywords are those that count at a toll-free number (F-450).
var tollFreeKeywords = []string{"STOP", "START", "UNSTOP", "HELP", "INFO"}

// obeyKeyword does what a keyword asks, and returns the answer that Twilio sends itself, nil where there is none. The app
// hears of the message all the same (F-444).
//
// A keyword that changes nothing is not answered: a second STOP, and START from somebody who gets everything (F-448; whether
// Twilio answers that is unconfirmed). A short code obeys none, unless its service has Advanced Opt-Out (F-451, F-452).
func (a *Account) obeyKeyword(m *Message, route route) *Message {
	f := m.Facts()
	keyword, kind := keywordOf(f.Body), kindOf(f.To)
	switch {
	case keyword == "" || address.Prefix(f.To) != "",
		kind == ShortCode && !route.advancedOptOut,
		kind == TollFree && !slices.Contains(tollFreeKeywords, strings.ToUpper(strings.TrimSpace(f.Body))):
		return nil
	}
	texts := a.options.Quirks.OptOutTexts
	switch optedOut := a.OptedOut(f.To, f.From) || a.Handset(f.From).State == carrier.HandsetOptedOut; {
	case keyword == keywordStop && !optedOut:
		a.setOptOut(f, true)
		return a.answerKeyword(f, kind, first(texts.Stop, stopText), "opt-out")
	case keyword == keywordStart && optedOut:
		a.setOptOut(f, false)
		return a.answerKeyword(f, kind, first(texts.Start, startText), "opt-in")
	case keyword == keywordHelp && !(optedOut && kind == TollFree):
		return a.answerKeyword(f, "", first(texts.Help, helpText), "help")
	}
	return nil
}

// setOptOut closes or opens a pair. A handset that was set to opted-out is on again with its START.
func (a *Account) setOptOut(f Facts, out bool) {
	a.mu.Lock()
	pair := a.optOutLocked(f.To, f.From)
	note := "opted out: "
	if out {
		a.optOuts[pair] = true
	} else {
		note = "opted in: "
		delete(a.optOuts, pair)
	}
	if h := a.handsets[f.From]; !out && h.State == carrier.HandsetOptedOut {
		a.handsets[f.From] = Handset{Number: f.From, State: carrier.HandsetOn}
	}
	a.mu.Unlock()
	a.changed(note + pair.recipient + " from " + pair.sender)
}

// answerKeyword sends Twilio's own answer. No rule is asked, as it is not the app's message, and nobody is called back.
func (a *Account) answerKeyword(f Facts, kind NumberKind, text, by string) *Message {
	if kind == TollFree {
		text = networkText + text // F-450
	}
	m := a.newMessage(Facts{
		From: f.To, To: f.From, Body: text, Direction: OutboundReply, Status: carrier.Queued, ReplyTo: f.SID,
		MessagingServiceSID: f.MessagingServiceSID, automatic: true,
	})
	a.Journal.Append(journal.Event{Type: journal.MessageCreated, SID: m.ID(), Status: string(carrier.Queued)}, journal.Messages, m)
	script := usual
	if state := a.Handset(f.From).State; state != carrier.HandsetOn && state != carrier.HandsetOptedOut {
		script = refusable(state.Outcome().Then())
	}
	a.play(m, script, by, false)
	return m
}

// optOut is a pair that a recipient has closed. The sender is a number, or a service for all of its numbers (F-446).
type optOut struct{ sender, recipient string }

// OptedOut reports whether the recipient gets nothing from the sender, a number of the account or a service: neither from it
// alone, nor from the service that it is in.
func (a *Account) OptedOut(sender, recipient string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.optOuts) == 0 {
		return false
	}
	return a.optOuts[a.optOutLocked(sender, recipient)]
}

// optOutLocked is the pair that stands for a sender and a recipient.
func (a *Account) optOutLocked(sender, recipient string) optOut {
	sender, recipient = address.Bare(sender), address.Bare(recipient)
	if s := a.serviceOfLocked(sender); s != nil {
		sender = s.SID
	}
	return optOut{sender, recipient}
}

// SetAdvancedOptOut switches Advanced Opt-Out of a service on or off (F-452). It is a setting of Twilio's console, not of its
// API.
func (a *Account) SetAdvancedOptOut(service string, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.services[service]
	if s == nil {
		return apierr.NotFound()
	}
	s.AdvancedOptOut = on
	return nil
}
