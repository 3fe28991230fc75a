package console

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/sdkcall"
	"twilsim/simulator/shell"
)

// funcs are the functions of the templates.
var funcs = template.FuncMap{
	"hms":   hms,
	"hm":    func(t time.Time) string { return t.Local().Format(time.TimeOnly) },
	"rfc":   func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) },
	"day":   func(t time.Time) string { return t.Local().Format("Monday 2 January 2006") },
	"short": short,
	"shape": shape,
	"http":  httpShape,
	"ms": func(d time.Duration) string {
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	},
	"span":   span,
	"path":   func(x *journal.Exchange) string { return x.Path() },
	"quote":  shell.Quote,
	"add":    func(a, b int) int { return a + b },
	"count":  count,
	"escape": url.QueryEscape,
	"seg":    url.PathEscape,
	"sub":    func(a, b int) int { return a - b },
	"by": func(base, by string, about ...*control.Message) decider {
		return decider{base, by, slices.Concat(about, []*control.Message{nil})[0]}
	},
	"ruleOf": func(by string) string {
		rule, ok := strings.CutPrefix(by, "rule ")
		rule, _, _ = strings.Cut(rule, ",") // rule r1, never read
		return onlyIf(ok, rule)
	},
	"phoneOf":    func(by string) bool { return strings.HasPrefix(by, "phone ") },
	"words":      strings.Fields,
	"firstLine":  func(s string) string { first, _, _ := strings.Cut(s, "\n"); return first },
	"line":       lineShape,
	"millis":     millis,
	"lists":      listBody,
	"ruleBody":   ruleBody,
	"spoils":     func() []spoil { return spoils },
	"sdks":       sdkcall.Languages,
	"inputTime":  inputTime,
	"json":       jsonObject,
	"image":      image,
	"expect":     expectMessage,
	"expectHook": expectExchange,
	"percent":    func(p float64) string { return strconv.FormatFloat(p*100, 'f', -1, 64) + " %" },
	"bytes":      func(s string) string { return group(len(s)) + " B" },
	"list":       func(items ...any) []any { return items },
}

// jsonObject is an object of names and values that alternate.
func jsonObject(pairs ...string) (string, error) {
	object := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		object[pairs[i]] = pairs[i+1]
	}
	text, err := json.Marshal(object)
	return string(text), err
}

// ruleBody is the body of a request that adds a rule.
func ruleBody(words ...string) (string, error) {
	text, err := json.Marshal(map[string][]string{"words": words})
	return string(text), err
}

// listBody is the body of a request whose one field is a list.
func listBody(field string, items ...string) (string, error) {
	text, err := json.Marshal(map[string][]string{field: items})
	return string(text), err
}

// spoil is what can be done to one callback of a message in flight.
type spoil struct{ Name, Fault, Does string }

var spoils = []spoil{
	{"Drop", "drop", "is not sent"}, {"Twice", "duplicate", "is sent twice"},
	{"Late", "late:30s", "is sent 30 s late, behind those that follow"},
}

// decider is what decided about a message, for a link to the rule or the handset.
type decider struct {
	Base, By string
	Message  *control.Message // nil for none
}

// Phone is the address of the handset of the message.
func (d decider) Phone() string { return customer(d.Message) }

func onlyIf(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// images are the types of media that a page shows: those that cannot contain a script.
var images = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}

func image(contentType string) bool { return slices.Contains(images, contentType) }

// expectMessage is the line of a scenario that expects a message like this one.
func expectMessage(m *control.Message) string {
	words := []string{"expect message", "to=" + shell.Word(m.To), "direction=" + string(m.Direction),
		"status=" + string(m.Status)}
	if m.ErrorCode != nil {
		words = append(words, "error_code="+strconv.Itoa(*m.ErrorCode))
	}
	return strings.Join(words, " ")
}

// expectExchange is the line of a scenario that expects a webhook or a request like this one.
func expectExchange(x *journal.Exchange) string {
	kind := "expect webhook"
	if x.Purpose == journal.API {
		kind = "expect request method=" + x.Method
	}
	words := []string{kind, "path=" + shell.Word(x.Path())}
	for _, name := range []string{"MessageStatus", "ErrorCode"} {
		if value := x.Params().Get(name); value != "" && x.Purpose == journal.Status {
			words = append(words, name+"="+shell.Word(value))
		}
	}
	if x.Status != 0 {
		words = append(words, "http="+strconv.Itoa(x.Status))
	}
	return strings.Join(words, " ")
}

// hms is a time of the day, on this machine's clock.
func hms(t time.Time) string { return t.Local().Format("15:04:05.000") }

// span writes a duration for people, rounded to milliseconds: 2.8 s, 23 h 48 m.
func span(d time.Duration) string {
	d = d.Round(time.Millisecond)
	if d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
	}
	return clock.DescribeDuration(d.Round(time.Second))
}

// count is a number with its noun: 1 message, 2 messages.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return group(n) + " " + noun
}

// group writes a number with commas between thousands.
func group(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// shape is the class of a status or a level: each has its own shape and colour.
func shape(word any) string {
	switch fmt.Sprint(word) {
	case "delivered", "read", "received", "on", "valid", "approved":
		return "ok"
	case "undelivered", "failed", "error", "opted-out", "gone", "canceled", "rejected", "dropped",
		"max_attempts_reached", "expired", "disabled":
		return "bad"
	case "queued", "scheduled", "accepted", "off", "landline", "pending", "waiting", "paused":
		return "wait"
	case "sent", "sending", "retrying":
		return "fly"
	case "warning":
		return "warn"
	}
	return "sim"
}

// lineShape is the class of how a scenario or a line of it ended.
func lineShape(outcome string) string {
	switch outcome {
	case "ok":
		return "ok"
	case "FAIL", "error":
		return "bad"
	case "running":
		return "fly"
	}
	return "wait"
}

// httpShape is the class of the answer to an exchange.
func httpShape(x *journal.Exchange) string {
	if x.Status >= 200 && x.Status < 400 && x.Error == "" {
		return "ok"
	}
	return "bad"
}
