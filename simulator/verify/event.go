package verify

import (
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/events"
)

// eventData is the data of an event about a code, with its keys in the order of F-848. What is not
// known here is left out: a custom name beside the service's, and what became of each text.
type eventData struct {
	AccountSID        string     `json:"account_sid"`
	ServiceSID        string     `json:"service_sid"`
	VerificationSID   string     `json:"verification_sid"`
	FriendlyName      string     `json:"friendly_name"`
	CustomCodeEnabled bool       `json:"custom_code_enabled"`
	CreatedAt         string     `json:"created_at"`
	VerifiedAt        string     `json:"verified_at,omitempty"`
	To                string     `json:"to"`
	Status            string     `json:"verification_status"`
	Country           string     `json:"country"`
	CodeLength        int        `json:"code_length"`
	Sends             eventTimes `json:"send_code_attempts"`
	Checks            eventTimes `json:"check_attempts"`
	ExpiredAt         string     `json:"expired_at"`
}

type eventTimes struct {
	Count    int         `json:"count"`
	Attempts []eventTime `json:"attempts"`
}

type eventTime struct {
	Time       string `json:"time"`
	Channel    string `json:"channel,omitempty"`
	AttemptSID string `json:"attempt_sid,omitempty"`
	Status     string `json:"status,omitempty"`
}

// subscribes is the parameter of a service without which there are no events (F-674).
const subscribes = "VerifyEventSubscriptionEnabled"

// tellLocked makes the event of a verification's new status. The lock is held while the event is
// queued, so that the events of a verification come in the order of its changes.
func (s *State) tellLocked(v *Verification) {
	service := s.services[v.ServiceSID]
	if service == nil || !strings.EqualFold(service.Other[subscribes], "true") {
		return
	}
	data := eventData{
		AccountSID: s.account.SID, ServiceSID: v.ServiceSID, VerificationSID: v.SID,
		FriendlyName: service.FriendlyName, CustomCodeEnabled: service.CustomCodeEnabled,
		CreatedAt: eventStamp(v.Created), To: v.To, Status: strings.ToUpper(string(v.Status)),
		Country: address.Locate(v.To).Country, CodeLength: len(v.Code),
		Sends:     eventTimes{Count: len(v.Attempts), Attempts: []eventTime{}},
		Checks:    eventTimes{Count: len(v.Tries), Attempts: []eventTime{}},
		ExpiredAt: eventStamp(v.Expires),
	}
	if v.Status == Approved {
		data.VerifiedAt = eventStamp(v.Updated)
	}
	for _, a := range v.Attempts {
		data.Sends.Attempts = append(data.Sends.Attempts, eventTime{Time: eventStamp(a.At),
			Channel: strings.ToUpper(string(a.Channel)), AttemptSID: a.SID})
	}
	for _, try := range v.Tries {
		status := "FAILED" // inferred: the example has only the other word
		if try.Right {
			status = "SUCCESS"
		}
		data.Checks.Attempts = append(data.Checks.Attempts,
			eventTime{Time: eventStamp(try.At), Status: status})
	}
	source := "/v2/Services/" + v.ServiceSID + "/Verifications/" + v.SID // inferred
	events.Of(s.account).EmitData(events.VerificationPrefix+string(v.Status), source,
		s.account.Clock.Now(), data)
}

// eventStamp writes a time as events have it, with milliseconds.
func eventStamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
