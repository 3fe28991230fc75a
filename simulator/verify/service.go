package verify

import (
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"twilsim/simulator/apierr"
	"twilsim/simulator/quirk"
)

// Service is a Verify service under Twilio's names (F-625).
type Service struct {
	SID                      string `json:"sid"`    // VA and 32 hex digits
	Number                   int    `json:"number"` // of the account's services, in their order
	FriendlyName             string `json:"friendly_name"`
	CodeLength               int    `json:"code_length"`
	LookupEnabled            bool   `json:"lookup_enabled"`
	PSD2Enabled              bool   `json:"psd2_enabled"`
	SkipSMSToLandlines       bool   `json:"skip_sms_to_landlines"`
	DoNotShareWarningEnabled bool   `json:"do_not_share_warning_enabled"`
	CustomCodeEnabled        bool   `json:"custom_code_enabled"`
	// Other has the parameters that are kept without an effect, by Twilio's names: Totp.Issuer.
	Other   map[string]string `json:"other"`
	Created time.Time         `json:"date_created"`
	Updated time.Time         `json:"date_updated"`
}

// Settings are the names of what is switched on, and then what is kept without an effect:
// lookup-enabled, Totp.Issuer=shop.
func (s Service) Settings() []string {
	var on []string
	for _, setting := range []struct {
		name string
		on   bool
	}{
		{"lookup-enabled", s.LookupEnabled}, {"psd2-enabled", s.PSD2Enabled},
		{"skip-sms-to-landlines", s.SkipSMSToLandlines},
		{"do-not-share-warning-enabled", s.DoNotShareWarningEnabled},
		{"custom-code-enabled", s.CustomCodeEnabled},
	} {
		if setting.on {
			on = append(on, setting.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Other)) {
		on = append(on, name+"="+s.Other[name])
	}
	return on
}

// The limits of a service (F-622, F-623).
const (
	maxDigitsInName   = 4
	minCodeLength     = 4
	maxCodeLength     = 10
	defaultCodeLength = 6
)

// CreateService makes a service and changes it. The error is the change's own, or an
// [*apierr.Error].
func (s *State) CreateService(change func(*Service) error) (Service, error) {
	return s.CreateServiceAs("", change)
}

// CreateServiceAs is CreateService with a SID of the caller's, "" for a new one. A service that has
// it already is replaced.
func (s *State) CreateServiceAs(sid string, change func(*Service) error) (Service, error) {
	now := s.account.Clock.Now()
	service := &Service{CodeLength: defaultCodeLength, Other: map[string]string{}, // F-624
		Created: now, Updated: now}
	if err := s.changeService(service, change); err != nil {
		return Service{}, err
	}
	if service.SID = sid; sid == "" {
		service.SID = s.account.NextSID("VA")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keepServiceLocked(service)
	return *service, nil
}

// UpdateService changes a service. The error is as in [State.CreateService]. The lock is held while
// change runs, so that no other change is lost and a service that is deleted meanwhile stays so;
// change must not use the state.
func (s *State) UpdateService(sid string, change func(*Service) error) (Service, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.services[sid]
	if !ok {
		return Service{}, apierr.NotFound()
	}
	service := *old
	service.Other = maps.Clone(old.Other) // readers have copies that share the map
	if err := s.changeService(&service, change); err != nil {
		return Service{}, err
	}
	service.Updated = s.account.Clock.Now()
	s.keepServiceLocked(&service)
	return service, nil
}

func (s *State) changeService(service *Service, change func(*Service) error) error {
	if err := change(service); err != nil {
		return err
	}
	name := service.FriendlyName
	digits := 0
	for _, r := range name {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	quirks := s.account.Quirks()
	switch n := utf8.RuneCountInString(name); {
	case n == 0, n > quirks.Int(quirk.VerifyName), digits > maxDigitsInName: // F-622
		return Invalid("FriendlyName", name)
	case service.CodeLength < minCodeLength, service.CodeLength > maxCodeLength: // F-623
		return Invalid("CodeLength", strconv.Itoa(service.CodeLength))
	}
	return nil
}

func (s *State) keepServiceLocked(service *Service) {
	if service.Number == 0 {
		s.last++
		service.Number = s.last
	}
	s.services[service.SID] = service
	s.touch(storedService, service.SID)
}

// Service returns the service of that SID, and whether there is one.
func (s *State) Service(sid string) (Service, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	service, ok := s.services[sid]
	if !ok {
		return Service{}, false
	}
	return *service, true
}

// Services returns the services, newest first.
func (s *State) Services() []Service {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Service, 0, len(s.services))
	for _, service := range s.services {
		list = append(list, *service)
	}
	slices.SortFunc(list, func(x, y Service) int { return y.Number - x.Number })
	return list
}

// DeleteService deletes a service. The error is an [*apierr.Error] if there is none.
func (s *State) DeleteService(sid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.services[sid]; !ok {
		return apierr.NotFound()
	}
	delete(s.services, sid)
	s.deleteLimitsLocked(sid)
	s.touch(storedService, sid)
	return nil
}
