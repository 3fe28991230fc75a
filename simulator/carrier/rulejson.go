package carrier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"twilsim/simulator/suggest"
)

// ruleJSON is a rule on the wire: its words under their names, as [ParseRule] has them.
type ruleJSON struct {
	ID        string  `json:"id,omitempty"`
	Webhook   *string `json:"webhook,omitempty"`
	To        *string `json:"to,omitempty"`
	From      *string `json:"from,omitempty"`
	Body      *string `json:"body,omitempty"`
	Service   *string `json:"service,omitempty"`
	Direction *string `json:"direction,omitempty"`
	Status    *string `json:"status,omitempty"`
	Path      *string `json:"path,omitempty"`
	URL       *string `json:"url,omitempty"`
	Then      *string `json:"then,omitempty"`
	Race      bool    `json:"race,omitempty"`
	Overlap   bool    `json:"overlap,omitempty"`
	Illegal   bool    `json:"illegal,omitempty"`
	Fault     *string `json:"fault,omitempty"`
	API       *string `json:"api,omitempty"`
	Respond   *string `json:"respond,omitempty"`
	Times     *int    `json:"times,omitempty"`
	Used      int     `json:"used,omitempty"`
	Chance    *string `json:"chance,omitempty"`
}

// MarshalJSON writes the rule's words as an object: {"id":"r1","to":"+1202*","then":"sent,delivered","times":2,"used":1}.
func (r Rule) MarshalJSON() ([]byte, error) {
	out := ruleJSON{ID: r.ID, Race: r.Race, Overlap: r.Overlap, Illegal: r.Illegal, Used: r.Used}
	for _, pair := range r.pairs() {
		value := pair[1]
		switch key := pair[0]; key {
		case "times":
			out.Times = &r.Times
		case "race", "overlap", "illegal":
		default:
			*out.field(key) = &value
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // a script has > in it; whoever writes into HTML has their own encoder escape it
	err := enc.Encode(out)
	return b.Bytes(), err
}

// UnmarshalJSON reads what MarshalJSON writes, with the checks of [ParseRule]. A member that no rule has is an error.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	known := append([]string{"id", "used"}, ruleWords...)
	for member := range members {
		if !slices.Contains(known, member) {
			return unknownMember(member, known)
		}
	}
	var in ruleJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	if in.Used < 0 {
		return fmt.Errorf("used: %d is less than nothing, want 0 or more", in.Used)
	}
	rule, err := ParseRule(in.words())
	*r = rule.withID(in.ID, in.Used)
	return err
}

func unknownMember(member string, known []string) error {
	if near := suggest.Nearest(member, known); near != "" {
		return fmt.Errorf("unknown member %q in a rule, did you mean %s?", member, near)
	}
	return fmt.Errorf("unknown member %q in a rule, want some of: %s", member, wordList(known))
}

// field returns where the value of a word is kept.
func (j *ruleJSON) field(key string) **string {
	return map[string]**string{
		"to": &j.To, "from": &j.From, "body": &j.Body, "service": &j.Service, "direction": &j.Direction,
		"webhook": &j.Webhook, "status": &j.Status, "path": &j.Path, "url": &j.URL, "fault": &j.Fault,
		"then": &j.Then, "api": &j.API, "respond": &j.Respond, "chance": &j.Chance,
	}[key]
}

func (j *ruleJSON) words() []string {
	var words []string
	for _, key := range ruleWords {
		switch {
		case key == "times":
			if j.Times != nil {
				words = append(words, fmt.Sprintf("times=%d", *j.Times))
			}
		case slices.Contains(flagWords, key):
			if (key == "race" && j.Race) || (key == "overlap" && j.Overlap) || (key == "illegal" && j.Illegal) {
				words = append(words, key)
			}
		case *j.field(key) != nil:
			words = append(words, key+"="+**j.field(key))
		}
	}
	return words
}
