package messaging

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/sid"
)

// NumberKind is what a number of the account is.
type NumberKind string

// The kinds of numbers. The first three are those that Twilio's API sells.
const (
	Local     NumberKind = "local"
	Mobile    NumberKind = "mobile"
	TollFree  NumberKind = "tollfree"
	ShortCode NumberKind = "shortcode" // is set with [Account.SetNumber], and has a SID that begins with SC
)

// IncomingPhoneNumber is a number of the account with the fields that Twilio's API has for messages (F-435).
type IncomingPhoneNumber struct {
	Number
	Kind                 NumberKind
	FriendlyName         string
	SmsApplicationSID    string
	StatusCallback       string // of calls, as all below (F-189): kept, and not used
	StatusCallbackMethod string
	VoiceApplicationSID  string
	VoiceURL             string
	VoiceMethod          string
	VoiceFallbackURL     string
	VoiceFallbackMethod  string
	VoiceCallerIDLookup  bool
	Created, Updated     time.Time
}

// kindOf tells a number's kind by its digits.
func kindOf(number string) NumberKind {
	switch {
	case address.IsShortCode(number):
		return ShortCode
	case address.IsTollFree(number):
		return TollFree
	}
	return Local
}

// newNumber returns a number with Twilio's defaults (F-432).
func (a *Account) newNumber(addr string) *IncomingPhoneNumber {
	now := a.Clock.Now()
	n := &IncomingPhoneNumber{
		Number: Number{PhoneNumber: addr, SmsMethod: http.MethodPost, SmsFallbackMethod: http.MethodPost},
		Kind:   kindOf(addr), FriendlyName: address.Friendly(addr), StatusCallbackMethod: http.MethodPost,
		VoiceMethod: http.MethodPost, VoiceFallbackMethod: http.MethodPost, Created: now, Updated: now,
	}
	n.SID = a.ids.Next(map[bool]string{true: "SC", false: "PN"}[n.Kind == ShortCode])
	return n
}

// set takes the parameters of a create or an update.
func (n *IncomingPhoneNumber) set(values url.Values, a *Account) error {
	f := form{values: values}
	f.text("FriendlyName", &n.FriendlyName)
	f.url("SmsUrl", &n.SmsURL, a.webhookURL)
	f.method("SmsMethod", &n.SmsMethod)
	f.url("SmsFallbackUrl", &n.SmsFallbackURL, a.webhookURL)
	f.method("SmsFallbackMethod", &n.SmsFallbackMethod)
	f.text("SmsApplicationSid", &n.SmsApplicationSID)
	f.url("StatusCallback", &n.StatusCallback, nil)
	f.method("StatusCallbackMethod", &n.StatusCallbackMethod)
	f.text("VoiceApplicationSid", &n.VoiceApplicationSID)
	f.url("VoiceUrl", &n.VoiceURL, nil)
	f.method("VoiceMethod", &n.VoiceMethod)
	f.url("VoiceFallbackUrl", &n.VoiceFallbackURL, nil)
	f.method("VoiceFallbackMethod", &n.VoiceFallbackMethod)
	f.bool("VoiceCallerIdLookup", &n.VoiceCallerIDLookup)
	if f.err == nil && n.SmsFallbackURL != "" && n.SmsURL == "" && values.Get("SmsFallbackUrl") != "" {
		return apierr.New(apierr.FallbackNeedsURL) // F-053
	}
	return f.err
}

// What test credentials can ask for (F-466): these, +15005550000, which is not available, and area code 533, which has none.
const (
	magicInvalid     = "+15005550001"
	magicAvailable   = "+15005550006"
	magicSomeNumbers = "500" // an area code
)

// Buy adds a number to the account: the one that the parameter PhoneNumber names, or any of the AreaCode. An empty kind takes
// either. Its errors are of type [*apierr.Error]. Test credentials get an answer and no number.
func (a *Account) Buy(values url.Values, kind NumberKind) (IncomingPhoneNumber, error) {
	addr, err := a.choose(values.Get("PhoneNumber"), values.Get("AreaCode"))
	if err != nil {
		return IncomingPhoneNumber{}, err
	}
	n := a.newNumber(addr)
	if kind != "" {
		n.Kind = kind
	}
	if err := n.set(values, a); err != nil {
		return IncomingPhoneNumber{}, err
	}
	if a.Test {
		return *n, nil
	}
	a.mu.Lock()
	_, taken := a.numbers[addr]
	if !taken {
		a.numbers[addr] = n
	}
	bought := *n
	a.mu.Unlock()
	if taken {
		return IncomingPhoneNumber{}, apierr.New(apierr.NumberUnavailable)
	}
	a.changed("number " + addr + " bought")
	return bought, nil
}

// choose returns the number that is to be bought.
func (a *Account) choose(number, area string) (string, error) {
	if a.Test {
		return magicNumber(number, area)
	}
	if number != "" || area == "" {
		addr, err := address.Parse(number)
		if err != nil || address.IsShortCode(addr) {
			return "", apierr.New(apierr.NumberInvalid)
		}
		return addr, nil
	}
	if len(area) != 3 || strings.Trim(area, "0123456789") != "" || area[0] < '2' {
		return "", apierr.New(apierr.NoAreaCode)
	}
	for line := 100; line < 10_000; line++ { // +1AAA5550100 and up
		addr := fmt.Sprintf("+1%s555%04d", area, line)
		if _, taken := a.Number(addr); !taken {
			return addr, nil
		}
	}
	return "", apierr.New(apierr.NoAreaCode)
}

// magicNumber answers test credentials (F-466). What is not in the table is not available: they have no numbers to sell.
func magicNumber(number, area string) (string, error) {
	switch {
	case number == magicAvailable, number == "" && area == magicSomeNumbers:
		return magicAvailable, nil
	case number == magicInvalid, number == "" && area == "":
		return "", apierr.New(apierr.NumberInvalid)
	case number == "":
		return "", apierr.New(apierr.NoAreaCode)
	}
	return "", apierr.New(apierr.NumberUnavailable)
}

// IncomingPhoneNumber finds a number of the account by its SID.
func (a *Account) IncomingPhoneNumber(sid string) (IncomingPhoneNumber, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := a.numberLocked(sid); n != nil {
		return *n, true
	}
	return IncomingPhoneNumber{}, false
}

func (a *Account) numberLocked(sid string) *IncomingPhoneNumber {
	for _, n := range a.numbers {
		if n.SID == sid {
			return n
		}
	}
	return nil
}

// IncomingPhoneNumbers returns the account's numbers without its short codes, newest first.
func (a *Account) IncomingPhoneNumbers() []IncomingPhoneNumber {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make(map[string]IncomingPhoneNumber, len(a.numbers))
	for addr, n := range a.numbers {
		if sid.Valid(n.SID, "PN") {
			all[addr] = *n
		}
	}
	return newestFirst(all, func(n IncomingPhoneNumber) (time.Time, string) { return n.Created, n.SID })
}

// UpdateNumber changes the parameters of a number that are given.
func (a *Account) UpdateNumber(sid string, values url.Values) (IncomingPhoneNumber, error) {
	n, ok := a.IncomingPhoneNumber(sid)
	if !ok {
		return IncomingPhoneNumber{}, apierr.NotFound()
	}
	if err := n.set(values, a); err != nil {
		return IncomingPhoneNumber{}, err
	}
	n.Updated = a.Clock.Now()
	a.mu.Lock()
	a.numbers[n.PhoneNumber] = &n
	updated := n
	a.mu.Unlock()
	a.changed("number " + n.PhoneNumber + " -> " + n.SmsMethod + " " + n.SmsURL)
	return updated, nil
}

// ReleaseNumber takes a number from the account, and from the Messaging Service that it is in.
func (a *Account) ReleaseNumber(sid string) error {
	a.mu.Lock()
	n := a.numberLocked(sid)
	if n != nil {
		delete(a.numbers, n.PhoneNumber)
		a.leavePoolsLocked(sid)
	}
	a.mu.Unlock()
	if n == nil {
		return apierr.NotFound()
	}
	a.changed("number " + n.PhoneNumber + " released")
	return nil
}
