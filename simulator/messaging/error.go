package messaging

import (
	"fmt"
	"net/http"
	"strings"

	"twilsim/simulator/errcode"
)

// Error is a failure that the API reports, under Twilio's number. errcode has the title and the HTTP status of each code.
type Error struct {
	Status  int    // of the HTTP answer
	Code    int    // Twilio's
	Message string // Twilio's live text where one was captured (E.1), else the code's title
	Detail  string // the field "detail" of the answer; "" for none (F-371)
}

// Error returns the code and the text.
func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Message) }

// Codes with which the API refuses a request.
const (
	codeAuthenticate       = 20003
	codeInactive           = 20005
	codePageSize           = 20007
	codeTestCredentials    = 20008
	codeIncomplete         = 20009
	codeNotFound           = 20404
	codeInvalid            = 20422
	codeRateLimited        = 20429
	codeInvalidTo          = 21211
	codeInvalidFrom        = 21212
	codeToShortCode        = 21265
	codeSameNumber         = 21266
	codeFallbackNeedsURL   = 21406
	codeNoPermission       = 21408
	codeNumberInvalid      = 21421
	codeNumberUnavailable  = 21422
	codeNoAreaCode         = 21452
	codePageToken          = 21481
	codeBodyMissing        = 21602
	codeFromMissing        = 21603
	codeToMissing          = 21604
	codeNotOurNumber       = 21606
	codeBadCallback        = 21609
	codeQueueFull          = 21611
	codeUnroutable         = 21612
	codeNotMobile          = 21614
	codeBodyTooLong        = 21617
	codeContentMissing     = 21619
	codeBadMediaURL        = 21620
	codeTooManyMedia       = 21623
	codeBadValidity        = 21624
	codeBadMaxPrice        = 21627
	codeContentSIDMissing  = 21654
	codeBadContentSID      = 21655
	codeBadContentVars     = 21656
	codeTooLong            = 21658
	codeFallbackWithFrom   = 21664
	codeFallbackNoService  = 21666
	codeFallbackNoRCS      = 21667
	codeServiceUnknown     = 21701
	codeNoSender           = 21703
	codePoolEmpty          = 21704
	codeServiceInvalid     = 21705
	codeAlphaInvalid       = 21709
	codeSenderTwice        = 21710
	codeNotInService       = 21711
	codeInOtherService     = 21712
	codePoolFull           = 21714
	codeChannelPair        = 21910
	codeBadContentRetained = 30029
	codeBadAddressRetained = 30030
	codeExpired            = 30036
	codeBadUpdate          = 30400
	codeNotCancelable      = 30409
	codeSendAtMissing      = 35111
	codeSendAtBounds       = 35114
	codeServiceMissing     = 35118
	codeScheduleType       = 35126
	codeNoChannel          = 63007
	codeMediaSize          = 11751 // F-137
	codeContentType        = 12300 // F-143
	codeChannelContent     = 63021 // F-296
	codeChannelDownload    = 63019 // F-296, as the next one
	codeChannelMediaSize   = 63034
)

// liveTexts are what Twilio was seen to answer (E.1). The other codes answer their title. In them {to} and {from} stand for
// the request's numbers, and {via} for SMS or MMS.
var liveTexts = map[int]string{
	codeAuthenticate:   "Authenticate",                                                                                // F-371
	codeRateLimited:    "Too Many Requests",                                                                           // F-378
	codeInvalidTo:      "The 'To' number {to} is not a valid phone number.",                                           // F-192
	codeInvalidFrom:    "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID.", // F-193
	codeNoPermission:   "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}.",
	codeBodyMissing:    "Message body is required.",               // F-200
	codeFromMissing:    "A 'From' phone number is required.",      // F-201
	codeToMissing:      "A 'To' phone number is required.",        // F-202
	codeQueueFull:      "SMS queue is full.",                      // F-207
	codeNotMobile:      "To number: {to}, is not a mobile number", // F-209
	codeUnroutable:     "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {from} via {via}.",
	codeBodyTooLong:    "The concatenated message body exceeds the 1600 character limit.", // F-210
	codeContentMissing: "A text message body or media urls must be specified.",            // F-211
	codeNoChannel:      "Twilio could not find a Channel with the specified From address",
}

// oldTexts are older wordings, which test credentials still have (F-454, F-461, F-495).
var oldTexts = map[int]string{
	codeNotOurNumber: "The From phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account.",
	codeUnsubscribed: "The message From/To pair violates a blacklist rule.",
}

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

// NotFound is the error about a resource that is not there. Twilio's text names the path (F-376), which only whoever serves
// the request knows.
func NotFound() *Error { return refusal(codeNotFound) }

// refusal returns the error of a code without parameters.
func refusal(code int) *Error {
	return &Error{Status: statusOf(code), Code: code, Message: textOf(code, false)}
}

// invalid is the error about a parameter for which Twilio's own code is not known.
func invalid(format string, args ...any) *Error {
	e := refusal(codeInvalid)
	e.Message += ": " + fmt.Sprintf(format, args...)
	return e
}

// textOf is Twilio's text of a code, in its older wording where that is wanted and there is one.
func textOf(code int, older bool) string {
	if text, ok := oldTexts[code]; ok && older {
		return text
	}
	if text, ok := liveTexts[code]; ok {
		return text
	}
	return errcode.Title(code)
}

// refuse returns the error of a code about a message. via is SMS or MMS.
func (a *Account) refuse(code int, to, from, via string) *Error {
	older := a.Test || a.options.Quirks.OldTexts // F-454, F-461, F-495
	text := strings.NewReplacer("{to}", to, "{from}", from, "{via}", via).Replace(textOf(code, older))
	e := &Error{Status: statusOf(code), Code: code, Message: text}
	if status := a.options.Quirks.QueueFullStatus; code == codeQueueFull && status != 0 { // F-493
		e.Status = status
	}
	return e
}

// statusOf is the HTTP status of a code, 400 where the dictionary has none.
func statusOf(code int) int {
	if info, ok := errcode.Lookup(code); ok && info.HTTP != 0 {
		return info.HTTP
	}
	return http.StatusBadRequest
}
