package address

import "strings"

//go:generate go run ./generate

// Place is the place of a number according to libphonenumber's data. A field is empty if the data
// does not have it (F-012).
type Place struct {
	City    string // in capitals
	State   string // two letters, for the US and Canada
	Zip     string // always empty: the data has no postal codes
	Country string // ISO 3166, two letters
}

// Locate looks a number up in libphonenumber's data. A short code, or what is not a number in E.164
// form, has no place.
func Locate(address string) Place {
	plan, national := planOf(address)
	if plan == nil {
		return Place{}
	}
	// a number that is not assigned still has its country code
	place := Place{Country: plan.regions[0].country}
	if region := plan.region(national); region != nil {
		place.Country = region.country
	}
	// 001 is not a country: international freephone and the like
	if len(place.Country) != len("US") {
		return Place{}
	}
	name, state, _ := strings.Cut(placeName(plan.code+national), "|")
	city, country, _ := strings.Cut(name, "=")
	if country != place.Country { // else the data only knows the country
		place.City = city
	}
	place.State = state
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
	plan, national := planOf(number)
	if plan == nil {
		return false
	}
	region := plan.region(national)
	return region != nil && region.all.match(national) && region.premium.match(national)
}
