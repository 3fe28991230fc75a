package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/lazy"
)

// hit is a line of an access log.
type hit struct {
	at   time.Time
	form url.Values
}

// The forms of lines that are known without a LogFormat; the time is that of common web servers or
// RFC 3339.
var (
	postLine = lazy.Regexp(`\bPOST\s+(/[^\s"]*)`)
	bodyWord = lazy.Regexp(`\bbody="?([^\s"]+)"?`)
	logTime  = lazy.Regexp(`\[(\d{2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]|` +
		`(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)`)
)

// CheckLogFormat returns an error if an expression cannot be the format of a log. A misspelt group
// would never match and leave all times or bodies empty, so unknown names are refused.
func CheckLogFormat(re *regexp.Regexp) error {
	known := []string{"body", "method", "time"}
	for _, name := range re.SubexpNames() {
		if name != "" && !slices.Contains(known, name) {
			return fmt.Errorf("unknown group %q; the groups are body, method and time", name)
		}
	}
	if re.SubexpIndex("body") < 0 {
		return errors.New("it has no group body, which is the form that was posted; " +
			"write something like " +
			`'(?P<time>\S+) POST \S+ (?P<body>\S+)'`)
	}
	return nil
}

// parseHit reads a line of a log, in the record's format or in a usual one.
func (r *Record) parseHit(line string) (hit, bool) {
	if r.LogFormat == nil {
		return parseAccess(line)
	}
	m := r.LogFormat.FindStringSubmatch(line)
	if m == nil {
		return hit{}, false
	}
	group := func(name string) string {
		if i := r.LogFormat.SubexpIndex(name); i >= 0 {
			return m[i]
		}
		return ""
	}
	if method := group("method"); method != "" && !strings.EqualFold(method, "POST") {
		return hit{}, false
	}
	var h hit
	if at := group("time"); at != "" {
		if h.at = timeIn(logTime(), "["+at+"]"); h.at.IsZero() {
			h.at = parseTime(at)
		}
	}
	h.form, _ = url.ParseQuery(group("body")) // without a SID it is not used
	return h, true
}

// parseAccess reads a line with POST /path, a time and a form body: as body=, or as a field of a
// JSON object. A line that is a POST without a body is one too, so that Add can say that it was not
// understood.
func parseAccess(line string) (hit, bool) {
	if strings.HasPrefix(strings.TrimSpace(line), "{") {
		return parseJSONLine(line)
	}
	if !postLine().MatchString(line) {
		return hit{}, false
	}
	h := hit{at: timeIn(logTime(), line), form: url.Values{}}
	if m := bodyWord().FindStringSubmatch(line); m != nil {
		h.form, _ = url.ParseQuery(m[1]) // without a SID it is not used
	}
	return h, true
}

// parseJSONLine reads an object with the fields method, body and time, under their usual names.
func parseJSONLine(line string) (hit, bool) {
	var fields map[string]any
	if json.Unmarshal([]byte(line), &fields) != nil {
		return hit{}, false
	}
	field := func(names ...string) string {
		for _, name := range names {
			if text, ok := fields[name].(string); ok {
				return text
			}
		}
		return ""
	}
	if !strings.EqualFold(field("method", "request_method", "httpMethod"), "POST") {
		return hit{}, false
	}
	h := hit{at: parseTime(field("time", "timestamp", "ts", "@timestamp", "date"))}
	h.form, _ = url.ParseQuery(field("body", "request_body", "requestBody")) // as above
	return h, true
}

// timeIn returns the time in a line, zero if it has none.
func timeIn(re *regexp.Regexp, line string) time.Time {
	m := re.FindStringSubmatch(line)
	switch {
	case m == nil:
		return time.Time{}
	case m[1] != "":
		t, _ := time.Parse("02/Jan/2006:15:04:05 -0700", m[1]) // zero if it is none
		return t.UTC()
	}
	return parseTime(m[2])
}

// parseTime reads the forms of times that Twilio and logs use; zero for none. A time without a zone
// is taken as UTC, which is what Twilio's exports have.
func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.RFC1123Z, time.RFC1123,
		"2006-01-02 15:04:05 MST",
		"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05-07:00",
		"15:04:05 MST 2006-01-02",
		"2006-01-02T15:04:05-0700"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
