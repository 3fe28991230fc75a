package control

import (
	"net/http"

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
	SmsURL    *string `json:"sms_url,omitempty"` // "" for nowhere, a bin's name, or an absolute URL
	SmsMethod *string `json:"sms_method,omitempty"`
}

func (s *api) setNumber(r *http.Request) (any, error) {
	var in NumberWebhook
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	address, err := messaging.ParseAddress(r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	number, _ := s.account.Number(address)
	if in.SmsURL != nil {
		number.SmsURL = *in.SmsURL
	}
	if in.SmsMethod != nil {
		number.SmsMethod = *in.SmsMethod
	}
	number, err = s.account.SetNumber(address, number.SmsURL, number.SmsMethod)
	return &number, err
}
