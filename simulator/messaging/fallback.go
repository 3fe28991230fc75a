package messaging

import (
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// breakdown is an error for which Twilio requests the fallback URL, because a document could not be
// fetched or run (F-051): the errors of a call (F-117 to F-133), of an answer that is not a
// document (F-136 to F-143), and of a <Redirect> without a usable URL (F-117). A warning is not a
// breakdown (F-147), and neither is an error about one reply, after which the rest of the document
// runs (F-148). The zero breakdown means none.
type breakdown struct {
	code string // of Twilio's debugger
	// at which it happened, as configured: that of the webhook, even after an HTTP redirect
	// [inferred]
	url string
}

// FallbackParams returns the parameters that a request to a fallback URL has in addition to those
// of the message (F-051).
func FallbackParams() []string { return []string{"ErrorCode", "ErrorUrl"} }

// params returns the parameters of the fallback's request: those of the message, and what failed
// (F-051). They come after ToCountry and SmsMessageSid, as in two captured requests. The URL is
// written as it is signed [inferred]: without its fragment, which is not part of a request (F-040),
// and without its credentials, because the fallback may be on a host that must not have them.
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
