package clock

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	day     = 24 * time.Hour
	maxDays = 3650
)

// ErrNoUnit says that a duration is a number without a unit, ErrNegative that it has a minus sign.
// Other bad durations have another error.
var (
	ErrNoUnit   = errors.New("no unit")
	ErrNegative = errors.New("negative")

	errNotDuration = errors.New("not a duration")
)

// durationError is an error of [ParseDuration].
type durationError struct {
	text string
	kind error
}

func (e *durationError) Error() string { return e.text }
func (e *durationError) Unwrap() error { return e.kind }

// ParseDuration reads a duration as scripts, rules and scenarios write it: a Go duration without a
// sign, with whole days in front if wanted (1d12h), up to 3650d. Signs are refused because all
// these durations count forward. The error says what is wrong with s, and contains [ErrNoUnit] or
// [ErrNegative] where that is the case.
func ParseDuration(s string) (time.Duration, error) {
	d, err := parseDuration(s)
	switch {
	case err == nil:
		return d, nil
	case s == "":
		return 0, &durationError{"a time is missing: write 500ms, 2s, 1h30m or 30d", err}
	case errors.Is(err, ErrNoUnit):
		return 0, &durationError{fmt.Sprintf("%q has no unit: write %ss, %[2]sm, %[2]sh or %[2]sd", s, s),
			err}
	case strings.HasPrefix(s, "-"):
		return 0, &durationError{fmt.Sprintf("%q is negative: times count forward, as %s does", s,
			forward(s)), ErrNegative}
	}
	return 0, &durationError{fmt.Sprintf(
		"%q is not a time: write 500ms, 2s, 1h30m or 30d (the longest: %dd)",
		s, maxDays), err}
}

// forward returns a negative duration without its sign, or an example if that is not a duration.
func forward(s string) string {
	if without := strings.TrimLeft(s, "-"); without != "" {
		if _, err := parseDuration(without); err == nil {
			return without
		}
	}
	return "2s"
}

func parseDuration(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		days, rest = "0", s
	}
	if !startsWithDigit(days) || (rest == "" && !found) || (rest != "" && !startsWithDigit(rest)) {
		return 0, errNotDuration
	}
	if strings.Trim(s, "0123456789") == "" && s != "0" {
		return 0, ErrNoUnit
	}
	n, err := strconv.Atoi(days)
	if err != nil || n > maxDays {
		return 0, errNotDuration
	}
	var part time.Duration
	if rest != "" {
		part, err = time.ParseDuration(rest)
	}
	if err != nil || part > maxDays*day {
		return 0, errNotDuration
	}
	return time.Duration(n)*day + part, nil
}

func startsWithDigit(s string) bool {
	return s != "" &&
		(s[0] == '.' || '0' <= s[0] && s[0] <= '9')
}

// FormatDuration writes a duration in the short form that [ParseDuration] reads back: 500ms, 2s,
// 1h30m, 30d.
func FormatDuration(d time.Duration) string {
	if d >= day {
		days := strconv.Itoa(int(d/day)) + "d"
		if d%day == 0 {
			return days
		}
		return days + FormatDuration(d%day)
	}
	s := strings.Replace(d.String(), "µs", "us", 1)
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// DescribeDuration writes a duration for people: below a minute in seconds (0.5s), otherwise as
// [FormatDuration] does.
func DescribeDuration(d time.Duration) string {
	if d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
	}
	return FormatDuration(d)
}
