package lookup

import (
	"strings"

	"twilsim/simulator/address"
)

// Number is a phone number as Lookup reads it.
type Number struct {
	CallingCode string   // 1; "" if the number is not valid
	Country     string   // US; "" if the number is not valid
	PhoneNumber string   // in E.164 form, or what was asked for behind a + and the country code
	National    string   // (202) 555-0142; "" if the number is not valid
	Errors      []string // why it is not valid; empty if it is (F-754)
}

// Valid reports whether the number is valid.
func (n Number) Valid() bool { return len(n.Errors) == 0 }

// The reasons why a number is not valid (F-754).
var reasons = map[address.Problem]string{
	address.UnknownCode:  "INVALID_COUNTRY_CODE",
	address.TooShort:     "TOO_SHORT",
	address.TooLong:      "TOO_LONG",
	address.WrongLength:  "INVALID_LENGTH",
	address.OnlyPossible: "INVALID_BUT_POSSIBLE",
}

// defaultCountry is that of numbers without a + and a country (F-750).
const defaultCountry = "US"

// Read reads a number. One without a + belongs to the country; "" is the US (F-750). It never
// fails: Lookup v2 answers 200 for any text, and says in Errors what is wrong with it (F-754).
func Read(s, country string) Number {
	if country == "" {
		country = defaultCountry
	}
	number, ok := address.InCountry(s, country)
	if !ok { // F-756
		return Number{
			PhoneNumber: "+" + address.CallingCode(country) + strings.TrimPrefix(s, "+"),
			Errors:      []string{"NOT_A_NUMBER"},
		}
	}
	if problem := address.Check(number); problem != address.Valid {
		return Number{PhoneNumber: number, Errors: []string{reasons[problem]}}
	}
	place := address.Locate(number)
	return Number{
		CallingCode: address.CallingCode(place.Country), Country: place.Country,
		PhoneNumber: number, National: address.National(number), Errors: []string{},
	}
}
