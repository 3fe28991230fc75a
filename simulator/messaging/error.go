package messaging

import (
	"twilsim/simulator/apierr"
	"twilsim/simulator/quirk"
)

// Codes of alerts, and of messages that fail after the API has accepted them.
const (
	codeExpired          = 30036
	codeMediaSize        = 11751 // F-137
	codeContentType      = 12300 // F-143
	codeChannelContent   = 63021 // F-296
	codeChannelDownload  = 63019 // F-296, as the next one
	codeChannelMediaSize = 63034
)

// refuse returns the error with which the API refuses a message. via is SMS or MMS.
func (a *Account) refuse(code int, to, from, via string) *apierr.Error {
	return a.refuseAbout(code, apierr.About{To: to, From: from, Via: via})
}

// refuseAbout returns the error of a code about a message, in the wording of the account.
func (a *Account) refuseAbout(code int, about apierr.About) *apierr.Error {
	about.Older = a.Test || a.quirk().On(quirk.OldTexts) // F-454, F-461, F-495
	e := apierr.NewAbout(code, about)
	if code == apierr.QueueFull {
		e.Status = a.quirk().Int(quirk.QueueFullStatus) // F-493
	}
	return e
}
