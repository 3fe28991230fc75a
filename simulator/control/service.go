package control

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"twilsim/simulator/directory"
)

func serviceRoutes() []route {
	return []route{
		{
			method: "GET", path: "/services", name: "services", tag: "account",
			summary: "The account's Messaging Services",
			result:  Services{},
			answer:  (*api).services,
		},
		{
			method: "POST", path: "/services", name: "addService", tag: "account",
			summary: "Make a Messaging Service",
			body:    ServiceSettings{},
			example: `{"friendly_name":"shop","add_senders":["+12025550100"]}`,
			status:  http.StatusCreated, result: Service{}, errors: []int{404},
			answer: (*api).addService,
		},
		{
			method: "GET", path: "/services/{sid}", name: "service", tag: "account",
			summary: "A Messaging Service, by its SID or name",
			result:  Service{}, errors: []int{404, 409},
			answer: (*api).service,
		},
		{
			method: "DELETE", path: "/services/{sid}", name: "removeService", tag: "account",
			summary: "Remove a Messaging Service; answers with the services that are left",
			result:  Services{}, errors: []int{404, 409},
			answer: (*api).removeService,
		},
		{
			method: "PUT", path: "/services/{sid}", name: "setService", tag: "account",
			summary: "Change a Messaging Service and its pool",
			body:    ServiceSettings{},
			example: `{"advanced_opt_out":true}`,
			result:  Service{}, errors: []int{404, 409},
			answer: (*api).setService,
		},
	}
}

// Service is a Messaging Service, with those of Twilio's fields that change what it does.
type Service struct {
	SID          string `json:"sid"`
	FriendlyName string `json:"friendly_name"`
	// "" for none, like the next two fields
	InboundRequestURL         string    `json:"inbound_request_url"`
	FallbackURL               string    `json:"fallback_url"`
	StatusCallback            string    `json:"status_callback"`
	UseInboundWebhookOnNumber bool      `json:"use_inbound_webhook_on_number"`
	StickySender              bool      `json:"sticky_sender"`
	AdvancedOptOut            bool      `json:"advanced_opt_out"` // F-452
	ValidityPeriod            int       `json:"validity_period"`  // seconds
	DateCreated               time.Time `json:"date_created"`
	// phone numbers, then short codes, then alphanumeric senders, then those of channels
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
		FallbackURL: m.FallbackURL, StatusCallback: m.StatusCallback,
		UseInboundWebhookOnNumber: m.UseInboundWebhookOnNumber, StickySender: m.StickySender,
		AdvancedOptOut: m.AdvancedOptOut, ValidityPeriod: m.ValidityPeriod,
		DateCreated: m.Created.UTC(), Senders: s.senders(m.SID),
	}
	return shown
}

// senders returns the pool of a service.
func (s *api) senders(service string) []Sender {
	pool := []Sender{}
	for _, kind := range directory.SenderKinds() {
		// a service that was deleted in the meantime has no senders
		senders, _ := s.account.Senders(service, kind)
		for _, sender := range senders {
			pool = append(pool, Sender{SID: sender.SID, Kind: sender.Kind, Address: sender.Address})
		}
	}
	return pool
}

// ServiceSettings changes a service. A nil field does not change anything.
type ServiceSettings struct {
	// required for a new service
	FriendlyName *string `json:"friendly_name,omitempty"`
	// "" for none, like the next two fields
	InboundRequestURL         *string `json:"inbound_request_url,omitempty"`
	FallbackURL               *string `json:"fallback_url,omitempty"`
	StatusCallback            *string `json:"status_callback,omitempty"`
	UseInboundWebhookOnNumber *bool   `json:"use_inbound_webhook_on_number,omitempty"`
	// a setting of Twilio's console (F-452), which its API does not have
	AdvancedOptOut *bool `json:"advanced_opt_out,omitempty"`
	// numbers, short codes and alphanumeric senders that the pool gets
	AddSenders []string `json:"add_senders,omitempty"`
	// members that the pool loses
	RemoveSenders []string `json:"remove_senders,omitempty"`
}

// change changes the fields of a service that Twilio's API has. It runs under the directory's lock.
// Its error is always nil; [directory.Directory.UpdateService] wants one.
func (in ServiceSettings) change(m *directory.Service) error {
	for _, set := range []struct{ to, from *string }{
		{&m.FriendlyName, in.FriendlyName}, {&m.InboundRequestURL, in.InboundRequestURL},
		{&m.FallbackURL, in.FallbackURL}, {&m.StatusCallback, in.StatusCallback},
	} {
		if set.from != nil {
			*set.to = *set.from
		}
	}
	if in.UseInboundWebhookOnNumber != nil {
		m.UseInboundWebhookOnNumber = *in.UseInboundWebhookOnNumber
	}
	return nil
}

// findService returns the service with this SID or, where there is none, the only one with this
// friendly name.
func (s *api) findService(name string) (directory.Service, error) {
	if service, ok := s.account.Service(name); ok {
		return service, nil
	}
	var found []directory.Service
	for _, service := range s.account.Services() {
		if service.FriendlyName == name {
			found = append(found, service)
		}
	}
	switch len(found) {
	case 0:
		return directory.Service{}, missing("Messaging Service", name, "twilsim services")
	case 1:
		return found[0], nil
	}
	return directory.Service{}, conflict("several Messaging Services have the name "+quote(name),
		"the SID of one: twilsim services")
}

func (s *api) service(r *http.Request) (any, error) {
	service, err := s.findService(r.PathValue("sid"))
	if err != nil {
		return nil, err
	}
	shown := s.newService(service)
	return &shown, nil
}

func (s *api) addService(r *http.Request) (any, error) {
	var in ServiceSettings
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.FriendlyName == nil {
		return nil, required("friendly_name", "")
	}
	if err := s.checkSenders(in); err != nil {
		return nil, err
	}
	service, err := s.account.CreateService(in.change)
	if err != nil {
		return nil, err
	}
	return s.setServiceDetails(service.SID, in)
}

func (s *api) setService(r *http.Request) (any, error) {
	var in ServiceSettings
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	service, err := s.findService(r.PathValue("sid"))
	if err != nil {
		return nil, err
	}
	if err := s.checkSenders(in); err != nil {
		return nil, err
	}
	if _, err := s.account.UpdateService(service.SID, in.change); err != nil {
		return nil, err
	}
	return s.setServiceDetails(service.SID, in)
}

// checkSenders refuses numbers that the account does not have, before anything is changed.
func (s *api) checkSenders(in ServiceSettings) error {
	for _, sender := range in.AddSenders {
		if _, _, ok := s.account.FindSender(sender); !ok {
			return missing("number", sender, "twilsim numbers add "+sender)
		}
	}
	return nil
}

// setServiceDetails changes the pool of a service and its settings of Twilio's console, and returns
// the service. A service, its pool and its console settings are three resources at Twilio, so this
// is no single change: if one part fails, those before it have been made.
func (s *api) setServiceDetails(sid string, in ServiceSettings) (any, error) {
	for _, sender := range in.AddSenders {
		kind, ref, _ := s.account.FindSender(sender) // checkSenders has found it
		if _, err := s.account.AddSender(sid, kind, ref); err != nil {
			return nil, err
		}
	}
	for _, sender := range in.RemoveSenders {
		if err := s.removeSender(sid, sender); err != nil {
			return nil, err
		}
	}
	if in.AdvancedOptOut != nil {
		if err := s.account.SetAdvancedOptOut(sid, *in.AdvancedOptOut); err != nil {
			return nil, err
		}
	}
	service, ok := s.account.Service(sid)
	if !ok {
		return nil, missing("Messaging Service", sid, "twilsim services")
	}
	shown := s.newService(service)
	return &shown, nil
}

// removeSender takes a member out of the pool of a service, by its SID or address.
func (s *api) removeSender(service, name string) error {
	for _, member := range s.senders(service) {
		if member.SID == name || member.Address == name {
			return s.account.RemoveSender(service, member.Kind, member.SID)
		}
	}
	return missing("sender in the pool", name, "twilsim services show "+service)
}

func (s *api) removeService(r *http.Request) (any, error) {
	service, err := s.findService(r.PathValue("sid"))
	if err != nil {
		return nil, err
	}
	if err := s.account.DeleteService(service.SID); err != nil {
		return nil, missing("Messaging Service", service.SID, "twilsim services")
	}
	return s.services(r)
}

// Services returns the account's Messaging Services.
func (c *Client) Services(ctx context.Context) (*Services, error) {
	return call[Services](ctx, c, "GET", "/services", nil)
}

// SetService changes a Messaging Service, given by its SID or name.
func (c *Client) SetService(ctx context.Context, sid string, to ServiceSettings) (*Service, error) {
	return call[Service](ctx, c, "PUT", "/services/"+url.PathEscape(sid), to)
}

// Service returns a Messaging Service, given by its SID or name.
func (c *Client) Service(ctx context.Context, ref string) (*Service, error) {
	return call[Service](ctx, c, "GET", "/services/"+url.PathEscape(ref), nil)
}

// AddService makes a Messaging Service.
func (c *Client) AddService(ctx context.Context, settings ServiceSettings) (*Service, error) {
	return call[Service](ctx, c, "POST", "/services", settings)
}

// RemoveService removes a Messaging Service, and returns the services that are left.
func (c *Client) RemoveService(ctx context.Context, ref string) (*Services, error) {
	return call[Services](ctx, c, "DELETE", "/services/"+url.PathEscape(ref), nil)
}
