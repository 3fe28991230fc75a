package control

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

func ruleRoutes() []route {
	return []route{
		{
			method: "GET", path: "/rules", name: "rules", tag: "carrier",
			summary: "The carrier's rules",
			result:  Rules{},
			answer:  (*api).rules,
		},
		{
			method: "POST", path: "/rules", name: "addRule", tag: "carrier",
			summary: "Add a rule after the others, or in front of them",
			query:   []param{firstParam},
			body:    newRule{},
			example: `{"words":["to=+12025550142","then=sent,undelivered:30003@2s","times=1"]}`,
			status:  http.StatusCreated, result: carrier.Rule{},
			answer: (*api).addRule,
		},
		{
			method: "PUT", path: "/rules", name: "replaceRules", tag: "carrier",
			summary: "Replace all rules, or none if one is wrong",
			body:    newRules{},
			example: `{"rules":[{"to":"+44*","then":"sent@1s>5s,delivered@4s","chance":"20%"}]}`,
			result:  Rules{},
			answer:  (*api).replaceRules,
		},
		{
			method: "PUT", path: "/rules/{id}", name: "changeRule", tag: "carrier",
			summary: "Change a rule, which keeps its place and its count",
			body:    newRule{},
			example: `{"words":["to=+12025550142","then=delivered"]}`,
			result:  carrier.Rule{}, errors: []int{404},
			answer: (*api).changeRule,
		},
		{
			method: "POST", path: "/rules/{id}/move", name: "moveRule", tag: "carrier",
			summary: "Move a rule up or down by one place; answers with all rules",
			body:    ruleMove{},
			example: `{"direction":"up"}`,
			result:  Rules{}, errors: []int{404},
			answer: (*api).moveRule,
		},
		{
			method: "POST", path: "/rules/{id}/disable", name: "disableRule", tag: "carrier",
			summary: "Let a rule apply no more; it keeps its place and its count",
			result:  Rules{}, errors: []int{404},
			answer: func(s *api, r *http.Request) (any, error) { return s.disableRule(r, true) },
		},
		{
			method: "POST", path: "/rules/{id}/enable", name: "enableRule", tag: "carrier",
			summary: "Let a rule that was disabled apply again",
			result:  Rules{}, errors: []int{404},
			answer: func(s *api, r *http.Request) (any, error) { return s.disableRule(r, false) },
		},
		{
			method: "GET", path: "/rule-file", name: "exportRules", tag: "carrier",
			summary:  "The rules as a file in YAML, which rule apply and serve --rules read",
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).exportRules,
		},
		{
			method: "DELETE", path: "/rules/{id}", name: "removeRule", tag: "carrier",
			summary: "Remove a rule; answers with the rules that are left",
			result:  Rules{}, errors: []int{404},
			answer: (*api).removeRule,
		},
	}
}

// Rules are the rules in their order. The first rule that matches a message, a webhook or a request
// applies.
type Rules struct {
	Rules []carrier.Rule `json:"rules"`
}

func (s *api) rules(*http.Request) (any, error) {
	return &Rules{list(s.account.Rules.List())}, nil
}

// newRule is a rule in a request, in one of two forms: {"words":["to=…","then=…"]}, or the form of
// answers. Both forms exist because people write words, as on the command line, and programs send
// back what a list gave them.
type newRule struct{ carrier.Rule }

// ruleWords is a rule by its words.
type ruleWords struct {
	Words []string `json:"words"`
}

// UnmarshalJSON reads either form.
func (n *newRule) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return bad("a rule is not a JSON object", `{"to":"+1202*","then":"sent,delivered"}`)
	}
	if _, ok := members["words"]; !ok {
		if err := json.Unmarshal(data, &n.Rule); err != nil {
			return jsonError(err, &n.Rule)
		}
		return nil
	}
	var in ruleWords
	if err := decodeJSON(data, &in); err != nil {
		return err
	}
	var err error
	n.Rule, err = carrier.ParseRule(in.Words)
	return err
}

func (s *api) addRule(r *http.Request) (any, error) {
	var body json.RawMessage
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	if len(body) == 0 {
		body = json.RawMessage("{}")
	}
	var in newRule
	if err := in.UnmarshalJSON(body); err != nil {
		return nil, err
	}
	first, err := truth(r, "first")
	if err != nil {
		return nil, err
	}
	add := s.account.Rules.Add
	if first {
		add = s.account.Rules.AddFirst
	}
	rule := add(in.Rule)
	s.changed("rule "+rule.ID+" "+rule.String(), rule.ID)
	return &rule, nil
}

// replaceRules parses all rules before it replaces the first.
func (s *api) replaceRules(r *http.Request) (any, error) {
	var in struct {
		Rules *[]json.RawMessage `json:"rules"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Rules == nil {
		return nil, bad(`the field "rules" is missing`, `{"rules":[]} removes all rules`)
	}
	var rules []carrier.Rule
	for i, data := range *in.Rules {
		var rule newRule
		if err := rule.UnmarshalJSON(bytes.TrimSpace(data)); err != nil {
			e := *asError(err)
			e.Message = "rule " + strconv.Itoa(i+1) + ": " + e.Message
			return nil, &e // no rule has been replaced
		}
		rules = append(rules, rule.Rule)
	}
	kept := s.account.Rules.Replace(rules)
	s.changed("rules replaced: "+strconv.Itoa(len(kept)), "")
	return &Rules{list(kept)}, nil
}

// changeRule replaces a rule, which keeps its place, its ID and its count.
func (s *api) changeRule(r *http.Request) (any, error) {
	var body json.RawMessage
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	var in newRule
	if err := in.UnmarshalJSON(body); err != nil {
		return nil, err
	}
	rule, err := s.account.Rules.Change(r.PathValue("id"), in.Rule)
	if err != nil {
		return nil, noRule(err)
	}
	s.changed("rule "+rule.ID+" "+rule.String(), rule.ID)
	return &rule, nil
}

// ruleMove is the body that moves a rule.
type ruleMove struct {
	Direction ruleDirection `json:"direction"`
}

// ruleDirection is where a rule goes.
type ruleDirection string

// A rule that is further up is tried before the others.
const (
	ruleUp   ruleDirection = "up"
	ruleDown ruleDirection = "down"
)

// moveRule answers with the rules in their new order.
func (s *api) moveRule(r *http.Request) (any, error) {
	var in ruleMove
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	by := map[ruleDirection]int{ruleUp: -1, ruleDown: 1}[in.Direction]
	if by == 0 {
		return nil, unknownWord("direction", string(in.Direction), []string{"up", "down"})
	}
	id := r.PathValue("id")
	if err := s.account.Rules.Move(id, by); err != nil {
		return nil, noRule(err)
	}
	s.changed("rule "+id+" moved "+string(in.Direction), id)
	return &Rules{list(s.account.Rules.List())}, nil
}

// disableRule answers with all rules.
func (s *api) disableRule(r *http.Request, disabled bool) (any, error) {
	id := r.PathValue("id")
	if err := s.account.Rules.Disable(id, disabled); err != nil {
		return nil, noRule(err)
	}
	word := "enabled"
	if disabled {
		word = "disabled"
	}
	s.changed("rule "+id+" "+word, id)
	return &Rules{list(s.account.Rules.List())}, nil
}

// exportRules writes the rules without their IDs and counts.
func (s *api) exportRules(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, rule := range s.account.Rules.List() {
		if _, err := io.WriteString(w, rule.YAML()); err != nil {
			return nil // the client has gone
		}
	}
	return nil
}

func noRule(err error) *Error {
	return &Error{Status: http.StatusNotFound, Message: err.Error(), Try: "twilsim rule list"}
}

// removeRule answers with the rules that are left.
func (s *api) removeRule(r *http.Request) (any, error) {
	id := r.PathValue("id")
	if err := s.account.Rules.Remove(id); err != nil {
		return nil, noRule(err)
	}
	s.changed("rule "+id+" removed", id)
	return &Rules{list(s.account.Rules.List())}, nil
}

// changed records a change of settings in the journal. It makes the console show the change at
// once, as it listens to events.
func (s *api) changed(note, rule string) {
	s.account.Journal.Append(journal.Event{Type: journal.Changed, Note: note, Rule: rule}, "", nil)
}

// Rules returns the rules in their order.
func (c *Client) Rules(ctx context.Context) (*Rules, error) {
	return call[Rules](ctx, c, "GET", "/rules", nil)
}

// AddRule adds a rule, given by its words, after the others.
func (c *Client) AddRule(ctx context.Context, words []string) (*carrier.Rule, error) {
	return c.addRule(ctx, words, "")
}

// AddFirstRule adds a rule, given by its words, in front of the others.
func (c *Client) AddFirstRule(ctx context.Context, words []string) (*carrier.Rule, error) {
	return c.addRule(ctx, words, "?first=true")
}

func (c *Client) addRule(ctx context.Context, words []string, query string) (*carrier.Rule,
	error) {
	return call[carrier.Rule](ctx, c, "POST", "/rules"+query,
		map[string][]string{"words": append([]string{}, words...)})
}

// ReplaceRules replaces all rules, or none if one of the new rules is wrong.
func (c *Client) ReplaceRules(ctx context.Context, rules []carrier.Rule) (*Rules, error) {
	return call[Rules](ctx, c, "PUT", "/rules", Rules{list(rules)})
}

// ChangeRule replaces a rule by its words. It keeps its place, its ID and its count.
func (c *Client) ChangeRule(ctx context.Context, id string,
	words []string) (*carrier.Rule, error) {
	return call[carrier.Rule](ctx, c, "PUT", "/rules/"+url.PathEscape(id),
		map[string][]string{"words": append([]string{}, words...)})
}

// MoveRule moves a rule by one place, up or down, and returns all rules.
func (c *Client) MoveRule(ctx context.Context, id string, up bool) (*Rules, error) {
	move := ruleMove{ruleDown}
	if up {
		move.Direction = ruleUp
	}
	return call[Rules](ctx, c, "POST", "/rules/"+url.PathEscape(id)+"/move", move)
}

// DisableRule lets a rule apply no more, and returns all rules.
func (c *Client) DisableRule(ctx context.Context, id string) (*Rules, error) {
	return call[Rules](ctx, c, "POST", "/rules/"+url.PathEscape(id)+"/disable", nil)
}

// EnableRule lets a rule that was disabled apply again, and returns all rules.
func (c *Client) EnableRule(ctx context.Context, id string) (*Rules, error) {
	return call[Rules](ctx, c, "POST", "/rules/"+url.PathEscape(id)+"/enable", nil)
}

// ExportRules returns the rules as a file in YAML.
func (c *Client) ExportRules(ctx context.Context) (string, error) {
	data, err := c.bytes(ctx, "GET", "/rule-file", nil)
	return string(data), err
}

// RemoveRule removes a rule, and returns the rules that are left.
func (c *Client) RemoveRule(ctx context.Context, id string) (*Rules, error) {
	return call[Rules](ctx, c, "DELETE", "/rules/"+url.PathEscape(id), nil)
}
