package clock

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

const (
	day     = 24 * time.Hour
	maxDays = 3650
)

// ErrNoUnit says that a duration is a number without a unit. Other bad durations have another
// error.
var ErrNoUnit = errors.New("no unit")

var errNotDuration = errors.New("not a duration")

// ParseDuration reads a duration as scripts, rules and scenarios write it: a Go duration without a
// sign, with whole days in front if wanted (1d12h), up to 3650d. Signs are refused because all
// these durations count forward.
func ParseDuration(s string) (time.Duration, error) {
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
