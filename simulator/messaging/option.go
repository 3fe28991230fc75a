package messaging

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// has reports whether the request has a parameter, with or without a value.
func (d *Draft) has(name, value string) bool {
	return value != "" ||
		slices.Contains(d.Empty, name)
}

// option is a parameter whose value must be one of a few words, or fit a format.
type option struct {
	name  string
	value func(*Draft) string
	valid func(string) bool
	code  int    // with which a bad value is refused; 0 is 20422, because no source has a code
	want  string // of 20422: what the value is instead
}

// options are checked in this order, which no source gives.
var options = []option{
	{"ValidityPeriod", func(d *Draft) string { return d.ValidityPeriod }, isValidity,
		apierr.BadValidity, ""},
	{"MaxPrice", func(d *Draft) string { return d.MaxPrice }, isFloat, apierr.BadMaxPrice, ""},
	{"ContentRetention", func(d *Draft) string { return d.ContentRetention },
		oneOf("retain", "discard"), apierr.BadContentRetained, ""}, // F-338
	{"AddressRetention", func(d *Draft) string { return d.AddressRetention },
		oneOf("retain", "obfuscate"), apierr.BadAddressRetained, ""}, // F-339
	{"SmartEncoded", func(d *Draft) string { return d.SmartEncoded }, isBool, 0, boolean}, // F-340
	{"ProvideFeedback", func(d *Draft) string { return d.ProvideFeedback }, isBool, 0,
		boolean}, // F-334
	{"Attempt", func(d *Draft) string { return d.Attempt }, isInteger, 0,
		"a whole number"}, // F-335
	{"ForceDelivery", func(d *Draft) string { return d.ForceDelivery }, isBool, 0,
		boolean}, // F-337
	{"TrafficType", func(d *Draft) string { return d.TrafficType }, oneOf("free"), 0,
		"free"}, // F-342
	{"ShortenUrls", func(d *Draft) string { return d.ShortenUrls }, isBool, 0, boolean}, // F-343
	{"SendAsMms", func(d *Draft) string { return d.SendAsMms }, isBool, 0, boolean},     // F-346
	{"RiskCheck", func(d *Draft) string { return d.RiskCheck }, oneOf("enable", "disable"), 0,
		"enable or disable"}, // F-347
}

const boolean = "true or false"

// plain reports whether a draft has nothing that checkOptions looks at.
func (d *Draft) plain() bool {
	return len(d.Empty) == 0 && d.ValidityPeriod == "" && d.MaxPrice == "" &&
		d.ContentRetention == "" && d.AddressRetention == "" && d.SmartEncoded == "" &&
		d.ProvideFeedback == "" && d.Attempt == "" && d.ForceDelivery == "" && d.TrafficType == "" &&
		d.ShortenUrls == "" && d.SendAsMms == "" && d.RiskCheck == "" && d.FallbackFrom == ""
}

// checkOptions checks the format of the parameters that have few values. A parameter that is there
// without a value is checked as well, and refused.
func (a *Account) checkOptions(d *Draft, o *outgoing) error {
	if d.plain() {
		return nil
	}
	given := *d // the calls below put what they get on the heap, and most drafts do not get here
	for _, option := range options {
		value := option.value(&given)
		switch {
		case !d.has(option.name, value) || option.valid(value):
		case option.code != 0:
			return a.refuse(option.code, d.To, d.From, "SMS")
		default:
			return apierr.Invalid("%s is %s, not %q", option.name, option.want, value)
		}
	}
	if seconds, ok := directory.ParseValidity(d.ValidityPeriod); ok {
		o.validity = time.Duration(seconds) * time.Second
	}
	if d.has("FallbackFrom", d.FallbackFrom) {
		return a.checkFallback(d, o)
	}
	return nil
}

// checkFallback requires a sender of SMS for a service with a sender of RCS (F-792).
func (a *Account) checkFallback(d *Draft, o *outgoing) error {
	sender, ok := address.Normalize(d.FallbackFrom)
	if !ok {
		sender = d.FallbackFrom
	}
	format := ok || address.IsAlphanumeric(sender)
	_, hasAgent := a.Agent(o.message.MessagingServiceSID)
	code := 0
	switch {
	case d.From != "":
		code = apierr.FallbackWithFrom
	case !format || address.Prefix(sender) != "" || !a.owns(sender),
		address.IsAlphabetic(sender) && address.RefusesAlphanumeric(o.message.To): // F-619, inferred
		code = apierr.BadFallback
	case !hasAgent:
		code = apierr.FallbackNoRCS
	default:
		o.fallback = sender
		return nil
	}
	return a.refuse(code, d.To, d.From, "SMS")
}

func isValidity(s string) bool {
	_, ok := directory.ParseValidity(s)
	return ok
}

func isFloat(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func isInteger(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0
}

// isBool accepts true and false, which SDKs write in small letters or with a capital.
func isBool(s string) bool {
	return strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

func oneOf(words ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(words, s) }
}

// adviseWithoutEffect gives SIM-11, once per parameter.
func (a *Account) adviseWithoutEffect(d *Draft, sid string) {
	for _, p := range []struct {
		name  string
		given bool
	}{
		{"Body beside ContentSid", d.ContentSID != "" && d.Body != ""}, // F-699
		{"MediaUrl beside ContentSid", d.ContentSID != "" && len(d.MediaURL) > 0},
		{"ShortenUrls", strings.EqualFold(d.ShortenUrls, "true")},     // F-343
		{"ContentRetention=discard", d.ContentRetention == "discard"}, // F-338
		{"AddressRetention=obfuscate", d.AddressRetention == "obfuscate"},
	} {
		if p.given {
			a.advise(p.name, &journal.Alert{Code: codeWithoutEffect, SID: sid,
				Text: p.name + " has no effect here"})
		}
	}
}
