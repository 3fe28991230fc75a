package apierr

import "twilsim/simulator/errcode"

// liveTexts are the texts that Twilio's API was seen to answer (E.1). For every other code it
// answers the code's title. In them {to} and {from} stand for the request's numbers, {via} for SMS
// or MMS, and {value} for the value that was refused.
var liveTexts = map[int]string{
	// F-371
	Authenticate: "Authenticate",
	// F-378
	RateLimited: "Too Many Requests",
	// F-192
	InvalidTo: "The 'To' number {to} is not a valid phone number.",
	InvalidFrom: "The 'From' number {from} is not a valid phone number, shortcode, or " +
		"alphanumeric sender ID.", // F-193
	NoPermission: "Permission to send an SMS has not been enabled for the region indicated by " +
		"the 'To' number: {to}.",
	BodyMissing: "Message body is required.",               // F-200
	FromMissing: "A 'From' phone number is required.",      // F-201
	ToMissing:   "A 'To' phone number is required.",        // F-202
	QueueFull:   "SMS queue is full.",                      // F-207
	NotMobile:   "To number: {to}, is not a mobile number", // F-209
	Unroutable: "The 'To' phone number: {to}, is not currently reachable using the 'From' " +
		"phone number: {from} via {via}.",
	NotOurNumber: "The 'From' phone number provided ({from}) is not a valid message-capable " +
		"Twilio phone number for this destination", // F-203
	// F-807
	BadMediaURL:    "Media urls: {value} are invalid. Please use only valid http and https urls",
	BadContentVars: "The Content Variables parameter is invalid.",                        // F-604
	BadCallback:    "The StatusCallback URL {value} is not a valid URL.",                 // F-191
	ChannelPair:    "From({from}) and To({to}) addresses should be of the same channel.", // F-229
	BodyTooLong:    "The concatenated message body exceeds the 1600 character limit.",    // F-210
	ContentMissing: "A text message body or media urls must be specified.",               // F-211
	NoChannel:      "Twilio could not find a Channel with the specified From address",
}

// oldTexts are older wordings, which test credentials still get (F-454, F-461, F-495).
var oldTexts = map[int]string{
	NotOurNumber: "The From phone number {from} is not a valid, SMS-capable inbound phone number " +
		"or short code for your account.",
	Unsubscribed: "The message From/To pair violates a blacklist rule.",
}

// text returns Twilio's text of a code: in its older wording if older is set and one is known.
func text(code int, older bool) string {
	if text, ok := oldTexts[code]; ok && older {
		return text
	}
	if text, ok := liveTexts[code]; ok {
		return text
	}
	return errcode.Title(code)
}
