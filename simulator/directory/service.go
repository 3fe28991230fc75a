package directory

import (
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/recent"
)

// Service is a Messaging Service: a pool of senders with settings of its own, under Twilio's names
// (G.1).
type Service struct {
	SID                       string // MG and 32 hex digits
	FriendlyName              string // F-410
	InboundRequestURL         string // F-411; "" for none
	InboundMethod             string
	FallbackURL               string // F-412
	FallbackMethod            string
	StatusCallback            string // F-413
	UseInboundWebhookOnNumber bool   // F-414
	StickySender              bool   // F-415
	MmsConverter              bool   // kept, and without effect
	SmartEncoding             bool
	AreaCodeGeomatch          bool
	ValidityPeriod            int    // seconds (F-416)
	FallbackToLongCode        bool   // F-417: kept, and without effect, as the next two
	ScanMessageContent        string // F-418
	SynchronousValidation     bool
	Usecase                   string // F-419
	Created, Updated          time.Time
	// AdvancedOptOut is set in Twilio's console, not by its API (F-452).
	AdvancedOptOut bool

	// A change makes a new slice, because copies of the service share it.
	pool []Sender
	// All copies of the service share it; only code with the directory's lock uses it.
	sticky *recent.Map[string, lastSender] // by recipient (F-428)
}

// MaxValidity is the longest validity period and the default, in seconds (F-336, F-416).
const MaxValidity = 36000

// maxFriendlyName is in characters (F-410).
const maxFriendlyName = 64

// ParseValidity reads a validity period in seconds, and reports whether it is one.
func ParseValidity(value string) (int, bool) {
	n, err := strconv.Atoi(value)
	return n, err == nil && n >= 1 && n <= MaxValidity
}

// CreateService makes a Messaging Service and changes it. The error is the change's own, a
// [*FieldError] or an [*apierr.Error].
func (d *Directory) CreateService(change func(*Service) error) (Service, error) {
	now := d.o.Now()
	s := &Service{
		InboundMethod: http.MethodPost, FallbackMethod: http.MethodPost,
		// F-415: as in the example of the API's description
		StickySender: true, MmsConverter: true, AreaCodeGeomatch: true,
		ValidityPeriod: MaxValidity, ScanMessageContent: "inherit", Usecase: "undeclared",
		Created: now, Updated: now, sticky: recent.New[string, lastSender](manyRecipients),
	}
	d.mu.Lock()
	err := d.changeServiceLocked(s, change)
	if err == nil {
		s.SID = d.o.SIDs.Next("MG")
		d.services[s.SID] = s
		d.touch(Services, s.SID)
	}
	created := *s
	d.mu.Unlock()
	if err != nil {
		return Service{}, err
	}
	d.o.Changed("service " + created.SID)
	return created, nil
}

func (d *Directory) changeServiceLocked(s *Service, change func(*Service) error) error {
	before := *s
	if err := change(s); err != nil {
		return err
	}
	err := d.checkURLsLocked(field{"InboundRequestUrl", before.InboundRequestURL,
		&s.InboundRequestURL},
		field{"FallbackUrl", before.FallbackURL, &s.FallbackURL})
	if err != nil {
		return err
	}
	switch n := utf8.RuneCountInString(s.FriendlyName); {
	case n == 0:
		return apierr.Invalid("FriendlyName is required")
	case n > maxFriendlyName:
		return apierr.Invalid("FriendlyName has at most %d characters, this one %d",
			maxFriendlyName, n)
	}
	return nil
}

// UpdateService changes a service. The error is as in [Directory.CreateService]. It is an
// [*apierr.Error] if there is no such service.
func (d *Directory) UpdateService(sid string, change func(*Service) error) (Service, error) {
	s, err := d.updateService(sid, change)
	if err != nil {
		return Service{}, err
	}
	d.o.Changed("service " + sid)
	return s, nil
}

func (d *Directory) updateService(sid string, change func(*Service) error) (Service, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.services[sid]
	if s == nil {
		return Service{}, apierr.NotFound()
	}
	changed := *s
	if err := d.changeServiceLocked(&changed, change); err != nil {
		return Service{}, err
	}
	changed.Updated = d.o.Now()
	*s = changed
	d.touch(Services, sid)
	return changed, nil
}

// SetAdvancedOptOut switches Advanced Opt-Out of a service on or off (F-452). It is a setting of
// Twilio's console, not of its API, and so it does not count as an update.
func (d *Directory) SetAdvancedOptOut(service string, on bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.services[service]
	if s == nil {
		return apierr.NotFound()
	}
	s.AdvancedOptOut = on
	d.touch(Services, service)
	return nil
}

// DeleteService forgets a service and frees its senders (F-426).
func (d *Directory) DeleteService(sid string) error {
	d.mu.Lock()
	s, ok := d.services[sid]
	if ok {
		d.touchSticky(s)
		delete(d.services, sid)
		d.touch(Services, sid)
	}
	d.mu.Unlock()
	if !ok {
		return apierr.NotFound()
	}
	d.o.Changed("service " + sid + " deleted")
	return nil
}

// Service returns a service, and whether there is one of that SID.
func (d *Directory) Service(sid string) (Service, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.services[sid]; s != nil {
		return *s, true
	}
	return Service{}, false
}

// Services returns the account's services, newest first.
func (d *Directory) Services() []Service {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]Service, 0, len(d.services))
	for _, s := range d.services {
		all = append(all, *s)
	}
	return newestFirst(all, func(s Service) (time.Time, string) { return s.Created, s.SID })
}

// serviceOfLocked finds the service whose pool has the address, nil for none.
func (d *Directory) serviceOfLocked(number string) *Service {
	for _, s := range d.services {
		if s.Has(number) {
			return s
		}
	}
	return nil
}

// Has reports whether the address is in the service's pool. A sender of a channel is there under
// its number as well.
func (s Service) Has(number string) bool {
	return slices.ContainsFunc(s.pool, func(m Sender) bool {
		return m.Address == number || address.Bare(m.Address) == number
	})
}

// Empty reports whether the service's pool has no sender.
func (s Service) Empty() bool { return len(s.pool) == 0 }
