package control

import (
	"context"
	"net/http"
	"strconv"

	"twilsim/simulator/carrier"
	"twilsim/simulator/messaging"
)

func plannedRoutes() []route {
	return []route{
		{
			method: "GET", path: "/planned", name: "planned", tag: "messages",
			summary: "What will happen to messages: statuses, callbacks, webhooks that are held " +
				"back",
			query:  []param{limitParam},
			result: PlannedList{},
			answer: (*api).planned,
		},
		{
			method: "POST", path: "/preview", name: "preview", tag: "carrier",
			summary: "What would happen to a message, without sending it",
			body:    previewBody{},
			example: `{"to":"+12025550142","body":"Your code is 123456"}`,
			result:  Previews{},
			answer:  (*api).preview,
		},
	}
}

// PlannedList is what will happen to the account's messages, in the order of time.
type PlannedList struct {
	Planned []messaging.Planned `json:"planned"`
	// how many there are, including those beyond the limit
	Matched int `json:"matched"`
}

func (s *api) planned(r *http.Request) (any, error) {
	limit, err := number(r.URL.Query(), "limit", defaultLimit)
	if err != nil {
		return nil, err
	}
	planned, all := s.account.NextPlanned(limit)
	return &PlannedList{Planned: planned, Matched: all}, nil
}

// previewBody describes a message that is not sent.
type previewBody struct {
	To        string              `json:"to,omitempty"`   // may be missing only beside then
	From      string              `json:"from,omitempty"` // "" is the account's first number
	Body      string              `json:"body,omitempty"`
	Service   string              `json:"service,omitempty"` // the SID of a Messaging Service
	Direction messaging.Direction `json:"direction,omitempty"`
	// a script or an outcome to look at in place of what the rules would do
	Then string `json:"then,omitempty"`
}

// Previews are what may happen to a message. There are several only if rules have a chance.
type Previews struct {
	Previews []Preview `json:"previews"`
}

// Preview is one of the things that may happen to a message.
type Preview struct {
	// what decides: opt-out, rule r1, phone off, magic unreachable; "" if nothing does
	By     string  `json:"by,omitempty"`
	Chance float64 `json:"chance"` // above 0, and 1 if nothing else can happen
	Then   string  `json:"then"`   // the name of the outcome, or the script
	// how many more messages the rule decides about; 0 for no limit
	Left int `json:"left,omitempty"`
	// the code with which the API refuses the message; 0 if it accepts it
	Refuse int           `json:"refuse,omitempty"`
	Steps  []PreviewStep `json:"steps"`
}

// PreviewStep is a change of status and its callback. Times are in milliseconds after the
// acceptance of the message.
type PreviewStep struct {
	Status    carrier.Status `json:"status"`
	ErrorCode int            `json:"error_code,omitempty"`
	At        int64          `json:"at"`
	Send      int64          `json:"send"`   // when the callback leaves
	Copies    int            `json:"copies"` // how often; 0 if the callback is lost
}

// Nothing is recorded, and no rule's count goes down.
func (s *api) preview(r *http.Request) (any, error) {
	var in previewBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Then != "" {
		then, err := carrier.ParseThen(in.Then)
		if err != nil {
			return nil, err
		}
		return &Previews{[]Preview{newPreview(messaging.Preview{Chance: 1, Then: then})}}, nil
	}
	if err := required("to", in.To); err != nil {
		return nil, err
	}
	// the same defaults as for a message that an app creates through the API
	m := carrier.Message{To: in.To, From: in.From, Body: in.Body, Service: in.Service,
		Direction: string(in.Direction)}
	if numbers := s.account.Numbers(); m.From == "" && len(numbers) > 0 {
		m.From = numbers[0].PhoneNumber
	}
	if m.Direction == "" {
		m.Direction = string(messaging.OutboundAPI)
	}
	answer := &Previews{}
	for _, p := range s.account.Preview(m) {
		answer.Previews = append(answer.Previews, newPreview(p))
	}
	return answer, nil
}

func newPreview(p messaging.Preview) Preview {
	shown := Preview{By: p.By, Chance: p.Chance, Then: p.Then.String(), Left: p.Left,
		Refuse: p.Then.Refuse, Steps: []PreviewStep{}}
	for _, step := range p.Then.Script {
		one := PreviewStep{Status: step.Status, ErrorCode: step.Code,
			At: step.At.Milliseconds(), Send: step.Send.Milliseconds(), Copies: step.Copies}
		if step.Lost {
			one.Copies = 0
		}
		shown.Steps = append(shown.Steps, one)
	}
	return shown
}

// Planned returns what will happen to the account's messages, at most limit steps; 0 means all.
func (c *Client) Planned(ctx context.Context, limit int) (*PlannedList, error) {
	return call[PlannedList](ctx, c, "GET", "/planned?limit="+strconv.Itoa(limit), nil)
}

// Preview returns what may happen to a message that m describes, without sending it.
func (c *Client) Preview(ctx context.Context, m carrier.Message) (*Previews, error) {
	return call[Previews](ctx, c, "POST", "/preview", previewBody{To: m.To, From: m.From,
		Body: m.Body, Service: m.Service, Direction: messaging.Direction(m.Direction)})
}

// PreviewScript returns what a script or an outcome would do with a message.
func (c *Client) PreviewScript(ctx context.Context, then string) (*Previews, error) {
	return call[Previews](ctx, c, "POST", "/preview", previewBody{Then: then})
}
