package address

import (
	"math/rand/v2"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// kinds are the library's names of the kinds.
var kinds = map[phonenumbers.PhoneNumberType]Kind{
	phonenumbers.UNKNOWN: NoKind, phonenumbers.FIXED_LINE: FixedLine, phonenumbers.MOBILE: Mobile,
	phonenumbers.FIXED_LINE_OR_MOBILE: FixedLineOrMobile, phonenumbers.TOLL_FREE: TollFree,
	phonenumbers.PREMIUM_RATE: Premium, phonenumbers.SHARED_COST: SharedCost,
	phonenumbers.VOIP: VoIP, phonenumbers.PERSONAL_NUMBER: Personal, phonenumbers.PAGER: Pager,
	phonenumbers.UAN: UAN, phonenumbers.VOICEMAIL: Voicemail,
}

// problems are the library's names of the problems of a number's length.
var problems = map[phonenumbers.ValidationResult]Problem{
	phonenumbers.IS_POSSIBLE_LOCAL_ONLY: TooShort, phonenumbers.TOO_SHORT: TooShort,
	phonenumbers.TOO_LONG: TooLong, phonenumbers.INVALID_LENGTH: WrongLength,
	phonenumbers.INVALID_COUNTRY_CODE: UnknownCode,
}

// TestKinds compares the kind of a number, what is wrong with it and how it is written within its
// country with the library whose data the tables are made from.
func TestKinds(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	seen, wrong, written := map[Kind]int{}, map[Problem]int{}, 0
	tried := 0
	for number := range numbers(random) {
		if tried++; tried%3 != 0 { // enough for all kinds
			continue
		}
		parsed, err := phonenumbers.Parse(number, "")
		if err != nil {
			continue
		}
		want := kinds[phonenumbers.GetNumberType(parsed)]
		if got := KindOf(number); got != want {
			t.Errorf("KindOf(%q) = %v, want %v", number, got, want)
		}
		seen[want]++
		problem, found := problems[phonenumbers.IsPossibleNumberWithReason(parsed)]
		switch {
		case found:
		case want == NoKind:
			problem = OnlyPossible
		default:
			problem = Valid
			written++
			want := phonenumbers.Format(parsed, phonenumbers.NATIONAL)
			if got := National(number); got != want {
				t.Errorf("National(%q) = %q, want %q", number, got, want)
			}
		}
		if got := Check(number); got != problem {
			t.Errorf("Check(%q) = %v, want %v", number, got, problem)
		}
		wrong[problem]++
		if t.Failed() && written > 500 {
			t.FailNow()
		}
	}
	if len(seen) != len(kinds) || written < 1000 || wrong[TooLong] < 100 || wrong[TooShort] < 100 {
		t.Errorf("only %d kinds, %d written, %v", len(seen), written, wrong)
	}
}

func TestInCountry(t *testing.T) {
	for _, tt := range []struct{ s, country, want string }{
		{"(202) 555-0142", "US", "+12025550142"}, {"12025550142", "US", "+12025550142"},
		{"020 7946 0018", "gb", "+442079460018"}, {"+44 20 7946 0018", "US", "+442079460018"},
		{"+4402079460018", "US", "+442079460018"}, {"5550142", "US", "+15550142"},
		{"+999123", "US", "+999123"}, {"notanumber", "US", ""}, {"", "US", ""}, {"+", "US", ""},
		{"020 7946", "nowhere", "+0207946"},
	} {
		if got, ok := InCountry(tt.s, tt.country); got != tt.want || ok != (tt.want != "") {
			t.Errorf("InCountry(%q, %q) = %q, %v", tt.s, tt.country, got, ok)
		}
	}
}
