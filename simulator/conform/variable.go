package conform

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/lazy"
)

// given are the variables that every probe has.
var given = []string{"AC", "TOKEN", "OTHER", "FROM", "TO"}

// variables are the values of one probe's variables.
type variables struct {
	values map[string]string
	now    func() time.Time
}

// expand replaces the variables of a text. A variable without a value becomes "".
func (v *variables) expand(text string) string {
	return os.Expand(text, v.value)
}

// expandPattern replaces the variables of a regular expression by what matches their values only.
func (v *variables) expandPattern(pattern string) string {
	return variablePattern().ReplaceAllStringFunc(pattern, func(name string) string {
		return regexp.QuoteMeta(v.value(strings.Trim(name, "${}")))
	})
}

func (v *variables) value(name string) string {
	if value, ok := computed(name, v.now); ok {
		return value
	}
	return v.values[name]
}

var (
	repeated = lazy.Regexp(`^(.)\*(\d{1,5})$`)
	moment   = lazy.Regexp(`^now([+-]\w+)$`)
	day      = lazy.Regexp(`^today([+-]\d+)?$`)
)

// computed returns the value of a variable that needs no setup. now may be nil to learn only
// whether there is one.
func computed(name string, now func() time.Time) (string, bool) {
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	if m := repeated().FindStringSubmatch(name); m != nil {
		n, err := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n), err == nil
	}
	if m := moment().FindStringSubmatch(name); m != nil {
		d, err := time.ParseDuration(m[1])
		return now().Add(d).UTC().Format(time.RFC3339), err == nil
	}
	if m := day().FindStringSubmatch(name); m != nil {
		n, _ := strconv.Atoi(m[1]) // no number is today
		return now().AddDate(0, 0, n).UTC().Format(time.DateOnly), true
	}
	return "", false
}
