package console

import (
	"encoding/json"
	"strconv"

	"twilsim/simulator/carrier"
	"twilsim/simulator/content"
)

// tapButton is a button of a message that a phone can tap.
type tapButton struct {
	content.Button
	Body string // of the request to tap it; "" if it sends nothing, or has not arrived
}

// Buttons are the buttons of the message's template.
func (e entry) Buttons() []tapButton {
	t := e.Sim.Template
	if e.Mine || t == nil {
		return nil
	}
	arrived := e.Status == carrier.Sent || e.Status == carrier.Delivered || e.Status == carrier.Read
	buttons := make([]tapButton, len(t.Buttons))
	for i, b := range t.Buttons {
		buttons[i].Button = b
		if arrived && b.Answers() {
			// by its place: two may have the same title
			body, _ := json.Marshal(map[string]string{"button": strconv.Itoa(i + 1)})
			buttons[i].Body = string(body)
		}
	}
	return buttons
}
