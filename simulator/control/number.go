package control

import (
	"net/http"

	"twilsim/simulator/address"
	"twilsim/simulator/directory"
)

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
