package messaging

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
)

// The texts that many apps quote (F-449).
const (
	stopText = "You have successfully been unsubscribed. You will not receive any more messages " +
		"from this number. " +
		"Reply START to resubscribe."
	startText = "You have successfully been re-subscribed to messages from this number. Reply " +
		"HELP for help. Reply STOP to unsubscribe. " +
		"Msg&Data Rates May Apply."
	helpText = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	// The answers that the network sends for a toll-free number (F-601, F-602).
	networkStop = `NETWORK MSG: You replied with the word "stop" which blocks all texts sent ` +
		`from this number. Text back "unstop" to receive messages again.`
	networkStart = `NETWORK MSG: You have replied "%s" and will begin receiving messages again ` +
		`from this number.`
)

// The classes of keywords, as OptOutType names them (F-015).
const (
	keywordStop  = "STOP"
	keywordStart = "START"
	keywordHelp  = "HELP"
)

// keywordOf returns the class of a message that is a keyword and nothing else (F-441 to F-443), ""
// for another.
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

// customKeyword returns the class of a message that is a keyword of the account's own, which
// services with Advanced Opt-Out can have (F-452); "" for another. Words of the account come before
// Twilio's own, and do not replace them.
func (a *Account) customKeyword(body string) string {
	quirks, word := a.quirk(), strings.TrimSpace(body)
	for _, class := range []struct {
		name  string
		words quirk.ID
	}{
		{keywordStop, quirk.StopWords}, {keywordStart, quirk.StartWords},
		{keywordHelp, quirk.HelpWords},
	} {
		for own := range strings.SplitSeq(quirks.Get(class.words), ",") {
			if own = strings.TrimSpace(own); own != "" && strings.EqualFold(own, word) {
				return class.name
			}
		}
	}
	return ""
}

// keyword returns the class of a keyword to a number, "" for another text.
func (a *Account) keyword(body string, route directory.Route) string {
	if route.AdvancedOptOut {
		if own := a.customKeyword(body); own != "" {
			return own
		}
	}
	return keywordOf(body)
}

// tollFreeKeywords are the keywords of a toll-free number (F-450).
var tollFreeKeywords = []string{"STOP", "START", "UNSTOP", "HELP", "INFO"}

// handleKeyword opts a recipient out or in, and returns Twilio's own answer to the keyword, nil for
// none. The app receives the message in any case (F-444).
//
// A keyword that changes nothing has no answer: a second STOP, and START from a recipient who has
// not opted out (F-448; whether Twilio answers the latter is unconfirmed). A short code has no
// keywords, unless its service has Advanced Opt-Out (F-451, F-452). It is called before the app
// gets the message, so that a reply of the app to STOP is refused already.
func (a *Account) handleKeyword(m *Message, route directory.Route) *Message {
	f := m.Snapshot()
	keyword, kind := a.keyword(f.Body, route), directory.KindOf(f.To)
	switch {
	case keyword == "" || address.Prefix(f.To) == address.WhatsApp, // on RCS as on SMS (F-446)
		kind == directory.ShortCode && !route.AdvancedOptOut,
		kind == directory.TollFree && !slices.Contains(tollFreeKeywords,
			strings.ToUpper(strings.TrimSpace(f.Body))):
		return nil
	}
	quirks := a.quirk() // F-501
	switch optedOut := a.OptedOut(f.To, f.From) ||
		a.Handset(address.Bare(f.From)).State == carrier.HandsetOptedOut; {
	case keyword == keywordStop && !optedOut:
		a.SetOptOut(f.To, f.From, true)
		text := cmp.Or(quirks.Get(quirk.StopText), stopText)
		if kind == directory.TollFree {
			text = networkStop
		}
		return a.answerKeyword(f, text, "opt-out")
	case keyword == keywordStart && optedOut:
		a.SetOptOut(f.To, f.From, false)
		text := cmp.Or(quirks.Get(quirk.StartText), startText)
		if kind == directory.TollFree {
			text = fmt.Sprintf(networkStart, tollFreeWord(f.Body))
		}
		return a.answerKeyword(f, text, "opt-in")
	case keyword == keywordHelp && !(optedOut && kind == directory.TollFree): // F-603
		return a.answerKeyword(f, cmp.Or(quirks.Get(quirk.HelpText), helpText), "help")
	}
	return nil
}

// tollFreeWord returns a keyword as the network quotes it: unstop, but Start (F-602).
func tollFreeWord(body string) string {
	if strings.EqualFold(strings.TrimSpace(body), "START") {
		return "Start"
	}
	return "unstop"
}

// answerKeyword sends Twilio's own answer. Rules do not apply to it and it has no callbacks,
// because it is not the app's message. A phone that is off or unreachable does not get it either.
func (a *Account) answerKeyword(f Snapshot, text, by string) *Message {
	m := a.newMessage(Snapshot{
		From: f.To, To: f.From, Body: text, Direction: OutboundReply, Status: carrier.Queued,
		ReplyTo:             f.SID,
		MessagingServiceSID: f.MessagingServiceSID, automatic: true,
	})
	a.Journal.Append(journal.Event{Type: journal.MessageCreated, SID: m.ID(),
		Status: string(carrier.Queued)}, journal.Messages, m)
	script := usual
	state := a.Handset(address.Bare(f.From)).State
	if !state.On() && state != carrier.HandsetOptedOut {
		script = refusable(state.Outcome().Then())
	}
	a.play(m, script, by, false)
	return m
}
