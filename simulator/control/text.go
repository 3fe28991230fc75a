package control

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"twilsim/simulator/address"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

func textRoutes() []route {
	return []route{
		{
			method: "POST", path: "/texts", name: "text", tag: "messages", limit: maxTextBody,
			summary: "Send a text from a handset to one of the account's numbers",
			description: "Answers when all of the app's documents have been read, before any " +
				"reply is delivered.",
			body:    Text{},
			example: `{"from":"+12025550142","to":"+12025550100","body":"Where is my order?"}`,
			status:  http.StatusCreated, result: Receipt{},
			answer: (*api).text,
		},
	}
}

// Text is what a handset sends.
type Text struct {
	From  string  `json:"from"` // the handset
	To    string  `json:"to"`   // one of the account's numbers
	Body  string  `json:"body,omitempty"`
	Media []Media `json:"media,omitempty"`
	// Params replace parameters of the webhook that twilsim would send: FromCity, ProfileName and
	// the like.
	Params map[string]string `json:"params,omitempty"`
}

// Media is a file that goes with a [Text].
type Media struct {
	Name string `json:"name,omitempty"` // gives the type if there is no content_type
	// "" means that the name or else the bytes give the type
	ContentType string `json:"content_type,omitempty"`
	Data        []byte `json:"data"` // base64 in JSON
}

// Receipt is the result of a [Text] when the app's answer has been carried out. Its replies are not
// delivered yet.
type Receipt struct {
	Message  *Message            `json:"message"`
	Webhooks []*journal.Exchange `json:"webhooks"`
	Replies  []*Message          `json:"replies"`
	Alerts   []*journal.Alert    `json:"alerts"`
	// OptedOut is set if the text was a keyword that changed what the handset receives: if true,
	// nothing more from the number; if false, everything again. It is nil for any other text.
	OptedOut *bool `json:"opted_out,omitempty"`
	// Held says that a rule delays the webhook; nil if there is no such rule.
	Held *messaging.Held `json:"held,omitempty"`
}

func (s *api) text(r *http.Request) (any, error) {
	var in Text
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("from", in.From, "to", in.To); err != nil {
		return nil, err
	}
	// The text has been sent, so the webhook must go on even if the client no longer waits for the
	// receipt. compared around the text and not taken from its words: a service may have keywords
	// of its own
	before := s.optedOut(in)
	receipt, err := s.account.Receive(context.WithoutCancel(r.Context()), in.text())
	if err != nil {
		return nil, err
	}
	answer := s.receipt(receipt)
	if after := s.optedOut(in); after != before {
		answer.OptedOut = &after
	}
	return answer, nil
}

func (s *api) receipt(r *messaging.Receipt) *Receipt {
	return &Receipt{
		Message: s.showOne(r.Message), Webhooks: list(r.Webhooks), Replies: s.show(r.Replies...),
		Alerts: list(r.Alerts), Held: r.Held,
	}
}

// optedOut reports whether the handset has opted out of messages from the number that it texts.
func (s *api) optedOut(t Text) bool {
	from, err := address.Parse(t.From)
	if err != nil {
		return false
	}
	to, err := address.Parse(t.To)
	return err == nil && s.account.OptedOut(to, from)
}

func (t Text) text() messaging.Text {
	text := messaging.Text{From: t.From, To: t.To, Body: t.Body, Params: params(t.Params)}
	for _, file := range t.Media {
		media := messaging.ReadMedia(file.Name, file.Data)
		if file.ContentType != "" {
			media.ContentType = file.ContentType
		}
		text.Media = append(text.Media, media)
	}
	return text
}

// params sorts parameters by name. JSON objects have no order, and two runs must send the same
// bytes.
func params(set map[string]string) webhook.Params {
	var params webhook.Params
	for _, name := range slices.Sorted(maps.Keys(set)) {
		params = append(params, webhook.Param{Name: name, Value: set[name]})
	}
	return params
}

// Text sends a text from a handset. It returns when the app's answer has been carried out. An alert
// in the receipt, and not an error, says that the app failed. The error is about the text itself,
// such as a recipient that is not one of the account's numbers.
func (c *Client) Text(ctx context.Context, text Text) (*Receipt, error) {
	return call[Receipt](ctx, c, "POST", "/texts", text)
}
