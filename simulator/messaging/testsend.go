package messaging

import (
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// magicFrom and magicTo are the numbers that test credentials refuse, with their codes (section H).
// Messages to magicTo fail for other credentials too: nobody has these numbers.
var (
	magicFrom = map[string]int{
		"+15005550001": apierr.InvalidFrom, // F-453
		"+15005550008": apierr.QueueFull,   // F-455
	}
	magicTo = map[string]int{
		"+15005550001": apierr.InvalidTo,    // F-458
		"+15005550002": apierr.Unroutable,   // F-459
		"+15005550003": apierr.NoPermission, // F-460
		"+15005550004": apierr.Unsubscribed, // F-461
		"+15005550009": apierr.NotMobile,    // F-462
	}
)

// MagicSender is the one number from which test credentials send (F-456).
const MagicSender = "+15005550006"

// sendTest answers a request with test credentials. The answer looks like any other, but nothing is
// sent, stored or reported (F-465).
func (a *Account) sendTest(d Draft) (*Message, error) {
	if d.MessagingServiceSID != "" {
		return nil, apierr.New(apierr.TestCredentials)
	}
	via := "SMS"
	if len(d.MediaURL) > 0 {
		via = "MMS"
	}
	o := outgoing{text: d.Body}
	if err := a.checkTo(&d, &o); err != nil {
		return nil, err
	}
	// The error about an invalid recipient comes before errors about the sender (F-234), the other
	// errors about recipients after them.
	if code := magicTo[o.message.To]; code == apierr.InvalidTo {
		return nil, a.refuse(code, d.To, d.From, via)
	}
	if d.From != MagicSender {
		code, ok := magicFrom[d.From]
		if !ok {
			code = apierr.NotOurNumber // F-454, F-457
		}
		return nil, a.refuse(code, d.To, d.From, via)
	}
	if code, ok := magicTo[o.message.To]; ok {
		return nil, a.refuse(code, o.message.To, d.From, via)
	}
	o.message.From, o.message.Direction, o.message.Status = d.From, OutboundAPI, carrier.Queued
	for _, check := range []func(*Draft, *outgoing) error{a.checkPair, a.checkContent,
		a.checkOptions, a.checkCallback} {
		if err := check(&d, &o); err != nil {
			return nil, err
		}
	}
	return a.newEncoded(o.message, o.text), nil // F-467
}

// replaceMagicSender returns the account's first number in place of [MagicSender], and gives
// SIM-12. It returns MagicSender if the account has no number.
func (a *Account) replaceMagicSender() string {
	numbers := a.Numbers()
	if len(numbers) == 0 {
		return MagicSender
	}
	own := numbers[0].PhoneNumber
	a.advise(MagicSender, &journal.Alert{
		Code: codeMagicSender,
		Text: "From " + MagicSender + " was replaced by " + own + ", a number of the account",
	})
	return own
}
