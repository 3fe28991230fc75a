package rest

import (
	"time"
)

// span is the time from first up to, but not including, end. A zero time is no bound. Lists are
// filtered by spans (F-386).
type span struct{ first, end time.Time }

// has reports whether t is in the span. The zero time, of what has not happened yet, is only in the
// span without bounds.
func (s span) has(t time.Time) bool {
	if t.IsZero() {
		return s.first.IsZero() && s.end.IsZero()
	}
	return !t.Before(s.first) && (s.end.IsZero() || t.Before(s.end))
}

// span reads the filters NAME, NAME< and NAME>. Days are in GMT: NAME<=DAY means on or before
// that day, NAME>=DAY on or after it. SDKs send a time, to the second, instead of a day (F-386).
func (r *request) span(name string) (span, error) {
	var s span
	// all three may be given; the span is then what they have in common
	for _, suffix := range []string{"", "<", ">"} {
		value := r.form.Get(name + suffix)
		if value == "" {
			continue
		}
		t, unit, ok := parseDate(value)
		if !ok {
			return span{}, invalidDate(name+suffix, value)
		}
		if suffix != "<" && t.After(s.first) {
			s.first = t
		}
		if end := t.Add(unit); suffix != ">" && (s.end.IsZero() || end.Before(s.end)) {
			s.end = end
		}
	}
	return s, nil
}

// invalidDate returns the error about a filter that is neither a day nor a time.
func invalidDate(name, value string) error {
	return invalid(name + " is YYYY-MM-DD or a time in ISO 8601, not " + value)
}

const day = 24 * time.Hour

// parseDate reads a day or a time. unit is how long it lasts: a day or a second.
func parseDate(s string) (t time.Time, unit time.Duration, ok bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, day, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, time.Second, true
		}
	}
	return time.Time{}, 0, false
}
