package simulatortest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/verify"
)

// reach is the longest virtual time for which [Handset.Expect] waits.
const reach = time.Minute

// Handset is a phone that a test controls. The test must expect each text that it receives.
type Handset struct {
	Number string

	simulator *Simulator
	read      map[string]bool    // the SIDs of the texts that were expected
	last      messaging.Snapshot // the newest of them
	lax       bool
}

// Handset returns the handset of a number or of a channel address such as whatsapp:+12025550142.
// The same number always returns the same Handset.
func (s *Simulator) Handset(number string) *Handset {
	s.t.Helper()
	address, err := address.Parse(number)
	if err != nil {
		s.t.Fatal(err)
	}
	if i := slices.IndexFunc(s.handsets,
		func(h *Handset) bool { return h.Number == address }); i >= 0 {
		return s.handsets[i]
	}
	h := &Handset{Number: address, simulator: s, read: map[string]bool{}}
	s.handsets = append(s.handsets, h)
	return h
}

// Text sends a text to the account's number, and returns the result when the app has answered.
func (h *Handset) Text(body string) *messaging.Receipt {
	h.simulator.t.Helper()
	to := h.simulator.PhoneNumber
	if channel, _, ok := strings.Cut(h.Number, ":"); ok {
		to = channel + ":" + to
	}
	return h.simulator.Text(h.Number, to, body)
}

// Reply sends a text to the sender of the last expected text, and returns the result when the app
// has answered.
func (h *Handset) Reply(body string) *messaging.Receipt {
	h.simulator.t.Helper()
	if h.last.From == "" {
		h.simulator.t.Fatalf("handset %s has nothing to reply to: call Expect first", h.Number)
	}
	return h.simulator.Text(h.Number, h.last.From, body)
}

// Tap taps a button of the last expected message, or chooses from its list, and returns the result
// when the app has answered. The button is its title, its ID, or its place from 1.
func (h *Handset) Tap(button string) *messaging.Receipt {
	s := h.simulator
	s.t.Helper()
	text, err := s.Account().TapText(messaging.Tap{MessageSID: h.last.SID, Button: button})
	if err != nil {
		s.t.Fatalf("handset %s: %v", h.Number, err)
	}
	receipt, err := s.Account().Receive(s.t.Context(), text)
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt
}

// Set puts the handset into a state, such as [carrier.HandsetOff]. The state decides what becomes
// of messages to the handset.
func (h *Handset) Set(state carrier.HandsetState) {
	h.simulator.t.Helper()
	_, err := carrier.ParseHandsetState(string(state))
	if err == nil {
		_, err = h.simulator.Account().SetHandset(h.Number, state)
	}
	if err != nil {
		h.simulator.t.Fatal(err)
	}
}

// Expect returns the oldest text that the handset has received, that was not expected before, and
// whose fields match, such as body=~code. It waits for a text that is not delivered yet or that the
// app is about to send; a virtual clock moves until the text arrives, at most one minute. A text
// without a delivery receipt is expected with status=sent.
func (h *Handset) Expect(words ...string) messaging.Snapshot {
	s := h.simulator
	s.t.Helper()
	query, err := h.query(words)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := s.timeout()
	defer cancel()
	m, err := h.await(ctx, query)
	if err != nil {
		s.t.Fatalf("handset %s: %v%s", h.Number, err, s.pending())
	}
	h.read[m.ID()] = true
	h.last = m.Snapshot()
	return h.last
}

// ExpectCode is Expect for a text with a code of Verify's, and returns the code.
func (h *Handset) ExpectCode() string {
	h.simulator.t.Helper()
	text := h.Expect("from=*VERIFY")
	code, ok := verify.Of(h.simulator.Account()).CodeIn(text)
	if !ok {
		h.simulator.t.Fatalf("handset %s: the code in %q is not known any more", h.Number, text.Body)
	}
	return code
}

// query returns the query for texts that the handset has received. A status in words replaces the
// condition that the text was delivered.
func (h *Handset) query(words []string) (journal.Query, error) {
	mine := []string{"to=" + h.Number, "direction=outbound-*"}
	if !slices.ContainsFunc(words, func(word string) bool {
		return strings.HasPrefix(word,
			"status")
	}) {
		mine = append(mine, "status=~^(delivered|read)$")
	}
	return messaging.ParseQuery(journal.Messages, append(mine, words...))
}

// await waits for a text that was not expected before.
func (h *Handset) await(ctx context.Context, q journal.Query) (*messaging.Message, error) {
	account := h.simulator.Account()
	until := account.Clock.Now().Add(reach)
	for {
		_, changed := account.Journal.Events(account.Journal.Last())
		if err := account.Clock.AwaitIdle(ctx); err != nil {
			return nil, h.missed(q)
		}
		if m := h.unread(q); m != nil {
			return m, nil
		}
		if moved, err := h.step(ctx, until); err != nil {
			return nil, err
		} else if moved {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, h.missed(q)
		}
	}
}

// step moves a virtual clock to the next scheduled time, unless that is after until.
func (h *Handset) step(ctx context.Context, until time.Time) (bool, error) {
	c := h.simulator.Account().Clock
	n, next := c.Pending()
	if n == 0 || c.Rate() != 0 || next.After(until) {
		return false, nil
	}
	return true, c.Advance(ctx, max(next.Sub(c.Now()), 0))
}

// unread returns the oldest text that matches and was not expected before, or nil.
func (h *Handset) unread(q journal.Query) *messaging.Message {
	for _, thing := range h.simulator.Account().Journal.Find(q) {
		if !h.read[thing.ID()] {
			return thing.(*messaging.Message)
		}
	}
	return nil
}

// missed returns an error that shows the texts that came nearest.
func (h *Handset) missed(q journal.Query) error {
	found := h.simulator.Account().Journal.Find(q)
	if len(found) == 0 {
		return h.simulator.Account().Journal.Miss(q)
	}
	lines := []string{fmt.Sprintf("no other %s; these were expected before:", q)}
	for _, thing := range found {
		lines = append(lines, "  "+thing.ID()+"  "+thing.Summary())
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}

// IgnoreRest allows all other texts to the handset, from the beginning of the test to its end.
func (h *Handset) IgnoreRest() { h.lax = true }

// checkHandsets fails the test on texts that it did not expect.
func (s *Simulator) checkHandsets() {
	s.t.Helper()
	for _, thing := range s.Account().Journal.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		for _, h := range s.handsets {
			if f.To == h.Number && f.Direction != messaging.Inbound && arrives(f.Status) &&
				!h.lax && !h.read[f.SID] {
				s.t.Errorf("handset %s received a text that the test did not expect: %s  %s",
					h.Number, f.SID, thing.Summary())
			}
		}
	}
}

// arrives reports whether a text has reached its handset or is being sent. A text with SendAt is
// neither.
func arrives(status carrier.Status) bool {
	switch status {
	case carrier.Accepted, carrier.Queued, carrier.Sending, carrier.Sent, carrier.Delivered,
		carrier.Read:
		return true
	}
	return false
}
