package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/address"
	"twilsim/simulator/directory"
)

func numberRoutes() []route {
	return []route{
		{
			method: "GET", path: "/numbers", name: "numbers", tag: "account",
			summary: "The account's phone numbers",
			result:  Numbers{},
			answer:  (*api).numbers,
		},
		{
			method: "GET", path: "/numbers/{number}", name: "number", tag: "account",
			summary: "A phone number",
			result:  directory.Number{}, errors: []int{404},
			answer: (*api).number,
		},
		{
			method: "DELETE", path: "/numbers/{number}", name: "removeNumber", tag: "account",
			summary: "Release a number; answers with the numbers that are left",
			result:  Numbers{}, errors: []int{404},
			answer: (*api).removeNumber,
		},
		{
			method: "PUT", path: "/numbers/{number}", name: "setNumber", tag: "account",
			summary: "Add a number, or change its webhooks",
			body:    NumberWebhook{},
			example: `{"sms_url":"http://localhost:3000/sms",` +
				`"sms_fallback_url":"http://localhost:3000/fallback"}`,
			result: directory.Number{},
			answer: (*api).setNumber,
		},
	}
}

// Numbers are the account's phone numbers, by number.
type Numbers struct {
	Numbers []directory.Number `json:"numbers"`
}

func (s *api) numbers(*http.Request) (any, error) {
	return &Numbers{list(s.account.Numbers())}, nil
}

// findNumber returns the number of the path, and an error if the account does not have it.
func (s *api) findNumber(r *http.Request) (directory.Number, error) {
	number, err := address.Parse(r.PathValue("number"))
	if err != nil {
		return directory.Number{}, err
	}
	n, ok := s.account.Number(number)
	if !ok {
		return directory.Number{}, missing("number", number, "twilsim numbers")
	}
	return n, nil
}

func (s *api) number(r *http.Request) (any, error) {
	number, err := s.findNumber(r)
	return &number, err
}

func (s *api) removeNumber(r *http.Request) (any, error) {
	number, err := s.findNumber(r)
	if err != nil {
		return nil, err
	}
	if err := s.account.ReleaseNumber(number.SID); err != nil {
		return nil, missing("number", number.PhoneNumber, "twilsim numbers")
	}
	return s.numbers(r)
}

// NumberWebhook changes the webhooks of a number. A nil field does not change anything.
type NumberWebhook struct {
	// "" for none, the name of a bin, or an absolute URL
	SmsURL    *string `json:"sms_url,omitempty"`
	SmsMethod *string `json:"sms_method,omitempty"`
	// like SmsURL; refused if SmsURL is empty
	SmsFallbackURL    *string `json:"sms_fallback_url,omitempty"`
	SmsFallbackMethod *string `json:"sms_fallback_method,omitempty"`
}

func (s *api) setNumber(r *http.Request) (any, error) {
	var in NumberWebhook
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	number, err := s.account.SetWebhooks(r.PathValue("number"), func(n *directory.Number) {
		if in.SmsURL != nil && *in.SmsURL == "" { // a fallback without a URL would be refused
			n.SmsFallbackURL = ""
		}
		for _, set := range []struct{ to, from *string }{
			{&n.SmsURL, in.SmsURL}, {&n.SmsMethod, in.SmsMethod},
			{&n.SmsFallbackURL, in.SmsFallbackURL}, {&n.SmsFallbackMethod, in.SmsFallbackMethod},
		} {
			if set.from != nil {
				*set.to = *set.from
			}
		}
	})
	return &number, err
}

// Numbers returns the account's phone numbers.
func (c *Client) Numbers(ctx context.Context) (*Numbers, error) {
	return call[Numbers](ctx, c, "GET", "/numbers", nil)
}

// SetNumber adds a number to the account, or changes its webhooks. The new values are checked
// together, as Twilio does; if one is wrong, none is set.
func (c *Client) SetNumber(ctx context.Context, number string,
	to NumberWebhook) (*directory.Number, error) {
	return call[directory.Number](ctx, c, "PUT", "/numbers/"+url.PathEscape(number), to)
}

// Number returns a phone number.
func (c *Client) Number(ctx context.Context, number string) (*directory.Number, error) {
	return call[directory.Number](ctx, c, "GET", "/numbers/"+url.PathEscape(number), nil)
}

// RemoveNumber releases a number, and returns the numbers that are left.
func (c *Client) RemoveNumber(ctx context.Context, number string) (*Numbers, error) {
	return call[Numbers](ctx, c, "DELETE", "/numbers/"+url.PathEscape(number), nil)
}
