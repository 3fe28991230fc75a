package directory

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/recent"
)

// Section is a part of a directory. It is stored by its entries, so that a change of one does not
// write ten thousand; only the profile is one text.
type Section string

// The sections. The key of an entry is the number of a number or a handset, the name of a bin, the
// SID of a service, an application or a key, the sender and the recipient of an opt-out, and the
// service and the recipient of a sticky sender, with a space between them.
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
	Number int // orders the keys
}

type storedSender struct {
	Address string    `json:"address"`
	Used    time.Time `json:"used"`
}

// Entries calls use with each entry, except for sticky senders, and with the profile, whose key is
// "". It must not call the directory.
func (d *Directory) Entries(use func(section Section, key string)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	use(ProfileSection, "")
	for key := range d.numbers {
		use(Numbers, key)
	}
	for key := range d.services {
		use(Services, key)
	}
	for key := range d.applications {
		use(Applications, key)
	}
	for _, key := range d.keys {
		use(Keys, key.SID)
	}
	for key := range d.bins {
		use(Bins, key)
	}
	for key := range d.handsets {
		use(Handsets, key)
	}
	for pair := range d.optOuts {
		use(OptOuts, pair.sender+" "+pair.recipient)
	}
}

// Stored returns an entry, or the profile, as it is stored. ok is false for an entry that there is
// not.
func (d *Directory) Stored(section Section, key string) (value any, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch section {
	case Numbers:
		if n := d.numbers[key]; n != nil {
			return storeNumber(n), true
		}
	case Services:
		if s := d.services[key]; s != nil {
			return storedService{*s, s.pool}, true
		}
	case Applications:
		if a := d.applications[key]; a != nil {
			return *a, true
		}
	case Keys:
		for _, k := range d.keys {
			if k.SID == key {
				return storedKey{k, k.secret, k.number}, true
			}
		}
	case Bins:
		if b := d.bins[key]; b != nil {
			return *b, true
		}
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

// Restore puts an entry, or the profile, into the directory. Services come before the entries of
// sticky senders. It is for a directory that nobody uses yet: it reports no change, and checks
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
		return one(value, func(n storedNumber) { d.numbers[n.PhoneNumber] = n.number() })
	case Services:
		return one(value, func(s storedService) {
			s.Service.pool = s.Pool
			s.Service.sticky = recent.New[string, lastSender](manyRecipients)
			d.services[s.SID] = &s.Service
		})
	case Applications:
		return one(value, func(a Application) { d.applications[a.SID] = &a })
	case Keys:
		return one(value, func(k storedKey) {
			k.Key.secret, k.Key.number = k.Secret, k.Number
			at, _ := slices.BinarySearchFunc(d.keys, k.Number,
				func(other Key, number int) int { return other.number - number })
			d.keys = slices.Insert(d.keys, at, k.Key)
		})
	case Bins:
		return one(value, func(b Bin) { d.bins[b.Name] = &b })
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

// one decodes an entry and calls use with it.
func one[T any](value []byte, use func(T)) error {
	var entry T
	if err := json.Unmarshal(value, &entry); err != nil {
		return err
	}
	use(entry)
	return nil
}

// touch says that an entry, or the profile, has changed or is gone. The lock is held.
func (d *Directory) touch(section Section, key string) {
	if d.o.Touched != nil {
		d.o.Touched(section, key)
	}
}
