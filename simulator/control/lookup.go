package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/lookup"
)

func lookupRoutes() []route {
	return []route{
		{
			method: "GET", path: "/lookups", name: "lookups", tag: "account",
			summary: "What is set for numbers for Twilio's Lookup",
			result:  Lookups{},
			answer:  (*api).lookups,
		},
		{
			method: "PUT", path: "/lookups/{number}", name: "setLookup", tag: "account",
			summary: "Set what Twilio's Lookup says about a number",
			body:    LookupValues{},
			example: `{"values":{"type":"landline","carrier":"Old Telco"}}`,
			result:  lookup.Entry{},
			answer:  (*api).setLookup,
		},
	}
}

// Lookups are what is set for numbers for Twilio's Lookup, by number.
type Lookups struct {
	Numbers []lookup.Entry `json:"numbers"`
}

func (s *api) lookups(*http.Request) (any, error) {
	return &Lookups{Numbers: list(lookup.Of(s.account).Entries())}, nil
}

// LookupValues is the body that sets what Lookup says about a number. An empty value takes a field
// back to its default; a field that is missing stays as it is.
type LookupValues struct {
	Values map[string]string `json:"values"`
}

func (s *api) setLookup(r *http.Request) (any, error) {
	var in LookupValues
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if len(in.Values) == 0 {
		return nil, bad(`the field "values" is missing`, `{"values":{"type":"landline"}}`)
	}
	entry, err := lookup.Of(s.account).Set(r.PathValue("number"), in.Values)
	return &entry, err
}

// Lookups returns what is set for numbers for Twilio's Lookup.
func (c *Client) Lookups(ctx context.Context) (*Lookups, error) {
	return call[Lookups](ctx, c, "GET", "/lookups", nil)
}

// SetLookup sets what Lookup says about a number: see [lookup.Fields].
func (c *Client) SetLookup(ctx context.Context, number string,
	values map[string]string) (*lookup.Entry, error) {
	return call[lookup.Entry](ctx, c, "PUT", "/lookups/"+url.PathEscape(number),
		LookupValues{Values: values})
}
