package lookup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/suggest"
)

// Entry is what somebody set for a number. A field that was not set has its default.
type Entry struct {
	Number string `json:"number"`
	// Values are the fields by name: see [Fields].
	Values map[string]string `json:"values"`
}

// field is something that can be set for a number. usual is its default; a nil check accepts any
// value.
type field struct {
	name, usual string
	help        string
	check       func(string) error
}

// The names of the fields.
const (
	lineType     = "type"
	carrierName  = "carrier"
	countryCode  = "mcc"
	networkCode  = "mnc"
	callerName   = "caller"
	callerType   = "caller-type"
	forwarding   = "forwarding"
	lineStatus   = "line-status"
	simSwapped   = "sim-swapped"
	reassigned   = "reassigned"
	pumpingScore = "pumping-score"
	pumpingRisk  = "carrier-risk"
	blocked      = "blocked"
)

// Types are the line types (F-758).
var Types = []string{"landline", "mobile", "fixedVoip", "nonFixedVoip", "personal", "tollFree",
	"premium", "sharedCost", "uan", "voicemail", "pager", "unknown"}

// fields are the fields in the order in which they are shown.
var fields = []field{
	{lineType, "", "the line type, such as mobile or landline", among(Types...)},
	{carrierName, "twilsim", "the carrier's name", nil},
	{countryCode, "001", "the mobile country code", digits},
	{networkCode, "01", "the mobile network code", digits},
	{callerName, "", "the caller's name; only numbers of the US have one", nil},
	{callerType, "", "what the caller is", among("BUSINESS", "CONSUMER", "UNDETERMINED")},
	{forwarding, "false", "whether calls are forwarded", isBool},
	{lineStatus, "", "active or inactive; else a handset that is gone is inactive",
		among("active", "inactive")},
	{simSwapped, "", "when the SIM was changed last, as 2026-11-20T10:00:00Z", isTime},
	{reassigned, "no", "whether somebody else has the number since the day that is asked for",
		among("yes", "no", "no-data-available")},
	{pumpingScore, "0", "the risk of SMS pumping, from 0 to 100", isScore},
	{pumpingRisk, "low", "the carrier's risk category", nil},
	{blocked, "false", "whether the number is blocked for SMS pumping", isBool},
}

// Fields returns the names of what can be set for a number, and what each is for.
func Fields() (names, help []string) {
	for _, f := range fields {
		names, help = append(names, f.name), append(help, f.help)
	}
	return names, help
}

// get returns a field of an entry, or its default.
func (e Entry) get(name string) string {
	if value, ok := e.Values[name]; ok {
		return value
	}
	for _, f := range fields {
		if f.name == name {
			return f.usual
		}
	}
	return ""
}

// Check says what is wrong with the name and the value of a field; "" is every field's default. The
// error names the nearest field, or all of them.
func Check(name, value string) error {
	names, _ := Fields()
	i := slices.Index(names, name)
	if i < 0 {
		err := fmt.Errorf("unknown field %q: they are %s", name, strings.Join(names, ", "))
		if near := suggest.Nearest(name, names); near != "" {
			err = fmt.Errorf("unknown field %q: did you mean %q?", name, near)
		}
		return err
	}
	if fields[i].check == nil || value == "" {
		return nil
	}
	if err := fields[i].check(value); err != nil {
		return fmt.Errorf("%s is %w, not %q", name, err, value)
	}
	return nil
}

func among(words ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("one of %s", strings.Join(words, ", "))
		}
		return nil
	}
}

func digits(value string) error {
	if strings.Trim(value, "0123456789") != "" {
		return fmt.Errorf("digits")
	}
	return nil
}

func isBool(value string) error {
	if value != "true" && value != "false" {
		return fmt.Errorf("true or false")
	}
	return nil
}

func isScore(value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 0 || n > 100 {
		return fmt.Errorf("a number from 0 to 100")
	}
	return nil
}

func isTime(value string) error {
	if _, err := time.Parse(time.RFC3339, value); err != nil {
		return fmt.Errorf("a time such as 2026-11-20T10:00:00Z")
	}
	return nil
}
