package verify

import (
	"maps"
	"slices"
	"time"

	"twilsim/simulator/apierr"
)

// RateLimit is a programmable rate limit of a service: how many codes may be started with the same
// key.
type RateLimit struct {
	SID string `json:"sid"` // RK and 32 hex digits
	// of the account's rate limits, in their order
	Number      int                `json:"number"`
	ServiceSID  string             `json:"service_sid"`
	UniqueName  string             `json:"unique_name"`
	Description string             `json:"description,omitempty"`
	Buckets     []Bucket           `json:"buckets"`
	Starts      map[string][]int64 `json:"starts"` // by key, in nanoseconds of Unix time
	Created     time.Time          `json:"date_created"`
	Updated     time.Time          `json:"date_updated"`
}

// Bucket is one limit of a rate limit: Max starts within Interval seconds.
type Bucket struct {
	SID      string    `json:"sid"` // BL and 32 hex digits
	Max      int       `json:"max"`
	Interval int       `json:"interval"`
	Created  time.Time `json:"date_created"`
	Updated  time.Time `json:"date_updated"`
}

// full reports whether a bucket admits no more starts with a key.
func (l *RateLimit) full(key string, now time.Time) bool {
	return slices.ContainsFunc(l.Buckets, func(b Bucket) bool {
		return since(l.Starts[key], now.Add(-time.Duration(b.Interval)*time.Second)) >= b.Max
	})
}

// count adds a start, and forgets those that no bucket counts any more.
func (l *RateLimit) count(key string, now time.Time) {
	longest := 0
	for _, b := range l.Buckets {
		longest = max(longest, b.Interval)
	}
	oldest := now.Add(-time.Duration(longest) * time.Second).UnixNano()
	for other, starts := range l.Starts {
		starts = slices.DeleteFunc(starts, func(at int64) bool { return at <= oldest })
		if l.Starts[other] = starts; len(starts) == 0 {
			delete(l.Starts, other)
		}
	}
	l.Starts[key] = append(l.Starts[key], now.UnixNano())
}

// Starts is left out: it can be large, and no API shows it.
func (l *RateLimit) copy() RateLimit {
	c := *l
	c.Buckets, c.Starts = slices.Clone(l.Buckets), nil
	return c
}

// limitNamedLocked returns a service's rate limit, nil if there is none of that name.
func (s *State) limitNamedLocked(service, name string) *RateLimit {
	for _, l := range s.limits {
		if l.ServiceSID == service && l.UniqueName == name {
			return l
		}
	}
	return nil
}

// CreateRateLimit makes a rate limit without buckets, which limits nothing. The error is an
// [*apierr.Error].
func (s *State) CreateRateLimit(service, name, description string) (RateLimit, error) {
	if _, ok := s.Service(service); !ok {
		return RateLimit{}, apierr.NotFound()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" || s.limitNamedLocked(service, name) != nil {
		return RateLimit{}, Invalid("UniqueName", name)
	}
	s.lastLimit++
	now := s.account.Clock.Now()
	l := &RateLimit{SID: s.account.NextSID("RK"), Number: s.lastLimit, ServiceSID: service,
		UniqueName: name, Description: description, Buckets: []Bucket{},
		Starts: map[string][]int64{}, Created: now, Updated: now}
	s.limits[l.SID] = l
	s.touch(storedLimit, l.SID)
	return l.copy(), nil
}

// changeLimit changes a service's rate limit, and returns it. The error is an [*apierr.Error].
func (s *State) changeLimit(service, sid string,
	change func(*RateLimit, time.Time) error) (RateLimit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.limits[sid]
	if l == nil || l.ServiceSID != service {
		return RateLimit{}, apierr.NotFound()
	}
	if err := change(l, s.account.Clock.Now()); err != nil {
		return RateLimit{}, err
	}
	s.touch(storedLimit, sid)
	return l.copy(), nil
}

// UpdateRateLimit changes the description of a rate limit.
func (s *State) UpdateRateLimit(service, sid string, description *string) (RateLimit, error) {
	return s.changeLimit(service, sid, func(l *RateLimit, now time.Time) error {
		if description != nil {
			l.Description = *description
		}
		l.Updated = now
		return nil
	})
}

// RateLimit returns a service's rate limit, and whether there is one.
func (s *State) RateLimit(service, sid string) (RateLimit, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.limits[sid]; l != nil && l.ServiceSID == service {
		return l.copy(), true
	}
	return RateLimit{}, false
}

// RateLimits returns the rate limits of a service, newest first.
func (s *State) RateLimits(service string) []RateLimit {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []RateLimit{}
	for _, l := range s.limits {
		if l.ServiceSID == service {
			list = append(list, l.copy())
		}
	}
	slices.SortFunc(list, func(x, y RateLimit) int { return y.Number - x.Number })
	return list
}

// DeleteRateLimit deletes a rate limit. The error is an [*apierr.Error].
func (s *State) DeleteRateLimit(service, sid string) error {
	_, err := s.changeLimit(service, sid, func(*RateLimit, time.Time) error {
		delete(s.limits, sid)
		return nil
	})
	return err
}

// SetBucket adds a bucket to a rate limit if bucket is "", else it changes that bucket. A limit of
// nil stays. The error is an [*apierr.Error]. Max and Interval are at least 1; a new bucket needs
// both.
func (s *State) SetBucket(service, limit, bucket string, most, interval *int) (Bucket, error) {
	var set Bucket
	_, err := s.changeLimit(service, limit, func(l *RateLimit, now time.Time) error {
		i := slices.IndexFunc(l.Buckets, func(b Bucket) bool { return b.SID == bucket })
		switch {
		case i >= 0:
			set = l.Buckets[i]
		case bucket != "":
			return apierr.NotFound()
		default:
			set = Bucket{Created: now}
		}
		if most != nil {
			set.Max = *most
		}
		if interval != nil {
			set.Interval = *interval
		}
		switch set.Updated = now; {
		case set.Max < 1:
			return Invalid("Max", "")
		case set.Interval < 1:
			return Invalid("Interval", "")
		case i >= 0:
			l.Buckets[i] = set
		default:
			set.SID = s.account.NextSID("BL")
			l.Buckets = append(l.Buckets, set)
		}
		return nil
	})
	return set, err
}

// DeleteBucket deletes a bucket. The error is an [*apierr.Error].
func (s *State) DeleteBucket(service, limit, bucket string) error {
	_, err := s.changeLimit(service, limit, func(l *RateLimit, _ time.Time) error {
		n := len(l.Buckets)
		l.Buckets = slices.DeleteFunc(l.Buckets, func(b Bucket) bool { return b.SID == bucket })
		if len(l.Buckets) == n {
			return apierr.NotFound()
		}
		return nil
	})
	return err
}

// deleteLimitsLocked deletes the rate limits of a service.
func (s *State) deleteLimitsLocked(service string) {
	for sid := range maps.Keys(s.limits) {
		if s.limits[sid].ServiceSID == service {
			delete(s.limits, sid)
			s.touch(storedLimit, sid)
		}
	}
}
