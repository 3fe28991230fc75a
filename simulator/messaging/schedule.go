package messaging

import (
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/quirk"
)

// How far ahead a message may be scheduled, both inclusive (F-436).
const (
	minAhead = 15 * time.Minute
	maxAhead = 35 * 24 * time.Hour
)

// checkSchedule parses the time at which the message is to be sent. It leaves sendAt zero for a
// message that is sent at once.
func (a *Account) checkSchedule(d *Draft, o *outgoing) error {
	if !d.has("ScheduleType", d.ScheduleType) && !d.has("SendAt", d.SendAt) {
		return nil
	}
	service := d.MessagingServiceSID != ""
	at, err := parseTime(d.SendAt)
	ahead := at.Sub(a.Clock.Now().Truncate(time.Second)) // SendAt has whole seconds
	code := 0
	switch {
	case !service && a.quirk().Get(quirk.ScheduleWithoutService) == "send": // F-496
		return nil
	case !service:
		code = apierr.ServiceMissing // F-437
	case d.ScheduleType != "fixed":
		code = apierr.ScheduleType // F-438
	case d.SendAt == "":
		code = apierr.SendAtMissing // F-437
	case err != nil, ahead < minAhead, ahead > maxAhead:
		code = apierr.SendAtBounds // F-436
	}
	if code != 0 {
		return a.refuse(code, d.To, d.From, "SMS")
	}
	o.sendAt, o.message.Status = at, carrier.Scheduled // F-155
	return nil
}
