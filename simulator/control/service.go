package control

import (
	"net/http"
	"time"

	"twilsim/simulator/directory"
)

// Service is a Messaging Service, with those of Twilio's fields that change what it does.
type Service struct {
	SID          string `json:"sid"`
	FriendlyName string `json:"friendly_name"`
	// "" for none, like the next field
	InboundRequestURL         string    `json:"inbound_request_url"`
	StatusCallback            string    `json:"status_callback"`
	UseInboundWebhookOnNumber bool      `json:"use_inbound_webhook_on_number"`
	StickySender              bool      `json:"sticky_sender"`
	AdvancedOptOut            bool      `json:"advanced_opt_out"` // F-452
	ValidityPeriod            int       `json:"validity_period"`  // seconds
	DateCreated               time.Time `json:"date_created"`
	// phone numbers, then short codes, then alphanumeric senders
	Senders []Sender `json:"senders"`
}

// Sender is a member of a service's pool.
type Sender struct {
	SID     string               `json:"sid"`
	Kind    directory.SenderKind `json:"kind"`
	Address string               `json:"address"`
}

// Services are the account's Messaging Services, newest first.
type Services struct {
	Services []Service `json:"services"`
}

func (s *api) services(*http.Request) (any, error) {
	services := &Services{Services: []Service{}}
	for _, service := range s.account.Services() {
		services.Services = append(services.Services, s.newService(service))
	}
	return services, nil
}

func (s *api) newService(m directory.Service) Service {
	shown := Service{
		SID: m.SID, FriendlyName: m.FriendlyName, InboundRequestURL: m.InboundRequestURL,
		StatusCallback:            m.StatusCallback,
		UseInboundWebhookOnNumber: m.UseInboundWebhookOnNumber, StickySender: m.StickySender,
		AdvancedOptOut: m.AdvancedOptOut, ValidityPeriod: m.ValidityPeriod,
		DateCreated: m.Created.UTC(), Senders: []Sender{},
	}
	for _, kind := range []directory.SenderKind{directory.PhoneNumberSender,
		directory.ShortCodeSender, directory.AlphaSender} {
		// a service that was deleted in the meantime has no senders
		senders, _ := s.account.Senders(m.SID, kind)
		for _, sender := range senders {
			shown.Senders = append(shown.Senders, Sender{SID: sender.SID, Kind: sender.Kind,
				Address: sender.Address})
		}
	}
	return shown
}

// ServiceSettings are settings that Twilio has only in its console. A nil field does not change
// anything.
type ServiceSettings struct {
	AdvancedOptOut *bool `json:"advanced_opt_out,omitempty"` // F-452
}

func (s *api) setService(r *http.Request) (any, error) {
	var in ServiceSettings
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	sid := r.PathValue("sid")
	unknown := missing("Messaging Service", sid, "twilsim services")
	if in.AdvancedOptOut != nil {
		if err := s.account.SetAdvancedOptOut(sid, *in.AdvancedOptOut); err != nil {
			return nil, unknown
		}
	}
	service, ok := s.account.Service(sid)
	if !ok {
		return nil, unknown
	}
	shown := s.newService(service)
	return &shown, nil
}
