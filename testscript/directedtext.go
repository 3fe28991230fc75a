package testscript

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/fault"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// expectedText is a text that is about to be received under another name than the next.
type expectedText struct {
	name string
	body string
	add  bool // it is not one of the script's
}

// receive takes a text of the script, unless it was received ahead of its line. For one that was,
// it returns what came of it then.
func (w *world) receive(text messaging.Text) (*messaging.Receipt, error) {
	d := w.director
	if d == nil {
		return w.account.Receive(w.ctx, text)
	}
	d.mu.Lock()
	n := d.texts + 1
	story := text
	story.From, story.To, story.Body = d.usual(text.From), d.usual(text.To), d.usual(text.Body)
	d.stories = append(d.stories, story)
	receipt, ok := d.ahead[n]
	if ok {
		d.texts++
	}
	d.mu.Unlock()
	if ok {
		return receipt, nil
	}
	return w.account.Receive(w.ctx, text)
}

// Text says what happens to the webhook of an inbound message.
func (d *director) Text(m messaging.Snapshot) messaging.TextPlan {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.nameTextLocked(m)
	d.names[m.SID] = name
	var plan messaging.TextPlan
	if _, ok := d.atLocked(name, explore.Twice); ok {
		plan.Faults = fault.List{{Kind: fault.Duplicate, Copies: 2}}
	}
	if _, ok := d.atLocked(name, explore.Lost); ok {
		plan.Faults = fault.List{{Kind: fault.Drop}}
	}
	if _, ok := d.atLocked(name, explore.Cut); ok {
		plan.Faults = fault.List{{Kind: fault.Cut, Bytes: -1}}
	}
	if behind, ok := d.atLocked(name, explore.Behind); ok {
		plan.Hold = func(send func()) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.held[behind.Detail] = append(d.held[behind.Detail], send)
		}
	}
	d.points = append(d.points,
		explore.Point{Name: name, Kind: explore.Text, Handset: d.usual(m.From)})
	return plan
}

// nameTextLocked returns the point of a text that arrives. The script's texts are numbered as they
// arrive. One that the director sends has the name under which it was announced, and is recognised
// by its body.
func (d *director) nameTextLocked(m messaging.Snapshot) string {
	body := d.usual(m.Body)
	i := slices.IndexFunc(d.expected, func(e expectedText) bool { return e.body == body })
	if i < 0 {
		d.texts++
		return fmt.Sprintf("text%d", d.texts)
	}
	e := d.expected[i]
	d.expected = slices.Delete(d.expected, i, i+1)
	if e.add {
		d.copies[m.SID] = true
	}
	return e.name
}

// textAhead receives one of the script's texts before its line. The text is announced first,
// because Receive calls Text before it returns, and Text would take it for the next of the script.
func (d *director) textAhead(point string) {
	n, _ := strconv.Atoi(strings.TrimPrefix(point, "text"))
	texts := d.planned
	if d.memory != nil {
		texts = d.memory.texts
	}
	if n < 1 || n > len(texts) {
		return
	}
	text := texts[n-1]
	d.expect(expectedText{name: point, body: text.Body})
	h := d.world.handsets
	text.From, text.To, text.Body = h.actual(text.From), h.actual(text.To), h.actual(text.Body)
	receipt, err := d.world.account.Receive(d.world.ctx, text)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.failed = err
		return
	}
	d.ahead[n] = receipt
}

func (d *director) expect(e expectedText) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expected = append(d.expected, e)
}

// addText sends a text that the script does not have, from a handset or from that of a point. The
// text is named after the point, with a + at its end. An account without a number that an app
// answers gets none.
func (d *director) addText(deviation explore.Deviation, handset string) {
	text := messaging.Text{From: handset, Body: "STOP"}
	d.mu.Lock()
	if handset == "" {
		text.From = d.handsetLocked(deviation.Point)
	}
	if deviation.What == explore.Same {
		text.Body = "Hello"
		for _, story := range d.stories {
			if story.From == text.From {
				text.Body = story.Body
			}
		}
	}
	d.mu.Unlock()
	number, ok := d.world.number()
	if !ok {
		return
	}
	text.To = address.Prefix(text.From) + number
	d.expect(expectedText{name: deviation.Point + "+", body: text.Body, add: true})
	text.From, text.Body = d.world.handsets.actual(text.From), d.world.handsets.actual(text.Body)
	if _, err := d.world.account.Receive(d.world.ctx, text); err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.failed = err
	}
}

// number returns the account's number that receives added texts.
func (w *world) number() (string, bool) {
	for _, n := range w.account.Numbers() {
		if n.SmsURL != "" {
			return n.PhoneNumber, true
		}
	}
	return "", false
}

func (d *director) handsetLocked(point string) string {
	for _, p := range d.points {
		if p.Name == point {
			return p.Handset
		}
	}
	return ""
}
