package address

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Place is the place of a number according to libphonenumber's data. A field is empty if the data
// does not have it (F-012).
type Place struct {
	City    string // in capitals
	State   string // two letters, for the US and Canada
	Zip     string // always empty: the data has no postal codes
	Country string // ISO 3166, two letters
}

// nanp is the country code that the US, Canada and others share.
const nanp = 1

// Locate looks a number up in libphonenumber's data. A short code, or what is not a number, has no
// place. The first call loads the data, which takes tens of milliseconds.
func Locate(address string) Place {
	number, err := phonenumbers.Parse(address, "")
	if err != nil {
		return Place{}
	}
	place := Place{Country: phonenumbers.GetRegionCodeForNumber(number)}
	if place.Country == "" { // a number that is not assigned still has its country code
		place.Country = phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode()))
	}
	// 001 is not a country: international freephone and the like
	if len(place.Country) != len("US") {
		return Place{}
	}
	name, err := phonenumbers.GetGeocodingForNumber(number, "en")
	if err != nil || name == countryName(place.Country) { // all that the data knows
		return place
	}
	city, state, found := strings.Cut(name, ", ")
	switch {
	case found && number.GetCountryCode() == nanp:
		place.City, place.State = strings.ToUpper(city), state
	case number.GetCountryCode() == nanp:
		place.State = stateCodes[name]
	default:
		place.City = strings.ToUpper(city)
	}
	return place
}

// IsPremium reports whether a number belongs to a premium-rate service. Of the North American plan
// these are the numbers with the area code 900; for other countries libphonenumber knows them.
func IsPremium(number string) bool {
	if Prefix(number) != "" {
		return false
	}
	if area := AreaCode(number); area != "" {
		return area == "900"
	}
	parsed, err := phonenumbers.Parse(number, "")
	return err == nil && phonenumbers.GetNumberType(parsed) == phonenumbers.PREMIUM_RATE
}

// countryName is what libphonenumber's data has instead of a city that it does not know.
func countryName(country string) string {
	region, err := language.ParseRegion(country)
	if err != nil {
		return ""
	}
	return display.English.Regions().Name(region)
}

// stateCodes are the postal codes of the names that the data uses for whole area codes.
var stateCodes = map[string]string{
	"Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA",
	"Colorado": "CO", "Connecticut": "CT",
	"Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
	"Illinois": "IL", "Indiana": "IN",
	"Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME",
	"Maryland": "MD", "Massachusetts": "MA",
	"Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT",
	"Nebraska": "NE", "Nevada": "NV",
	"New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY",
	"North Carolina": "NC", "North Dakota": "ND",
	"Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI",
	"South Carolina": "SC",
	"South Dakota":   "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT",
	"Virginia": "VA", "Washington": "WA",
	"Washington D.C.": "DC", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
	"Alberta": "AB", "British Columbia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
	"Newfoundland and Labrador": "NL",
	"Nova Scotia":               "NS", "Ontario": "ON", "Quebec": "QC", "Québec": "QC",
	"Saskatchewan": "SK",
}
