package control

import (
	"net/http"

	"twilsim/simulator/directory"
)

// Numbers are the account's phone numbers, by number.
type Numbers struct {
	Numbers []directory.Number `json:"numbers"`
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
	number, err := s.account.SetWebhooks(r.PathValue("number"), func(n *directory.Number) {
		if in.SmsURL != nil && *in.SmsURL == "" { // a fallback needs a URL that can fail
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
