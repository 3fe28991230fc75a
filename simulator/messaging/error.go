package messaging

import "twilsim/simulator/apierr"

// Codes of alerts and of messages that fail after the API has taken them.
const (
	codeExpired          = 30036
	codeMediaSize        = 11751 // F-137
	codeContentType      = 12300 // F-143
	codeChannelContent   = 63021 // F-296
	codeChannelDownload  = 63019 // F-296, as the next one
	codeChannelMediaSize = 63034
)

// Quirks choose where the sources leave a choice open (section J). The zero value has the suggested defaults.
type Quirks struct {
	QueueFullStatus        int         // of 21611; 0 is 429 (F-493)
	EmptyCode              int         // for a message without content; 0 is 21619, older accounts have 21602 (F-494)
	OldTexts               bool        // 21606 and 21610 in their older wording (F-495)
	ScheduleWithoutService bool        // the schedule is dropped, and the message goes out at once; else 35118 (F-496)
	DeleteInFlightStatus   int         // of 20009; 0 is 409 (F-497)
	AuthenticateDetail     bool        // 20003 has a detail (F-498)
	SegmentsAtOnce         bool        // a service message has its num_segments before a sender is chosen (F-500)
	NoPriceUnit            bool        // price_unit is null while there is no price (F-500)
	OptOutTexts            OptOutTexts // F-501
}

// refuse returns the error of a code about a message. via is SMS or MMS.
func (a *Account) refuse(code int, to, from, via string) *apierr.Error {
	older := a.Test || a.options.Quirks.OldTexts // F-454, F-461, F-495
	e := apierr.NewAbout(code, apierr.About{To: to, From: from, Via: via, Older: older})
	if status := a.options.Quirks.QueueFullStatus; code == apierr.QueueFull && status != 0 { // F-493
		e.Status = status
	}
	return e
}
