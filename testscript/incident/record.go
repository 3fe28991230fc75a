package incident

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/har"
	"twilsim/simulator/sid"
)

// Record is what is known about some messages. The zero Record is empty and ready. It is not safe
// for concurrent use.
type Record struct {
	// KeepBodies leaves the texts of messages as they are.
	KeepBodies bool
	// LogFormat matches the lines of access logs: its group body has the form, and its groups time and
	// method have these; nil knows the usual formats.
	LogFormat *regexp.Regexp

	messages []*message
	alerts   []string // the codes of the debugger's entries
	// NotRead has a line for each thing in the files that was not understood.
	NotRead []string
}

// message is one message. Fields are zero as long as no file has told them. begun says when it was
// made.
type message struct {
	sid, direction string
	from, to, body string
	status         string // the last
	code           int
	created, sent  time.Time
	steps          []step // statuses with their times
}

// step is one status. A message has each status once: a copy of a callback adds no step.
type step struct {
	status  string
	code    int
	at      time.Time
	arrived time.Time // when the app got the callback; zero if that is not known
}

// ErrUnknown says that a file has a format that is not known.
var ErrUnknown = errors.New("unknown format: neither messages, alerts or " +
	"events as JSON, nor a message log as CSV, a HAR archive, or an access log with POST lines")

// Add reads a file. name is for messages only. A file may be compressed with gzip and may begin
// with a byte order mark. The error says that the format is not known, with [ErrUnknown], or where
// the file is broken; what came before that place is kept.
func (r *Record) Add(name string, data []byte) error {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		plain, err := unzip(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		data = plain
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	before := len(r.messages) + len(r.alerts)
	var err error
	known := true
	// the user's own format first, then what is sure, and the access log, which anything could be,
	// last
	switch head := bytes.TrimSpace(data); {
	case r.LogFormat != nil && r.LogFormat.Match(head):
		known = r.addAccess(name, data)
	case har.Is(data):
		err = r.addHAR(data)
	case len(head) > 0 && (head[0] == '{' || head[0] == '['):
		known, err = r.addJSON(name, data)
	case isCSV(data):
		err = r.addCSV(name, data)
	default:
		known = r.addAccess(name, data)
	}
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case !known && len(r.messages)+len(r.alerts) == before:
		return fmt.Errorf("%s: %w", name, ErrUnknown)
	}
	return nil
}

// maxSize is how long a file may be when it is unpacked. What is behind that is ignored.
const maxSize = 1 << 30

func unzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxSize))
}

// message returns the message with a SID, a new one if there is none yet.
func (r *Record) message(id string) *message {
	for _, m := range r.messages {
		if m.sid == id {
			return m
		}
	}
	m := &message{sid: id}
	r.messages = append(r.messages, m)
	return m
}

// isMessage reports whether a SID is that of a message.
func isMessage(id string) bool { return sid.Valid(id, "SM") || sid.Valid(id, "MM") }

// note adds a status, or what is new about one that is there. What was known first wins, because
// the files come in the user's order and a status has one time only.
func (m *message) note(s step) {
	for i := range m.steps {
		if known := &m.steps[i]; known.status == s.status {
			known.code = cmp.Or(known.code, s.code)
			if known.at.IsZero() {
				known.at = s.at
			}
			if known.arrived.IsZero() {
				known.arrived = s.arrived
			}
			return
		}
	}
	m.steps = append(m.steps, s)
}

// form takes what a webhook says about a message. It reports whether the form is about a message. A
// form with a MessageStatus is a callback, and any other is an inbound text.
func (r *Record) form(form url.Values, at time.Time) bool {
	id := cmp.Or(form.Get("MessageSid"), form.Get("SmsSid"))
	if !isMessage(id) {
		return false
	}
	m := r.message(id)
	m.from, m.to = cmp.Or(m.from, form.Get("From")), cmp.Or(m.to, form.Get("To"))
	if status := form.Get("MessageStatus"); status != "" {
		m.direction = cmp.Or(m.direction, "outbound-api")
		m.note(step{status: status, code: number(form.Get("ErrorCode")), arrived: at})
		return true
	}
	m.direction, m.status = cmp.Or(m.direction, "inbound"), cmp.Or(m.status, "received")
	m.body = cmp.Or(m.body, form.Get("Body"))
	if m.created.IsZero() {
		m.created = at
	}
	return true
}

// skip notes that something was not understood.
func (r *Record) skip(format string, args ...any) {
	r.NotRead = append(r.NotRead, fmt.Sprintf(format, args...))
}

// sorted returns the messages that have what a scenario needs, in the order of their times.
// Messages of the same time stay in the order in which the files named them.
func (r *Record) sorted() []*message {
	usable := slices.DeleteFunc(slices.Clone(r.messages), func(m *message) bool {
		unknown := m.unknown()
		if unknown != "" {
			r.skip("message %s: Twilio has no %s", m.sid, unknown)
		}
		return m.from == "" || m.to == "" || m.direction == "" || unknown != ""
	})
	slices.SortStableFunc(usable, func(a, b *message) int { return a.begun().Compare(b.begun()) })
	return usable
}

// directions are those of Twilio.
var directions = []string{"inbound", "outbound-api", "outbound-call", "outbound-reply"}

// unknown returns what of the message Twilio does not have: "" for nothing.
func (m *message) unknown() string {
	switch {
	case m.direction != "" && !slices.Contains(directions, m.direction):
		return "direction " + strconv.Quote(m.direction)
	case m.status != "" && !carrier.Status(m.status).Known():
		return "status " + strconv.Quote(m.status)
	}
	for _, s := range m.steps {
		if !carrier.Status(s.status).Known() {
			return "status " + strconv.Quote(s.status)
		}
	}
	return ""
}

// begun is when the message was made, as far as that is known. It is the earliest of all times:
// logs have no creation, and the time at which an app got a webhook is a little late.
func (m *message) begun() time.Time {
	begun := m.created
	for _, t := range append([]time.Time{m.sent}, m.times()...) {
		if begun.IsZero() || !t.IsZero() && t.Before(begun) {
			begun = t
		}
	}
	return begun
}

func (m *message) times() []time.Time {
	var all []time.Time
	for _, s := range m.steps {
		all = append(all, s.at, s.arrived)
	}
	return all
}

func (m *message) inbound() bool { return strings.HasPrefix(m.direction, "inbound") }

// addAccess reads the lines of an access log. Lines before the first POST are not counted as not
// understood: they are a head, or the file is no log at all.
func (r *Record) addAccess(name string, data []byte) (known bool) {
	scanner := bufio.NewScanner(bytes.NewReader(data))
	scanner.Buffer(nil, 1<<20)
	for n := 1; scanner.Scan(); n++ {
		line := scanner.Text()
		hit, ok := r.parseHit(line)
		switch {
		case strings.TrimSpace(line) == "":
		case !ok && known:
			r.skip("%s:%d: no POST of a webhook", name, n)
		case !ok:
		default:
			known = true
			if !r.form(hit.form, hit.at) {
				r.skip("%s:%d: a POST without a MessageSid in its body", name, n)
			}
		}
	}
	return known
}
