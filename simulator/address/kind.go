package address

import (
	"regexp"
	"strings"
)

// Kind is what a number is for, according to libphonenumber's data.
type Kind uint8

// The kinds of numbers. In some countries, such as the US, a number does not tell whether it is a
// fixed line or a mobile.
const (
	NoKind Kind = iota // a number that nobody can have
	FixedLine
	Mobile
	FixedLineOrMobile
	TollFree
	Premium
	SharedCost
	VoIP
	Personal
	Pager
	UAN
	Voicemail
)

// KindOf returns the kind of a number in E.164 form: [NoKind] if it is not valid.
func KindOf(number string) Kind {
	plan, national := planOf(number)
	if plan == nil {
		return NoKind
	}
	region := plan.region(national)
	if region == nil {
		return NoKind
	}
	return region.kind(national)
}

// kind returns the kind of a number of the region.
func (r *region) kind(national string) Kind {
	if !r.all.match(national) {
		return NoKind
	}
	if r.premium.match(national) {
		return Premium
	}
	kind := NoKind
	for _, s := range r.kinds {
		switch {
		case !s.shape.match(national):
		case s.kind == Mobile && kind == FixedLine:
			return FixedLineOrMobile
		case s.kind == FixedLine: // the mobiles come behind
			kind = FixedLine
		default:
			return s.kind
		}
	}
	return kind
}

// National returns a number in E.164 form as it is written within its country, (202) 555-0142 for
// +12025550142. The digits stay as they are if the data has no format for them.
func National(number string) string {
	plan, national := planOf(number)
	if plan == nil {
		return Bare(number)
	}
	for _, f := range plan.formats {
		if matches(f.leading, national) != 0 && whole(f.pattern, national) {
			pattern := regexp.MustCompile("^(?:" + f.pattern + ")$") // few are ever needed
			return pattern.ReplaceAllString(national, f.written)
		}
	}
	return national
}

// CallingCode returns the country code that numbers of a country begin with, 44 for GB; "" for what
// is not a country.
func CallingCode(country string) string {
	for i := range plans {
		for _, r := range plans[i].regions {
			if strings.EqualFold(r.country, country) {
				return plans[i].code
			}
		}
	}
	return ""
}

// Problem is why a number is not valid.
type Problem uint8

// The problems, as libphonenumber tells them apart.
const (
	Valid        Problem = iota
	UnknownCode          // no country has the country code
	TooShort             // also for a number that can only be dialled in its area
	TooLong              //
	WrongLength          // neither the shortest nor the longest, and not one between
	OnlyPossible         // the length is right, the digits are not
)

// Check says what is wrong with a + and digits.
func Check(number string) Problem {
	plan, national := planOfDigits(number)
	if plan == nil {
		return UnknownCode
	}
	length := len(national)
	bit := uint32(1) << min(length, 31)
	switch {
	case plan.local&bit != 0:
		return TooShort
	case plan.lengths&bit == 0 && plan.lengths < bit:
		return TooLong
	case plan.lengths&bit == 0 && plan.lengths&(bit-1) == 0:
		return TooShort
	case plan.lengths&bit == 0:
		return WrongLength
	case KindOf(number) == NoKind:
		return OnlyPossible
	}
	return Valid
}

// InCountry returns a number in E.164 form that somebody wrote as within a country: with or without
// what is dialled before it, and with spacing. A number with a + stays a number of its own country.
// It is false for what has anything but digits. The number need not be valid.
func InCountry(s, country string) (string, bool) {
	number := spacing.Replace(strings.TrimSpace(s))
	digits, international := strings.CutPrefix(number, "+")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	code := ""
	if !international {
		code = CallingCode(country)
	}
	plan, national := planOfDigits("+" + code + digits)
	if plan == nil {
		return "+" + code + digits, true
	}
	return "+" + plan.code + national, true
}
