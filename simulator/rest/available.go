package rest

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/numbers"
	"twilsim/simulator/quirk"
)

const (
	availablePath    = accountPath + "/AvailablePhoneNumbers"
	availableCountry = availablePath + "/{CountryCode}"

	availableSimulated = "AreaCode Contains SmsEnabled MmsEnabled VoiceEnabled FaxEnabled " +
		"InRegion InLocality PageSize"
	// no number here needs an address or is new to Twilio, and there is one page
	availableAccepted = "ExcludeAllAddressRequired ExcludeLocalAddressRequired " +
		"ExcludeForeignAddressRequired Beta Page PageToken"
	// package numbers does not have the data
	availableRefused = "NearNumber NearLatLong Distance InPostalCode InRateCenter InLata"
)

// available is the search for numbers of a type (F-772).
func available(t numbers.Type) route {
	return route{method: http.MethodGet, pattern: availableCountry + "/" + string(t),
		serve: searchNumbers(t), simulated: availableSimulated, accepted: availableAccepted,
		refused: availableRefused}
}

// countryObject returns a country with its keys in the order of F-770.
func countryObject(r *request, c numbers.Country) object {
	uri := root(r.account.SID) + "/AvailablePhoneNumbers/" + c.Code
	var types object
	for _, t := range c.Types {
		key := map[numbers.Type]string{numbers.Local: "local", numbers.Mobile: "mobile",
			numbers.TollFree: "toll_free"}[t]
		types = append(types, aText(key, r.uri(uri+"/"+string(t))))
	}
	return object{
		aBool("beta", false),
		aText("country", c.Name),
		aText("country_code", c.Code),
		anObject("subresource_uris", types...),
		aText("uri", r.uri(uri)),
	}
}

// listCountries lists the countries with numbers for sale (F-770).
func listCountries(_ context.Context, r *request) (*answer, error) {
	var countries []object
	for _, c := range numbers.Countries() {
		countries = append(countries, countryObject(r, c))
	}
	return r.unpaged("countries", countries)
}

// fetchCountry returns one country (F-771).
func fetchCountry(_ context.Context, r *request) (*answer, error) {
	c, err := r.country()
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, name: "Country", object: countryObject(r, c)}, nil
}

// country returns the country that the path names. Twilio sells numbers of more countries than are
// in stock here. So 404 would be wrong for them: it is 501, which says that it is our limit.
func (r *request) country() (numbers.Country, error) {
	c, ok := numbers.Find(r.vars[1])
	if !ok {
		return numbers.Country{}, r.refuseUnmodelled("")
	}
	return c, nil
}

// unpaged returns the answer with a list without the keys of a page (F-772). There is no source
// for it in XML.
func (r *request) unpaged(key string, items []object) (*answer, error) {
	if r.format != inJSON {
		return nil, r.refuseUnmodelled(" in XML")
	}
	return &answer{status: http.StatusOK, object: object{
		aList(key, items), aText("uri", r.path()),
	}}, nil
}

// searchNumbers searches the numbers of a type that are for sale (F-772).
func searchNumbers(t numbers.Type) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		c, err := r.country()
		switch {
		case err != nil:
			return nil, err
		case !c.Sells(t):
			return nil, apierr.NotFound() // F-777
		}
		limit, err := r.availableLimit()
		if err != nil {
			return nil, err
		}
		q := numbers.Query{
			Country: c.Code, Type: t, AreaCode: r.form.Get("AreaCode"),
			Contains: r.form.Get("Contains"), Region: r.form.Get("InRegion"),
			Locality: r.form.Get("InLocality"), Taken: func(number string) bool {
				_, owned := r.account.Number(number)
				return owned
			},
		}
		found, err := r.handler.stock.Search(q, limit)
		if err != nil {
			return nil, err
		}
		items := make([]object, len(found))
		for i, n := range found {
			items[i] = availableObject(r, n)
		}
		return r.unpaged("available_phone_numbers", items)
	}
}

// availableLimit returns how many numbers a search may find. All numbers have the same
// capabilities, so filters about them find all numbers or none (F-775).
func (r *request) availableLimit() (int, error) {
	if area := r.form.Get("AreaCode"); area != "" {
		if _, err := strconv.Atoi(area); err != nil {
			return 0, apierr.Invalid("AreaCode is a whole number, not %q", area)
		}
	}
	p, err := parsePaging(r.form)
	if err != nil {
		return 0, err
	}
	limit := p.size
	if r.form.Get("PageSize") == "" {
		quirks := r.account.Quirks()
		limit = quirks.Int(quirk.AvailablePageSize) // F-778
	}
	for name, has := range map[string]bool{
		"SmsEnabled": true, "MmsEnabled": true, "VoiceEnabled": true, "FaxEnabled": false,
	} {
		value := r.form.Get(name)
		if value == "" {
			continue
		}
		asked, err := strconv.ParseBool(strings.ToLower(value))
		if err != nil {
			return 0, apierr.Invalid("%s is true or false, not %q", name, value)
		}
		if asked != has {
			limit = 0
		}
	}
	return limit, nil
}

// availableObject returns a number with its keys in the order of F-773.
func availableObject(r *request, n numbers.Number) object {
	sms, mms := "SMS", "MMS"
	if quirks := r.account.Quirks(); quirks.Get(quirk.AvailableCapabilities) == "lower" { // F-774
		sms, mms = "sms", "mms"
	}
	return object{
		aText("address_requirements", "none"),
		aBool("beta", false),
		anObject("capabilities", aBool("voice", true), aBool(sms, true), aBool(mms, true),
			aBool("fax", false)),
		aText("friendly_name", n.FriendlyName),
		aText("iso_country", n.Country),
		aNull("lata"),
		aNull("latitude"),
		aTextOrNull("locality", n.Locality),
		aNull("longitude"),
		aText("phone_number", n.PhoneNumber),
		aNull("postal_code"),
		aNull("rate_center"),
		aTextOrNull("region", n.Region),
	}
}
