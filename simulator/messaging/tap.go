package messaging

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/content"
	"twilsim/simulator/quirk"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Tap is a tap on a button of a message, or a choice from its list, on the phone that has got it.
type Tap struct {
	MessageSID string
	// Button is the button's title, its ID, or its place from 1.
	Button string
	// Params replace or add parameters of the webhook.
	Params webhook.Params
}

// originalAge is how old a message may be to which an answer refers (F-024).
const originalAge = 7 * 24 * time.Hour

// TapText returns the text that the phone sends when a button of a message is tapped: its title,
// with what the webhook says about the tap (F-704, F-705). The error says what cannot be tapped. A
// button can be tapped again, as on a phone.
func (a *Account) TapText(tap Tap) (Text, error) {
	m, ok := a.Message(tap.MessageSID)
	if !ok {
		return Text{}, fmt.Errorf("there is no message %q", tap.MessageSID)
	}
	f := m.Snapshot()
	if err := tappable(f); err != nil {
		return Text{}, err
	}
	button, err := findButton(f.Template.Buttons, tap.Button)
	if err != nil {
		return Text{}, fmt.Errorf("%s: %w", f.SID, err)
	}
	params := a.tapParams(f, button)
	for _, p := range tap.Params {
		params = params.Set(p.Name, p.Value)
	}
	return Text{From: f.To, To: f.From, Body: button.Title, Params: params}, nil
}

// tappable returns why a message has nothing to tap.
func tappable(f Snapshot) error {
	switch {
	case f.Direction == Inbound:
		return fmt.Errorf("%s came from the phone: a button is in a message to it", f.SID)
	case f.Template == nil || len(f.Template.Buttons) == 0:
		return fmt.Errorf("%s has no buttons; only a template on a channel has them, such as "+
			"twilio/quick-reply on WhatsApp", f.SID)
	case f.Status != carrier.Sent && f.Status != carrier.Delivered && f.Status != carrier.Read:
		return fmt.Errorf("%s is %s: it has not arrived on the phone", f.SID, f.Status)
	}
	return nil
}

// findButton returns a button by its title, its ID or its place.
func findButton(buttons []content.Button, ref string) (content.Button, error) {
	var words, titles []string
	for i, b := range buttons {
		if ref == b.Title || ref == b.ID && ref != "" || ref == strconv.Itoa(i+1) {
			if !b.Answers() {
				return b, fmt.Errorf("the button %q is a %s, which sends nothing to the app", b.Title,
					b.Action)
			}
			return b, nil
		}
		words, titles = append(words, b.Title, b.ID), append(titles, strconv.Quote(b.Title))
	}
	if near := suggest.Nearest(ref, words); near != "" {
		return content.Button{}, fmt.Errorf("there is no button %q; did you mean %q?", ref, near)
	}
	return content.Button{}, fmt.Errorf("there is no button %q, only %s", ref,
		strings.Join(titles, " "))
}

// tapParams returns the parameters that a tap adds to the webhook.
func (a *Account) tapParams(f Snapshot, b content.Button) webhook.Params {
	id := cmp.Or(b.ID, b.Title)
	var params webhook.Params
	if f.channel() == address.RCS { // F-796: nothing else is known
		return webhook.Params{{Name: "ButtonText", Value: b.Title}, {Name: "ButtonPayload", Value: id}}
	}
	if b.Action == content.Item && a.quirk().Get(quirk.ListReply) == "list" {
		params = webhook.Params{{Name: "MessageType", Value: "interactive"},
			{Name: "ListId", Value: id}, {Name: "ListTitle", Value: b.Title}}
	} else {
		params = webhook.Params{{Name: "MessageType", Value: a.quirk().Get(quirk.ButtonType)},
			{Name: "ButtonText", Value: b.Title}, {Name: "ButtonPayload", Value: id},
			{Name: "ButtonType", Value: "REPLY"}} // F-021
	}
	if a.Clock.Now().Sub(f.Created) <= originalAge {
		params = append(params, webhook.Param{Name: "OriginalRepliedMessageSid", Value: f.SID},
			webhook.Param{Name: "OriginalRepliedMessageSender", Value: f.From})
	}
	return params
}
