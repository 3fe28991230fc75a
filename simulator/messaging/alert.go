package messaging

import (
	"strconv"

	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/twiml"
	"twilsim/simulator/webhook"
)

// Codes of alerts that messaging raises itself.
const (
	codeBadTo          = 14101 // F-104
	codeBadFrom        = 14102 // F-105
	codeTooManyFetches = 14106 // F-100
	codeReplyLoop      = 14107 // F-101
	codeTooManyReplies = 14109 // F-100
	codeEmptyBody      = 11770 // F-058
	codeNoWebhook      = 11321 // F-134
	codeUnsubscribed   = 21610 // F-206
)

// hints are the titles of our own codes: what Twilio would not say.
var hints = map[string]string{
	webhook.CodeOutside: "Not called: outside this machine",
	codeUnmodelled:      "Not simulated",
}

// raise writes an alert about a message, under Twilio's title and level where the code is Twilio's.
func (a *Account) raise(alert *journal.Alert) *journal.Alert {
	alert.Level, alert.Title = journal.LevelError, hints[alert.Code]
	if code, err := strconv.Atoi(alert.Code); err == nil {
		if info, ok := errcode.Lookup(code); ok {
			alert.Level, alert.Title = journal.Level(info.Level), info.Title
		}
	}
	return a.write(alert)
}

func (a *Account) write(alert *journal.Alert) *journal.Alert {
	alert.Name, alert.At = a.Journal.NextID("A"), a.Clock.Now()
	event := journal.Event{
		Type: journal.AlertRaised, SID: alert.SID, Alert: alert.Name, Exchange: alert.Exchange,
		Note: alert.Code + " " + alert.Title,
	}
	a.Journal.Append(event, journal.Alerts, alert)
	a.log().Warn("alert", "code", alert.Code, "title", alert.Title, "text", alert.Text, "sid", alert.SID)
	return alert
}

// raiseFailure writes the alert of a call that failed.
func (a *Account) raiseFailure(f *webhook.Failure, sid, exchange string) *journal.Alert {
	return a.raise(&journal.Alert{Code: f.Code, Text: f.Text, Try: f.Try, SID: sid, Exchange: exchange})
}

// raiseWarning writes the alert of something in a document.
func (a *Account) raiseWarning(w twiml.Warning, sid, exchange string) *journal.Alert {
	alert := &journal.Alert{
		Code: strconv.Itoa(w.Code), Text: w.Text, SID: sid, Exchange: exchange, Line: w.Pos.Line, Column: w.Pos.Column,
	}
	if w.Code == codeEmptyBody {
		// F-058: an answer without a body is widely used for "no reply", so it must not fail anybody's build.
		alert.Level, alert.Title = journal.LevelWarning, errcode.Title(w.Code)
		return a.write(alert)
	}
	return a.raise(alert)
}
