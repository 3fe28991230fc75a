package control

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/content"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
)

func templateRoutes() []route {
	return []route{
		{
			method: "POST", path: "/messages/{ref}/tap", name: "tap", tag: "messages",
			summary: "Tap a button of a message, or choose from its list, on the phone",
			description: "Answers when all of the app's documents have been read, before any " +
				"reply is delivered.",
			body:    Tap{},
			example: `{"button":"Yes"}`,
			status:  http.StatusCreated, result: Receipt{}, errors: []int{404, 409},
			answer: (*api).tap,
		},
		{
			method: "GET", path: "/templates", name: "templates", tag: "account",
			summary: "The account's content templates",
			result:  Templates{},
			answer:  (*api).templates,
		},
		{
			method: "POST", path: "/templates", name: "addTemplate", tag: "account",
			summary: "Make a content template, as the Content API does",
			body:    NewTemplate{},
			example: `{"friendly_name":"hello","language":"en",` +
				`"types":{"twilio/text":{"body":"Hello {{1}}!"}}}`,
			status: http.StatusCreated, result: Template{},
			answer: (*api).addTemplate,
		},
		{
			method: "GET", path: "/templates/{ref}", name: "template", tag: "account",
			summary: "A content template, by its SID or friendly name",
			result:  Template{}, errors: []int{404, 409},
			answer: (*api).template,
		},
		{
			method: "DELETE", path: "/templates/{ref}", name: "removeTemplate", tag: "account",
			summary: "Remove a content template; answers with the templates that are left",
			result:  Templates{}, errors: []int{404, 409},
			answer: (*api).removeTemplate,
		},
		{
			method: "PUT", path: "/templates/{ref}/approval", name: "reviewTemplate",
			tag:     "account",
			summary: "Decide about a content template as WhatsApp does",
			body:    Review{},
			example: `{"status":"paused"}`,
			result:  Template{}, errors: []int{404, 409},
			answer: (*api).review,
		},
	}
}

// Template is a content template.
type Template struct {
	SID          string            `json:"sid"`
	FriendlyName string            `json:"friendly_name"`
	Language     string            `json:"language"`
	Variables    map[string]string `json:"variables"` // the sample values
	Types        json.RawMessage   `json:"types"`     // an object by the names of the types
	Status       content.Status    `json:"status"`    // of WhatsApp's approval
	Approval     *content.Approval `json:"approval,omitempty"`
	DateCreated  time.Time         `json:"date_created"`
	DateUpdated  time.Time         `json:"date_updated"`
}

// Templates are the account's content templates, newest first.
type Templates struct {
	Templates []Template `json:"templates"`
}

// Kinds returns the names of the template's types, in the order of the request that made it.
func (t *Template) Kinds() []string {
	var types content.Types
	if json.Unmarshal(t.Types, &types) != nil {
		return nil
	}
	names := make([]string, len(types))
	for i, typed := range types {
		names[i] = typed.Name
	}
	return names
}

// The status is that of the account's present time: WhatsApp decides after a while.
func (s *api) showTemplate(t content.Template) *Template {
	types, _ := json.Marshal(t.Types) // they were read from JSON
	variables := map[string]string{}
	maps.Copy(variables, t.Variables)
	return &Template{SID: t.SID, FriendlyName: t.FriendlyName, Language: t.Language,
		Variables: variables, Types: types, Status: t.Status(s.account.Clock.Now()),
		Approval: t.Approval, DateCreated: t.Created, DateUpdated: t.Updated}
}

func (s *api) templates(*http.Request) (any, error) {
	all := &Templates{Templates: []Template{}}
	for _, t := range s.account.Content.Templates() {
		all.Templates = append(all.Templates, *s.showTemplate(t))
	}
	return all, nil
}

// findTemplate returns the template of the path, by its SID or friendly name.
func (s *api) findTemplate(r *http.Request) (content.Template, error) {
	ref := r.PathValue("ref")
	t, err := s.account.Content.Find(ref)
	if near := (*content.FindError)(nil); errors.As(err, &near) {
		if near.Several {
			return t, conflict(err.Error(), near.Try)
		}
		return t, missing("template", ref, near.Try)
	}
	return t, err
}

func (s *api) template(r *http.Request) (any, error) {
	t, err := s.findTemplate(r)
	if err != nil {
		return nil, err
	}
	return s.showTemplate(t), nil
}

// NewTemplate is a template to be made: the body that Twilio's Content API takes.
type NewTemplate struct {
	SID          string            `json:"sid,omitempty"` // missing for a new one
	FriendlyName string            `json:"friendly_name,omitempty"`
	Language     string            `json:"language"`
	Variables    map[string]string `json:"variables,omitempty"`
	Types        json.RawMessage   `json:"types"`
}

func (s *api) addTemplate(r *http.Request) (any, error) {
	var in NewTemplate
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.SID != "" && !sid.Valid(in.SID, "HX") {
		return nil, bad("sid "+quote(in.SID)+" is not HX and 32 hex digits",
			"no sid, for a new one")
	}
	d := content.Draft{FriendlyName: &in.FriendlyName, Language: &in.Language,
		Variables: in.Variables}
	if len(in.Types) > 0 {
		if err := json.Unmarshal(in.Types, &d.Types); err != nil {
			return nil, bad(err.Error(), `{"twilio/text":{"body":"Hello {{1}}!"}}`)
		}
	}
	t, err := s.account.Content.CreateAs(in.SID, d)
	if err != nil {
		return nil, err
	}
	return s.showTemplate(t), nil
}

func (s *api) removeTemplate(r *http.Request) (any, error) {
	t, err := s.findTemplate(r)
	if err == nil {
		err = s.account.Content.Delete(t.SID)
	}
	if err != nil {
		return nil, err
	}
	return s.templates(r)
}

// Review is what WhatsApp decides about a template.
type Review struct {
	Status content.Status `json:"status"`
	Reason string         `json:"reason,omitempty"` // of a rejection
}

func (s *api) review(r *http.Request) (any, error) {
	var in Review
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("status", string(in.Status)); err != nil {
		return nil, err
	}
	t, err := s.findTemplate(r)
	if err != nil {
		return nil, err
	}
	if known := content.Reviews(); !slices.Contains(known, in.Status) {
		words := make([]string, len(known))
		for i, status := range known {
			words[i] = string(status)
		}
		return nil, unknownWord("status", string(in.Status), words)
	}
	t, err = s.account.Content.SetStatus(t.SID, in.Status, in.Reason)
	if refused := (*apierr.Error)(nil); errors.As(err, &refused) {
		return nil, conflict(refused.Message, "a template with another type")
	}
	if err != nil {
		return nil, err
	}
	return s.showTemplate(t), nil
}

// Tap is a tap on a button of a message.
type Tap struct {
	Button string            `json:"button"` // its title, its ID, or its place from 1
	Params map[string]string `json:"params,omitempty"`
}

func (s *api) tap(r *http.Request) (any, error) {
	var in Tap
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("button", in.Button); err != nil {
		return nil, err
	}
	m, err := resolve[*messaging.Message](s, "message", r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	text, err := s.account.TapText(messaging.Tap{MessageSID: m.ID(), Button: in.Button,
		Params: params(in.Params)})
	if err != nil {
		return nil, conflict(err.Error(), "twilsim messages show "+m.ID())
	}
	// as for a text, the webhook must go on even if the client no longer waits
	receipt, err := s.account.Receive(context.WithoutCancel(r.Context()), text)
	if err != nil {
		return nil, err
	}
	return s.receipt(receipt), nil
}

// Templates returns the account's content templates.
func (c *Client) Templates(ctx context.Context) (*Templates, error) {
	return call[Templates](ctx, c, "GET", "/templates", nil)
}

// Template returns a content template, given by its SID or friendly name.
func (c *Client) Template(ctx context.Context, ref string) (*Template, error) {
	return call[Template](ctx, c, "GET", "/templates/"+url.PathEscape(ref), nil)
}

// AddTemplate makes a content template.
func (c *Client) AddTemplate(ctx context.Context, t NewTemplate) (*Template, error) {
	return call[Template](ctx, c, "POST", "/templates", t)
}

// RemoveTemplate removes a content template, and returns those that are left.
func (c *Client) RemoveTemplate(ctx context.Context, ref string) (*Templates, error) {
	return call[Templates](ctx, c, "DELETE", "/templates/"+url.PathEscape(ref), nil)
}

// Review decides about a content template as WhatsApp does.
func (c *Client) Review(ctx context.Context, ref string, r Review) (*Template, error) {
	return call[Template](ctx, c, "PUT", "/templates/"+url.PathEscape(ref)+"/approval", r)
}

// Tap taps a button of a message on the phone that has got it.
func (c *Client) Tap(ctx context.Context, ref string, t Tap) (*Receipt, error) {
	return call[Receipt](ctx, c, "POST", "/messages/"+url.PathEscape(ref)+"/tap", t)
}
