package directory

import (
	"fmt"
	"net/http"
	"slices"
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
	ShortCode NumberKind = "shortcode" // made by [Directory.SetNumber]; its SID begins with SC
	Agent     NumberKind = "rcs"       // a sender of RCS, made likewise; its SID begins with XE
)

// KindOf returns a number's kind according to its digits.
func KindOf(number string) NumberKind {
	switch {
	case address.IsAgent(number):
		return Agent
	case address.IsShortCode(number):
		return ShortCode
	case address.IsTollFree(number):
		return TollFree
	}
	return Local
}

// Number is a phone number of the account, with the fields that Twilio's API has for messages
// (F-435). Its JSON is that of our own API.
type Number struct {
	SID               string `json:"sid"`
	PhoneNumber       string `json:"phone_number"`
	SmsURL            string `json:"sms_url"`             // "" for none
	SmsMethod         string `json:"sms_method"`          // GET or POST
	SmsFallbackURL    string `json:"sms_fallback_url"`    // called when SmsURL fails (F-051)
	SmsFallbackMethod string `json:"sms_fallback_method"` // GET or POST

	Kind                 NumberKind `json:"-"`
	FriendlyName         string     `json:"-"`
	SmsApplicationSID    string     `json:"-"`
	StatusCallback       string     `json:"-"` // of calls, as all below (F-189): without effect
	StatusCallbackMethod string     `json:"-"`
	VoiceApplicationSID  string     `json:"-"`
	VoiceURL             string     `json:"-"`
	VoiceMethod          string     `json:"-"`
	VoiceFallbackURL     string     `json:"-"`
	VoiceFallbackMethod  string     `json:"-"`
	VoiceCallerIDLookup  bool       `json:"-"`
	Created, Updated     time.Time  `json:"-"`
}

// newNumber returns a number with Twilio's defaults (F-432).
func (d *Directory) newNumber(number string) *Number {
	now, kind, prefix := d.o.Now(), KindOf(number), "PN"
	switch kind {
	case ShortCode:
		prefix = "SC"
	case Agent:
		prefix = "XE"
	}
	return &Number{
		SID: d.o.SIDs.Next(prefix), PhoneNumber: number, Kind: kind,
		FriendlyName: address.Friendly(number),
		SmsMethod:    http.MethodPost, SmsFallbackMethod: http.MethodPost,
		StatusCallbackMethod: http.MethodPost, VoiceMethod: http.MethodPost,
		VoiceFallbackMethod: http.MethodPost, Created: now, Updated: now,
	}
}

// SetNumber adds a number to the account, or changes where its messages go. An empty method is POST
// (F-037). The URL may be empty, a TwiML Bin's name, or an absolute http or https URL. The number's
// fallback stays as it is, but an empty URL takes it away.
func (d *Directory) SetNumber(number, smsURL, method string) (Number, error) {
	return d.SetWebhooks(number, func(n *Number) {
		n.SmsURL, n.SmsMethod = smsURL, method
		if smsURL == "" {
			n.SmsFallbackURL = ""
		}
	})
}

// SetWebhooks adds a number to the account, or changes where its messages go, and where they go
// when that fails. URLs and methods are as in [Directory.SetNumber]. A fallback without a URL is
// refused (F-053).
func (d *Directory) SetWebhooks(number string, change func(*Number)) (Number, error) {
	number, err := address.Parse(number)
	if err != nil {
		return Number{}, err
	}
	n, err := d.setWebhooks(address.Bare(number), change)
	if err != nil {
		return Number{}, err
	}
	note := "number " + n.PhoneNumber + " -> " + n.SmsMethod + " " + n.SmsURL
	if n.SmsFallbackURL != "" {
		note += ", or " + n.SmsFallbackMethod + " " + n.SmsFallbackURL
	}
	d.o.Changed(note)
	return n, nil
}

func (d *Directory) setWebhooks(number string, change func(*Number)) (Number, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	// the zero Number for a new one: every URL then counts as changed and is checked
	var before Number
	if n := d.numbers[number]; n != nil {
		before = *n
	}
	changed := before
	change(&changed)
	if err := d.checkNumberLocked(before, &changed); err != nil {
		return Number{}, err
	}
	if changed.SmsFallbackURL != "" && changed.SmsURL == "" {
		return Number{}, fmt.Errorf("a fallback URL needs a URL that can fail: "+
			"set the number's own URL as well (Twilio refuses this with %d)",
			apierr.FallbackNeedsURL)
	}
	n := d.numbers[number]
	if n == nil {
		n = d.newNumber(number) // not before the check: a refused number must not use up a SID
		d.numbers[number] = n
	}
	n.SmsURL, n.SmsMethod = changed.SmsURL, changed.SmsMethod
	n.SmsFallbackURL, n.SmsFallbackMethod = changed.SmsFallbackURL, changed.SmsFallbackMethod
	d.touch(Numbers, number)
	return *n, nil
}

// checkNumberLocked checks a number's methods and URLs, and normalises them. Only what has changed
// is checked, so that a number keeps an application that was deleted meanwhile.
func (d *Directory) checkNumberLocked(before Number, n *Number) error {
	err := checkMethods(field{"SmsMethod", "", &n.SmsMethod},
		field{"SmsFallbackMethod", "", &n.SmsFallbackMethod})
	if err != nil {
		return err
	}
	if app := n.SmsApplicationSID; app != "" && app != before.SmsApplicationSID &&
		d.applications[app] == nil {
		return apierr.Invalid("SmsApplicationSid %s does not exist", app) // F-612
	}
	return d.checkURLsLocked(field{"SmsUrl", before.SmsURL, &n.SmsURL},
		field{"SmsFallbackUrl", before.SmsFallbackURL, &n.SmsFallbackURL})
}

// Number returns the account's number of that address, and whether there is one.
func (d *Directory) Number(number string) (Number, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.numbers[number]
	if !ok {
		return Number{}, false
	}
	return *n, true
}

// NumberBySID returns the account's number of that SID, and whether there is one.
func (d *Directory) NumberBySID(sid string) (Number, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.numberLocked(sid)
	if n == nil {
		return Number{}, false
	}
	return *n, true
}

func (d *Directory) numberLocked(sid string) *Number {
	for _, n := range d.numbers {
		if n.SID == sid {
			return n
		}
	}
	return nil
}

// Numbers returns the account's numbers, short codes and senders of RCS included, in the order of
// their digits.
func (d *Directory) Numbers() []Number {
	d.mu.Lock()
	defer d.mu.Unlock()
	var numbers []Number
	for _, n := range d.numbers {
		numbers = append(numbers, *n)
	}
	slices.SortFunc(numbers, func(x, y Number) int {
		return strings.Compare(x.PhoneNumber, y.PhoneNumber)
	})
	return numbers
}

// IncomingPhoneNumbers returns the account's phone numbers, newest first.
func (d *Directory) IncomingPhoneNumbers() []Number {
	d.mu.Lock()
	defer d.mu.Unlock()
	numbers := make([]Number, 0, len(d.numbers))
	for _, n := range d.numbers {
		if sid.Valid(n.SID, "PN") {
			numbers = append(numbers, *n)
		}
	}
	return newestFirst(numbers, func(n Number) (time.Time, string) { return n.Created, n.SID })
}

// UpdateNumber changes a number. The error is the change's own, a [*FieldError], or an
// [*apierr.Error] if there is no such number.
func (d *Directory) UpdateNumber(sid string, change func(*Number) error) (Number, error) {
	n, err := d.updateNumber(sid, change)
	if err != nil {
		return Number{}, err
	}
	d.o.Changed("number " + n.PhoneNumber + " -> " + n.SmsMethod + " " + n.SmsURL)
	return n, nil
}

func (d *Directory) updateNumber(sid string, change func(*Number) error) (Number, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.numberLocked(sid)
	if n == nil {
		return Number{}, apierr.NotFound()
	}
	changed := *n
	if err := d.changeNumberLocked(&changed, change); err != nil {
		return Number{}, err
	}
	changed.Updated = d.o.Now()
	*n = changed
	d.touch(Numbers, n.PhoneNumber)
	return changed, nil
}

func (d *Directory) changeNumberLocked(n *Number, change func(*Number) error) error {
	before := *n
	if err := change(n); err != nil {
		return err
	}
	return d.checkNumberLocked(before, n)
}

// ReleaseNumber removes a number from the account, and from the pool of its Messaging Service.
func (d *Directory) ReleaseNumber(sid string) error {
	d.mu.Lock()
	n := d.numberLocked(sid)
	if n != nil {
		delete(d.numbers, n.PhoneNumber)
		d.touch(Numbers, n.PhoneNumber)
		d.leavePoolsLocked(sid)
	}
	d.mu.Unlock()
	if n == nil {
		return apierr.NotFound()
	}
	d.o.Changed("number " + n.PhoneNumber + " released")
	return nil
}
