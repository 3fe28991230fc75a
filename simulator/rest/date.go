package rest

import (
	"time"
)

// span is a time from first up to, but not including, end; a zero time is no bound. Lists are filtered by spans (F-386).
type span struct{ first, end time.Time }

func (s span) has(t time.Time) bool {
	return (s.first.IsZero() || !t.IsZero() && !t.Before(s.first)) && (s.end.IsZero() || !t.IsZero() && t.Before(s.end))
}

// span reads the filters NAME, NAME< and NAME>. A day is in GMT; NAME<=DAY is on or before it, and NAME>=DAY on or after. The
// SDKs send a time to the second in the place of a day (F-386).
func (r *request) span(name string) (span, error) {
	var s span
	for _, suffix := range []string{"", "<", ">"} {
		value := r.form.Get(name + suffix)
		if value == "" {
			continue
		}
		t, unit, ok := parseDate(value)
		if !ok {
			return span{}, invalid(name + suffix + " is YYYY-MM-DD or a time in ISO 8601, not " + value)
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

const day = 24 * time.Hour

// parseDate reads a day or a time, and says how long it lasts.
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
