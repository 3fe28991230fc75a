package carrier

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// MarshalJSON writes the rule's words as an object:
//
//	{"id":"r1","to":"+1202*","then":"sent,delivered","times":2,"used":1}
//
// The order of the members is that of the words, which a map would lose.
func (r Rule) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	// scripts contain >; an encoder that writes into HTML escapes it itself
	enc.SetEscapeHTML(false)
	separator := "{"
	member := func(name string, value any) {
		b.WriteString(separator + `"` + name + `":`)
		_ = enc.Encode(value) // strings and numbers cannot fail
		separator = ","
	}
	if r.ID != "" {
		member("id", r.ID)
	}
	for _, w := range words {
		if w.Name == "chance" && r.Used > 0 { // the count stands behind times
			member("used", r.Used)
		}
		switch value, present := w.get(&r); {
		case !present:
		case w.Flag():
			member(w.Name, true)
		case w.Integer:
			member(w.Name, json.Number(value))
		default:
			member(w.Name, value)
		}
	}
	if separator == "{" {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes, with the checks of [ParseRule]. A member that no
// rule has is an error; a member that is null counts as absent. It turns the members into words and
// parses these, so that both forms have the same checks and errors.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	known := append([]string{"id", "used"}, wordNames()...)
	for name := range members {
		if !slices.Contains(known, name) {
			return unknownWord("member", name, known)
		}
	}
	var id string
	var used int
	if err := cmp.Or(decodeMember(members, "id", &id),
		decodeMember(members, "used", &used)); err != nil {
		return err
	}
	if used < 0 {
		return fmt.Errorf("used: %d is less than nothing, want 0 or more", used)
	}
	texts, err := wordsOf(members)
	if err != nil {
		return err
	}
	rule, err := ParseRule(texts)
	*r = rule.withID(id, used)
	return err
}

// wordsOf returns the members of a rule as its words.
func wordsOf(members map[string]json.RawMessage) ([]string, error) {
	var texts []string
	for _, w := range words {
		text, present, err := w.unmarshal(members)
		if err != nil {
			return nil, err
		}
		if present {
			texts = append(texts, text)
		}
	}
	return texts, nil
}

// unmarshal returns the word with the value that its member has.
func (w Word) unmarshal(members map[string]json.RawMessage) (text string, present bool, err error) {
	switch {
	case w.Flag():
		var on bool
		err = decodeMember(members, w.Name, &on)
		return w.Name, on, err
	case w.Integer:
		var n *int
		if err = decodeMember(members, w.Name, &n); n != nil {
			return fmt.Sprintf("%s=%d", w.Name, *n), true, err
		}
		return "", false, err
	}
	var value *string
	if err = decodeMember(members, w.Name, &value); value != nil {
		return w.Name + "=" + *value, true, err
	}
	return "", false, err
}

// decodeMember decodes one member if it is there. Its error names the member.
func decodeMember(members map[string]json.RawMessage, name string, into any) error {
	data, ok := members[name]
	if !ok {
		return nil
	}
	err := json.Unmarshal(data, into)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		mismatch.Field, mismatch.Struct = name, "Rule"
	}
	if err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	return nil
}
