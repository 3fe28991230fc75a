package control

import (
	"net/http"

	"twilsim/simulator/address"
	"twilsim/simulator/messaging"
)

// Numbers are the account's phone numbers, by number.
type Numbers struct {
	Numbers []messaging.Number `json:"numbers"`
}

func (s *api) numbers(*http.Request) (any, error) {
	return &Numbers{list(s.account.Numbers())}, nil
}

// NumberWebhook is where a number's messages go. A nil field leaves what was there.
type NumberWebhook struct {
	SmsURL            *string `json:"sms_url,omitempty"` // "" for nowhere, a bin's name, or an absolute URL
	SmsMethod         *string `json:"sms_method,omitempty"`
	SmsFallbackURL    *string `json:"sms_fallback_url,omitempty"` // as SmsURL, without which it is refused
	SmsFallbackMethod *string `json:"sms_fallback_method,omitempty"`
}

func (s *api) setNumber(r *http.Request) (any, error) {
	var in NumberWebhook
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	address, err := address.Parse(r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	number, _ := s.account.Number(address)
	number.PhoneNumber = address
	if in.SmsURL != nil && *in.SmsURL == "" { // a fallback needs a URL that can fail
		number.SmsFallbackURL = ""
	}
	for _, set := range []struct{ to, from *string }{
		{&number.SmsURL, in.SmsURL}, {&number.SmsMethod, in.SmsMethod},
		{&number.SmsFallbackURL, in.SmsFallbackURL}, {&number.SmsFallbackMethod, in.SmsFallbackMethod},
	} {
		if set.from != nil {
			*set.to = *set.from
		}
	}
	number, err = s.account.SetWebhooks(number)
	return &number, err
}
