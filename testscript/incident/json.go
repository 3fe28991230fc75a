package incident

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"twilsim/simulator/har"
)

// thing is any of the objects that Twilio shows: a message, an alert or an event. One type for all,
// because a file may mix them and nothing but the fields tells them apart.
type thing struct {
	SID string `json:"sid"`

	// of a message, and of a list of them
	Messages    []json.RawMessage `json:"messages"`
	Direction   string            `json:"direction"`
	From, To    string
	Body        string `json:"body"`
	Status      string `json:"status"`
	ErrorCode   any    `json:"error_code"` // a number of a message, a string of an alert (F-153)
	DateCreated string `json:"date_created"`
	DateSent    string `json:"date_sent"`

	// of an alert, and of a list of them
	Alerts      []json.RawMessage `json:"alerts"`
	Variables   string            `json:"request_variables"`
	DateOfAlert string            `json:"date_generated"`

	// of an event (F-724, F-731 to F-743)
	SpecVersion string          `json:"specversion"`
	Type        string          `json:"type"`
	Time        string          `json:"time"`
	Data        json.RawMessage `json:"data"`
}

// eventData is what an event about a message has.
type eventData struct {
	MessageSID    string `json:"messageSid"`
	MessageStatus string `json:"messageStatus"` // in capitals
	ErrorCode     int    `json:"errorCode"`
	From, To      string
	Body          string `json:"body"`
	Timestamp     string `json:"timestamp"`
}

// addJSON reads one value or several, and reports whether it knew any of them.
func (r *Record) addJSON(name string, data []byte) (known bool, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	for n := 1; ; n++ {
		var value json.RawMessage
		err := d.Decode(&value)
		switch {
		case errors.Is(err, io.EOF):
			return known, nil
		case err != nil:
			return known, fmt.Errorf("value %d: %w", n, err)
		}
		known = r.addValue(fmt.Sprintf("%s: value %d", name, n), value) || known
	}
}

// addValue reads an object, or a list of them. A list in a list, and the pages that the API
// returns, are opened up. What has none of the known forms may still be a line of a log in JSON.
func (r *Record) addValue(name string, value json.RawMessage) (known bool) {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		for i, item := range list {
			known = r.addValue(fmt.Sprintf("%s.%d", name, i+1), item) || known
		}
		return known
	}
	var t thing
	_ = json.Unmarshal(value, &t) // fields of another type stay empty
	switch {
	case t.Messages != nil || t.Alerts != nil:
		for i, item := range append(t.Messages, t.Alerts...) {
			r.addValue(fmt.Sprintf("%s.%d", name, i+1), item)
		}
		return true
	case t.SpecVersion != "":
		return r.addEvent(name, t)
	case isMessage(t.SID):
		r.addMessage(t)
		return true
	case strings.HasPrefix(t.SID, "NO"):
		r.addAlert(t)
		return true
	}
	if h, ok := parseJSONLine(string(value)); ok && r.form(h.form, h.at) {
		return true
	}
	r.skip("%s: neither a message, an alert nor an event", name)
	return false
}

// addMessage takes a message of the API, which knows best: it replaces what other files said, where
// it says anything.
func (r *Record) addMessage(t thing) {
	m := r.message(t.SID)
	m.from, m.to, m.body = cmp.Or(t.From, m.from), cmp.Or(t.To, m.to), cmp.Or(t.Body, m.body)
	m.direction, m.status = cmp.Or(t.Direction, m.direction), cmp.Or(t.Status, m.status)
	m.code = cmp.Or(codeOf(t.ErrorCode), m.code)
	m.created = cmp.Or(parseTime(t.DateCreated), m.created)
	m.sent = cmp.Or(parseTime(t.DateSent), m.sent)
}

func codeOf(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case string:
		return number(v)
	}
	return 0
}

// addAlert takes an alert. Its request_variables are the webhook that failed, so a message may be
// known from them alone.
func (r *Record) addAlert(t thing) {
	params, _ := url.ParseQuery(t.Variables) // what cannot be read tells nothing
	r.form(params, parseTime(cmp.Or(t.DateOfAlert, t.DateCreated)))
	r.alerts = append(r.alerts, fmt.Sprint(codeOf(t.ErrorCode)))
}

// addEvent takes an event. It never overrules what is known; only its status and time are its own.
func (r *Record) addEvent(name string, t thing) bool {
	var e eventData
	if !strings.HasPrefix(t.Type, "com.twilio.messaging.") || json.Unmarshal(t.Data, &e) != nil ||
		!isMessage(e.MessageSID) {
		r.skip("%s: an event %s that is not about a message", name, t.Type)
		return true
	}
	m := r.message(e.MessageSID)
	m.from, m.to, m.body = cmp.Or(m.from, e.From), cmp.Or(m.to, e.To), cmp.Or(m.body, e.Body)
	at := parseTime(cmp.Or(e.Timestamp, t.Time))
	if strings.HasPrefix(t.Type, "com.twilio.messaging.inbound") {
		m.direction, m.status = cmp.Or(m.direction, "inbound"), cmp.Or(m.status, "received")
		if m.created.IsZero() {
			m.created = at
		}
		return true
	}
	m.direction = cmp.Or(m.direction, "outbound-api")
	m.note(step{status: strings.ToLower(e.MessageStatus), code: e.ErrorCode, at: at})
	return true
}

// addHAR reads the webhooks of an archive.
func (r *Record) addHAR(data []byte) error {
	return har.Read(bytes.NewReader(data), func(e *har.Entry) error {
		x, err := e.Exchange()
		if err != nil {
			return err
		}
		if !r.form(x.Params(), e.StartedDateTime.UTC()) {
			r.skip("an entry for %s is not a webhook", x.Path())
		}
		return nil
	})
}
