package content

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Template is one template.
type Template struct {
	SID          string    `json:"sid"` // HX and 32 hex digits
	FriendlyName string    `json:"friendly_name"`
	Language     string    `json:"language"` // en, es_MX
	Variables    Variables `json:"variables,omitempty"`
	Types        Types     `json:"types"`
	Approval     *Approval `json:"approval,omitempty"` // of WhatsApp; nil before it is asked for
	Created      time.Time `json:"date_created"`
	Updated      time.Time `json:"date_updated"`
}

// Types are the types of a template in the order of the request. The order matters to nobody at
// Twilio, but an answer repeats the request.
type Types []Typed

// Typed is the content of one type.
type Typed struct {
	Name string
	Data json.RawMessage // an object
}

// MarshalJSON writes an object with the types as its keys.
func (t Types) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, typed := range t {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", typed.Name)
		if err := json.Compact(&b, typed.Data); err != nil {
			return nil, fmt.Errorf("%s: %w", typed.Name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads an object and keeps the order of its keys. Of two equal keys it keeps the
// last, as encoding/json does.
func (t *Types) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return fmt.Errorf("types is an object, not %.40s", data)
	}
	*t = nil
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		typed := Typed{Name: name.(string)} // the key of an object is a string
		if err := d.Decode(&typed.Data); err != nil {
			return err
		}
		t.put(typed)
	}
	return nil
}

func (t *Types) put(typed Typed) {
	for i := range *t {
		if (*t)[i].Name == typed.Name {
			(*t)[i] = typed
			return
		}
	}
	*t = append(*t, typed)
}

// Status returns how far the template's approval is at a time (F-688).
func (t *Template) Status(now time.Time) Status {
	if t.Approval == nil {
		return Unsubmitted
	}
	return t.Approval.Status(now)
}

// richest returns the most complex of the template's types that a channel takes (F-840), and
// whether there is one.
func (t *Template) richest(channel Channel) (Typed, kind, bool) {
	best, found := -1, Typed{}
	for _, typed := range t.Types {
		k, place := kindOf(typed.Name)
		if place > best && takes(k, channel) {
			best, found = place, typed
		}
	}
	if best < 0 {
		return Typed{}, kind{}, false
	}
	return found, kinds()[best], true
}

func takes(k kind, channel Channel) bool {
	return slices.Contains(k.channels, channel)
}
