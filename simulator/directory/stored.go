package directory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/recent"
)

// Section is a part of a directory that is stored as one text or, of the last three, by its
// entries. Sections of which an account has few things are stored whole; those that grow with the
// number of customers by entry, so that one text does not write ten thousand.
type Section string

// The sections. An entry of a handset has the handset's number as its key, an opt-out the sender
// and the recipient, and a sticky sender the service and the recipient, with a space between them.
const (
	Numbers        Section = "numbers"
	Services       Section = "services"
	Applications   Section = "applications"
	Keys           Section = "keys"
	Bins           Section = "bins"
	ProfileSection Section = "profile"
	Handsets       Section = "handset"
	OptOuts        Section = "opt_out"
	Sticky         Section = "sticky_sender"
)

// Whole returns the sections that are stored as one text each.
func Whole() []Section {
	return []Section{Numbers, Services, Applications, Keys, Bins, ProfileSection}
}

// storedNumber is a number with all of its fields. [Number]'s own JSON is that of our API and
// leaves most fields out. Its fields here hide those of the embedded one.
type storedNumber struct {
	Number
	Kind                 NumberKind `json:"kind"`
	FriendlyName         string     `json:"friendly_name"`
	SmsApplicationSID    string     `json:"sms_application_sid,omitempty"`
	StatusCallback       string     `json:"status_callback,omitempty"`
	StatusCallbackMethod string     `json:"status_callback_method"`
	VoiceApplicationSID  string     `json:"voice_application_sid,omitempty"`
	VoiceURL             string     `json:"voice_url,omitempty"`
	VoiceMethod          string     `json:"voice_method"`
	VoiceFallbackURL     string     `json:"voice_fallback_url,omitempty"`
	VoiceFallbackMethod  string     `json:"voice_fallback_method"`
	VoiceCallerIDLookup  bool       `json:"voice_caller_id_lookup"`
	Created              time.Time  `json:"date_created"`
	Updated              time.Time  `json:"date_updated"`
}

func storeNumber(n *Number) storedNumber {
	return storedNumber{*n, n.Kind, n.FriendlyName, n.SmsApplicationSID, n.StatusCallback,
		n.StatusCallbackMethod, n.VoiceApplicationSID, n.VoiceURL, n.VoiceMethod,
		n.VoiceFallbackURL, n.VoiceFallbackMethod, n.VoiceCallerIDLookup, n.Created, n.Updated}
}

func (s storedNumber) number() *Number {
	n := s.Number
	n.Kind, n.FriendlyName, n.SmsApplicationSID = s.Kind, s.FriendlyName, s.SmsApplicationSID
	n.StatusCallback, n.StatusCallbackMethod = s.StatusCallback, s.StatusCallbackMethod
	n.VoiceApplicationSID, n.VoiceURL = s.VoiceApplicationSID, s.VoiceURL
	n.VoiceMethod = s.VoiceMethod
	n.VoiceFallbackURL, n.VoiceFallbackMethod = s.VoiceFallbackURL, s.VoiceFallbackMethod
	n.VoiceCallerIDLookup, n.Created, n.Updated = s.VoiceCallerIDLookup, s.Created, s.Updated
	return &n
}

type storedService struct {
	Service
	Pool []Sender
}

type storedKey struct {
	Key
	Secret string
}

type storedSender struct {
	Address string    `json:"address"`
	Used    time.Time `json:"used"`
}

// Stored returns a section, or an entry of one, as it is stored. ok is false for an entry that
// there is not.
func (d *Directory) Stored(section Section, key string) (value any, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch section {
	case Numbers:
		return eachLocked(d.numbers, storeNumber), true
	case Services:
		return eachLocked(d.services, func(s *Service) storedService {
			return storedService{*s, s.pool}
		}), true
	case Applications:
		return eachLocked(d.applications, func(a *Application) Application { return *a }), true
	case Keys:
		keys := []storedKey{}
		for _, k := range d.keys {
			keys = append(keys, storedKey{k, k.secret})
		}
		return keys, true
	case Bins:
		return eachLocked(d.bins, func(b *Bin) Bin { return *b }), true
	case ProfileSection:
		return d.profile, true
	case Handsets:
		h, ok := d.handsets[key]
		return h, ok
	case OptOuts:
		sender, recipient, _ := strings.Cut(key, " ")
		return struct{}{}, d.optOuts[optOut{sender, recipient}]
	case Sticky:
		service, recipient, _ := strings.Cut(key, " ")
		if s := d.services[service]; s != nil {
			last, ok := s.sticky.Get(recipient)
			return storedSender{last.address, last.used}, ok
		}
	}
	return nil, false
}

// eachLocked returns the values of a map in the order of their keys.
func eachLocked[V, W any](from map[string]V, stored func(V) W) []W {
	list := make([]W, 0, len(from))
	for _, key := range slices.Sorted(maps.Keys(from)) {
		list = append(list, stored(from[key]))
	}
	return list
}

// Restore puts a section, or an entry of one, into the directory. Services come before the entries
// of sticky senders. It is for a directory that nobody uses yet: it reports no change, and checks
// nothing but the form.
func (d *Directory) Restore(section Section, key string, value []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.restoreLocked(section, key, value); err != nil {
		return fmt.Errorf("%s %s: %w", section, key, err)
	}
	return nil
}

func (d *Directory) restoreLocked(section Section, key string, value []byte) error {
	switch section {
	case Numbers:
		return each(value, func(n storedNumber) { d.numbers[n.PhoneNumber] = n.number() })
	case Services:
		return each(value, func(s storedService) {
			s.Service.pool = s.Pool
			s.Service.sticky = recent.New[string, lastSender](manyRecipients)
			d.services[s.SID] = &s.Service
		})
	case Applications:
		return each(value, func(a Application) { d.applications[a.SID] = &a })
	case Keys:
		return each(value, func(k storedKey) {
			k.Key.secret = k.Secret
			d.keys = append(d.keys, k.Key)
		})
	case Bins:
		return each(value, func(b Bin) { d.bins[b.Name] = &b })
	case ProfileSection:
		return json.Unmarshal(value, &d.profile)
	case Handsets:
		var h Handset
		if err := json.Unmarshal(value, &h); err != nil {
			return err
		}
		d.handsets[key] = h
		if h.State == carrier.HandsetOn {
			// the order in which handsets texted is not stored: after a restart it is that of the
			// entries
			d.texted = append(d.texted, key)
		}
	case OptOuts:
		sender, recipient, _ := strings.Cut(key, " ")
		d.optOuts[optOut{sender, recipient}] = true
	case Sticky:
		var last storedSender
		if err := json.Unmarshal(value, &last); err != nil {
			return err
		}
		service, recipient, _ := strings.Cut(key, " ")
		if s := d.services[service]; s != nil {
			s.sticky.Put(recipient, lastSender{last.Address, last.Used})
		}
	default:
		return fmt.Errorf("unknown section")
	}
	return nil
}

// each decodes a list and calls use with each element.
func each[T any](value []byte, use func(T)) error {
	var list []T
	if err := json.Unmarshal(value, &list); err != nil {
		return err
	}
	for _, element := range list {
		use(element)
	}
	return nil
}

// touch says that an entry of a section has changed.
func (d *Directory) touch(section Section, key string) {
	if d.o.Touched != nil {
		d.o.Touched(section, key)
	}
}
