package address

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// TestTables compares the tables with the library whose data they are made from, for numbers of all
// country codes: the library's examples of each kind, what surrounds them, and random ones.
func TestTables(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	tried, cities, premium := 0, 0, 0
	for number := range numbers(random) {
		parsed, err := phonenumbers.Parse(number, "")
		if err != nil {
			parsed = nil
		}
		want, certain := oracle(number, parsed)
		if got := Locate(number); got != want && (certain || got.Country != want.Country) {
			t.Errorf("Locate(%q) = %+v, want %+v", number, got, want)
		}
		if got, want := IsPremium(number), oraclePremium(number, parsed); got != want {
			t.Errorf("IsPremium(%q) = %v, want %v", number, got, want)
		} else if got {
			premium++
		}
		if want.City != "" {
			cities++
		}
		if tried++; t.Failed() && tried > 1000 {
			t.FailNow()
		}
	}
	if tried < 6_000 || cities < tried/10 || premium < 150 {
		t.Errorf("tried only %d numbers, %d of a city, %d premium ones", tried, cities, premium)
	}
}

// numbers yields numbers in E.164 form, good ones and bad ones.
func numbers(random *rand.Rand) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		codes := slices.Sorted(maps.Keys(phonenumbers.GetSupportedCallingCodes()))
		for _, code := range append(codes, 210, 999) {
			prefix := fmt.Sprint("+", code)
			for _, region := range phonenumbers.GetRegionCodesForCountryCode(code) {
				for kind := range phonenumbers.UNKNOWN {
					example := phonenumbers.GetExampleNumberForType(region, kind)
					if example == nil || example.GetCountryCode() != int32(code) {
						continue
					}
					national := phonenumbers.GetNationalSignificantNumber(example)
					for range 2 {
						if !yieldNear(random, prefix, national, yield) {
							return
						}
					}
				}
			}
			for range 7 {
				length := 4 + random.IntN(9)
				if !yieldNear(random, prefix, digitsOf(random, length), yield) {
					return
				}
			}
		}
	}
}

// yieldNear yields a number, one that differs in some digits, and one with a prefix.
func yieldNear(random *rand.Rand, prefix, national string, yield func(string) bool) bool {
	keep := random.IntN(len(national) + 1)
	near := national[:keep] + digitsOf(random, len(national)-keep)
	dialled := string(rune('0'+random.IntN(10))) + near
	for _, n := range []string{national, near, dialled} {
		if number := prefix + n; isE164(number) && !yield(number) {
			return false
		}
	}
	return true
}

func digitsOf(random *rand.Rand, n int) string {
	digits := make([]byte, n)
	for i := range digits {
		digits[i] = byte('0' + random.IntN(10))
	}
	return string(digits)
}

// oracle is Locate by the library, for a number that it has parsed; nil if it cannot. The city is
// not certain for numbers so short that nine digits do not exist; the tables do not say what they
// do not know then.
func oracle(number string, parsed *phonenumbers.PhoneNumber) (place Place, certain bool) {
	if parsed == nil {
		return Place{}, true
	}
	certain = len(phonenumbers.Format(parsed, phonenumbers.E164)) > placeDigits
	place.Country = phonenumbers.GetRegionCodeForNumber(parsed)
	if place.Country == "" {
		place.Country = phonenumbers.GetRegionCodeForCountryCode(int(parsed.GetCountryCode()))
	}
	if len(place.Country) != 2 {
		return Place{}, true
	}
	name, err := phonenumbers.GetGeocodingForNumber(parsed, "en")
	if err != nil || name == "" {
		return place, certain
	}
	if region, err := language.ParseRegion(place.Country); err == nil &&
		name == display.English.Regions().Name(region) {
		return place, certain
	}
	city, state, found := strings.Cut(name, ", ")
	switch {
	case parsed.GetCountryCode() != 1:
		place.City = strings.ToUpper(name)
	case found:
		place.City, place.State = strings.ToUpper(city), state
	default: // the name of a state, which TestLocate covers
		place.State = Locate(number).State
	}
	return place, certain
}

func oraclePremium(number string, parsed *phonenumbers.PhoneNumber) bool {
	if strings.HasPrefix(number, "+1") && len(number) == len("+12025550142") {
		return number[2:5] == "900"
	}
	return parsed != nil && phonenumbers.GetNumberType(parsed) == phonenumbers.PREMIUM_RATE
}
