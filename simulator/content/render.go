package content

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"unicode/utf8"
)

// Rendered is what a channel sends of a template.
type Rendered struct {
	Type    string   `json:"type"`
	Body    string   `json:"body"`
	Media   []string `json:"media,omitempty"` // URLs
	Buttons []Button `json:"buttons,omitempty"`
	// Missing are the keys that have neither a value nor a sample, whose placeholders are still there.
	Missing []string `json:"missing,omitempty"`
	// Extra are the keys of values for which the template has no variable.
	Extra []string `json:"extra,omitempty"`
	// Session says that WhatsApp takes the type without approval in the 24-hour window, and Opens that
	// it can open a conversation.
	Session bool `json:"session,omitempty"`
	Opens   bool `json:"opens,omitempty"`
}

// Button is something that the recipient can tap.
type Button struct {
	Action string `json:"action"` // Reply or Item, which answer with a message; else as URL
	Title  string `json:"title"`
	ID     string `json:"id,omitempty"`
	// of an item, its second line; of a link, where it leads
	Detail string `json:"detail,omitempty"`
}

// The actions that answer with a message.
const (
	Reply = "QUICK_REPLY"
	Item  = "ITEM" // of a list picker; the word is ours
)

// Answers reports whether a tap sends a message to the app.
func (b Button) Answers() bool { return b.Action == Reply || b.Action == Item }

// TooLong reports whether the text is longer than WhatsApp takes (F-610).
func (r *Rendered) TooLong() bool { return utf8.RuneCountInString(r.Body) > maxBody }

// Render returns what a channel sends, with values in the place of the variables and the template's
// samples where one is missing (F-696). ok is false if the template has no type for the channel. It
// changes nothing of the template. What is missing or too many is reported and not refused, because
// the channel decides: SMS sends it, WhatsApp does not.
func (t *Template) Render(channel Channel, values Variables) (r Rendered, ok bool) {
	typed, k, ok := t.richest(channel)
	if !ok {
		return Rendered{}, false
	}
	all := Variables{}
	for key, sample := range t.Variables {
		if sample != "" {
			all[key] = sample
		}
	}
	maps.Copy(all, values)
	r = Rendered{Type: k.name, Session: k.session, Opens: k.opens, Extra: t.extra(values)}
	var object map[string]any
	_ = json.Unmarshal(typed.Data, &object) // it was checked
	if k.name == authentication {
		object["body"] = authenticationBody
	}
	filled := filler{values: all, missing: &r.Missing}.value(object).(map[string]any)
	r.read(filled)
	slices.Sort(r.Missing)
	return r, true
}

// WhatsApp writes the text of this type itself; the code is its only variable (F-844).
const (
	authentication     = "whatsapp/authentication"
	authenticationBody = "{{1}} is your verification code."
)

// extra returns the keys of values that no type and no sample of the template has.
func (t *Template) extra(values Variables) []string {
	known := map[string]bool{}
	for key := range t.Variables {
		known[key] = true
	}
	for _, typed := range t.Types {
		keys, _ := placeholders(string(typed.Data)) // it was checked
		if typed.Name == authentication {
			keys = append(keys, "1")
		}
		for _, key := range keys {
			known[key] = true
		}
	}
	var extra []string
	for key := range values {
		if !known[key] {
			extra = append(extra, key)
		}
	}
	slices.Sort(extra)
	return extra
}

// filler puts values into all texts of a JSON value.
type filler struct {
	values  Variables
	missing *[]string
}

func (f filler) value(v any) any {
	switch v := v.(type) {
	case string:
		keys, _ := placeholders(v)
		for _, key := range keys {
			if _, ok := f.values[key]; !ok && !slices.Contains(*f.missing, key) {
				*f.missing = append(*f.missing, key)
			}
		}
		return fill(v, f.values)
	case []any:
		filled := make([]any, len(v))
		for i := range v {
			filled[i] = f.value(v[i])
		}
		return filled
	case map[string]any:
		filled := make(map[string]any, len(v))
		for key := range v {
			filled[key] = f.value(v[key])
		}
		return filled
	}
	return v
}

// read takes the text, the media and the buttons from a type's object.
func (r *Rendered) read(object map[string]any) {
	get := func(o map[string]any, name string) string {
		s, _ := o[name].(string)
		return s
	}
	r.Body = cmp.Or(get(object, "body"), get(object, "title"), get(object, "label"))
	for _, u := range elements(object["media"]) {
		if u, ok := u.(string); ok {
			r.Media = append(r.Media, u)
		}
	}
	r.actions(object)
	for _, card := range elements(object["cards"]) {
		if card, ok := card.(map[string]any); ok {
			if u := get(card, "media"); u != "" {
				r.Media = append(r.Media, u)
			}
			r.actions(card)
		}
	}
	for _, item := range elements(object["items"]) {
		if item, ok := item.(map[string]any); ok && r.Type == "twilio/list-picker" {
			r.Buttons = append(r.Buttons, Button{Action: Item, Title: get(item, "item"),
				ID: get(item, "id"), Detail: get(item, "description")})
		}
	}
}

// actions adds the buttons of an object. Those of a carousel follow each other, card by card.
func (r *Rendered) actions(object map[string]any) {
	for _, action := range elements(object["actions"]) {
		a, ok := action.(map[string]any)
		if !ok {
			continue
		}
		get := func(name string) string {
			s, _ := a[name].(string)
			return s
		}
		r.Buttons = append(r.Buttons, Button{
			Action: cmp.Or(get("type"), Reply), ID: get("id"),
			Title:  cmp.Or(get("title"), get("copy_code_text"), get("code")),
			Detail: cmp.Or(get("url"), get("phone"), get("code")),
		})
	}
}

func elements(v any) []any {
	list, _ := v.([]any)
	return list
}
