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
)

// raise writes an alert into the journal. It takes the title and the level from the table of codes
// or of hints. A code that neither has is an error without a title. It returns alert, which belongs
// to the journal from then on.
func (a *Account) raise(alert *journal.Alert) *journal.Alert {
	alert.Level = journal.LevelError
	if hint, ok := lookupHint(alert.Code); ok {
		alert.Level, alert.Title = hint.Level, hint.Title
	} else if info, ok := errcode.Lookup(number(alert.Code)); ok {
		alert.Level, alert.Title = journal.Level(info.Level), info.Title
	}
	return a.write(alert)
}

// number returns a code of Twilio as a number, 0 for a code of our own.
func number(code string) int {
	n, err := strconv.Atoi(code)
	if err != nil {
		return 0
	}
	return n
}

// write writes an alert that has its title and level into the journal. It does not take the
// account's lock, because callers may hold it.
func (a *Account) write(alert *journal.Alert) *journal.Alert {
	alert.Name, alert.At = a.Journal.NextID("A"), a.Clock.Now()
	if hint, ok := lookupHint(alert.Code); ok {
		alert.Cause, alert.Fact = hint.Cause, hint.Fact
	} else {
		info, _ := errcode.Lookup(number(alert.Code))
		alert.Cause, alert.Fact, alert.MonitorSID = errcode.Cause(info.Code), info.Fact,
			a.ids.Next("NO")
	}
	event := journal.Event{
		Type: journal.AlertRaised, SID: alert.SID, Alert: alert.Name, Exchange: alert.Exchange,
		Note: alert.Code + " " + alert.Title,
	}
	a.Journal.Append(event, journal.Alerts, alert)
	a.log().Warn("alert", "code", alert.Code, "title", alert.Title, "text", alert.Text, "sid",
		alert.SID)
	return alert
}

// raiseFailure writes the alert about a call that failed.
func (a *Account) raiseFailure(f *webhook.Failure, sid, exchange string) *journal.Alert {
	return a.raise(&journal.Alert{Code: f.Code, Text: f.Text, Try: f.Try, SID: sid,
		Exchange: exchange})
}

// raiseWarning writes the alert about a warning in a document.
func (a *Account) raiseWarning(w twiml.Warning, sid, exchange string) *journal.Alert {
	alert := &journal.Alert{
		Code: strconv.Itoa(w.Code), Text: w.Text, SID: sid, Exchange: exchange, Line: w.Pos.Line,
		Column: w.Pos.Column,
	}
	if w.Code == codeEmptyBody {
		// F-058: many apps answer without a body for "no reply", so this alert must not fail a
		// build.
		alert.Level, alert.Title = journal.LevelWarning, errcode.Title(w.Code)
		return a.write(alert)
	}
	return a.raise(alert)
}

// Acknowledge marks alerts as read, and returns the names of those that were not marked before. It
// is safe for concurrent use: of several callers, one gets the name.
func (a *Account) Acknowledge(alerts ...*journal.Alert) []string {
	var names []string
	for _, alert := range alerts {
		if alert.Acknowledged.Set() {
			names = append(names, alert.Name)
			a.recorder.touch(alert)
			a.Journal.Touch(journal.Alerts, alert.Name)
		}
	}
	switch len(names) {
	case 0:
	case 1:
		a.changed("alert " + names[0] + " acknowledged")
	default:
		a.changed(strconv.Itoa(len(names)) + " alerts acknowledged")
	}
	return names
}
