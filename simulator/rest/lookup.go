package rest

import (
	"context"
	"net/http"
	"slices"

	"twilsim/simulator/apierr"
	"twilsim/simulator/lookup"
)

const (
	lookupPath    = "/v2/PhoneNumbers/{PhoneNumber}"
	oldLookupPath = "/v1/PhoneNumbers/{PhoneNumber}"
)

// lookupRoutes returns the operations of Lookup (section O). Test credentials may call them
// (F-766).
func lookupRoutes() []route {
	return compile([]route{
		{method: http.MethodGet, pattern: lookupPath, serve: lookUp, test: true,
			simulated: "Fields CountryCode LastVerifiedDate",
			// they are for identity_match and pre_fill, whose content is not simulated
			accepted: "FirstName LastName AddressLine1 AddressLine2 City State PostalCode " +
				"AddressCountryCode NationalId DateOfBirth VerificationSid PartnerSubId"},
		{method: http.MethodGet, pattern: oldLookupPath, serve: lookUpOld, test: true,
			simulated: "CountryCode Type", refused: "AddOns AddOnsData"},
	})
}

// lookUp answers with a number and the packages that were asked for (F-752).
func lookUp(_ context.Context, r *request) (*answer, error) {
	n := lookup.Read(r.vars[0], r.form.Get("CountryCode"))
	found, missing, err := lookup.Of(r.account).Report(n, lookup.Query{
		Fields: r.form.Get("Fields"), LastVerifiedDate: r.form.Get("LastVerifiedDate"),
	})
	if err != nil {
		return nil, err
	}
	if missing != "" {
		return nil, r.refuseUnmodelled(" with Fields=" + missing)
	}
	o := object{
		aTextOrNull("calling_country_code", n.CallingCode),
		aTextOrNull("country_code", n.Country),
		aText("phone_number", n.PhoneNumber),
		aTextOrNull("national_format", n.National),
		aBool("valid", n.Valid()),
		aListOfTexts("validation_errors", n.Errors), // F-755
	}
	for _, name := range lookup.Packages() {
		if pairs, ok := found[name]; ok {
			o = append(o, anObject(name, pairFields(pairs)...))
		} else {
			o = append(o, aNull(name)) // F-753
		}
	}
	o = append(o, aText("url", r.base()+"/v2/PhoneNumbers/"+n.PhoneNumber))
	return &answer{status: http.StatusOK, object: o}, nil
}

// pairFields returns the keys and values of a package.
func pairFields(pairs []lookup.Pair) object {
	o := make(object, len(pairs))
	for i, p := range pairs {
		switch value := p.Value.(type) {
		case string:
			o[i] = aText(p.Name, value)
		case int:
			o[i] = aNumber(p.Name, value)
		case bool:
			o[i] = aBool(p.Name, value)
		case []lookup.Pair:
			o[i] = anObject(p.Name, pairFields(value)...)
		default:
			o[i] = aNull(p.Name)
		}
	}
	return o
}

// lookUpOld is Lookup v1 (F-765). A number that is not valid does not exist there (F-754).
func lookUpOld(_ context.Context, r *request) (*answer, error) {
	n := lookup.Read(r.vars[0], r.form.Get("CountryCode"))
	if !n.Valid() {
		return nil, apierr.NotFound()
	}
	o := object{
		aNull("caller_name"),
		aText("country_code", n.Country),
		aText("phone_number", n.PhoneNumber),
		aText("national_format", n.National),
		aNull("carrier"),
		aNull("add_ons"),
		aText("url", r.base()+"/v1/PhoneNumbers/"+n.PhoneNumber),
	}
	old := lookup.Of(r.account).Old(n)
	for _, p := range old {
		i := slices.IndexFunc(o, func(f field) bool { return f.name == p.Name })
		if slices.Contains(r.form["Type"], oldTypes[p.Name]) {
			o[i] = anObject(p.Name, pairFields(p.Value.([]lookup.Pair))...)
		}
	}
	return &answer{status: http.StatusOK, object: o}, nil
}

// oldTypes are the values of Type that ask for the keys of an answer of v1.
var oldTypes = map[string]string{"caller_name": "caller-name", "carrier": "carrier"}
