package messaging

import (
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// breakdown is an error for which Twilio turns to the fallback URL: it kept a document from being fetched or obeyed (F-051).
// These are the errors of a call (F-117 to F-133), of an answer that is no document (F-136 to F-143), and of a <Redirect> that
// leads nowhere (F-117). A warning is none (F-147), nor is an error about one reply, after which the rest is obeyed (F-148).
// The zero breakdown is none.
type breakdown struct {
	code string // of Twilio's debugger
	url  string // at which it happened, as configured: that of the webhook, also where HTTP led on from there [inferred]
}

// FallbackParams are the parameters that the request to a fallback URL has beside those of the message (F-051).
func FallbackParams() []string { return []string{"ErrorCode", "ErrorUrl"} }

// params returns the parameters of the fallback's request: those of the message, and what failed (F-051). They stand where
// two captured requests have them, behind ToCountry and SmsMessageSid. The URL is written as it is signed [inferred]:
// without its fragment, which is no part of what was requested (F-040), and without its credentials, as the fallback
// may be anybody's host.
func (b breakdown) params(message webhook.Params) webhook.Params {
	all := make(webhook.Params, 0, len(message)+2)
	failed, placed := webhook.Param{Name: "ErrorUrl", Value: signature.SignedURL(b.url)}, false
	for _, param := range message {
		all = append(all, param)
		switch param.Name {
		case "ToCountry":
			all, placed = append(all, failed), true
		case "SmsMessageSid":
			all = append(all, webhook.Param{Name: "ErrorCode", Value: b.code})
		}
	}
	if !placed { // a channel's message names no places
		all = append(all, failed)
	}
	return all
}
