package carrier

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

var (
	errNoUnit  = errors.New("no unit")
	errNotTime = errors.New("not a time")
)

// ParseTime reads a time of a script or a scenario: a Go duration without a sign, with whole days in front where wanted, up to 3650d.
func ParseTime(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		days, rest = "0", s
	}
	if !startsWithDigit(days) || (rest == "" && !found) || (rest != "" && !startsWithDigit(rest)) {
		return 0, errNotTime
	}
	if strings.Trim(s, "0123456789") == "" && s != "0" {
		return 0, errNoUnit
	}
	n, err := strconv.Atoi(days)
	if err != nil || n > maxDays {
		return 0, errNotTime
	}
	var part time.Duration
	if rest != "" {
		part, err = time.ParseDuration(rest)
	}
	if err != nil || part > maxDays*day {
		return 0, errNotTime
	}
	return time.Duration(n)*day + part, nil
}

// startsWithDigit keeps signs out: a script's times all count forward from acceptance.
func startsWithDigit(s string) bool { return s != "" && (s[0] == '.' || '0' <= s[0] && s[0] <= '9') }

// formatTime writes a time so that ParseTime reads it back: 500ms, 2s, 1h30m, 30d.
func formatTime(d time.Duration) string {
	if d >= day {
		days := strconv.Itoa(int(d/day)) + "d"
		if d%day == 0 {
			return days
		}
		return days + formatTime(d%day)
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

// seconds writes a time for people: below a minute in seconds, above as formatTime.
func seconds(d time.Duration) string {
	if d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
	}
	return formatTime(d)
}
