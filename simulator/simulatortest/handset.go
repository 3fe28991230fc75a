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
)

// reach is how far [Handset.Expect] moves the virtual time at most.
const reach = time.Minute

// Handset is a phone that a test acts. Each text that it gets must be expected.
type Handset struct {
	Number string

	simulator *Simulator
	read      map[string]bool    // the SIDs of the texts that were expected
	last      messaging.Snapshot // the newest of them
	lax       bool
}

// Handset returns the handset of a number, one for each number, or for a channel address such as whatsapp:+12025550142.
func (s *Simulator) Handset(number string) *Handset {
	s.t.Helper()
	address, err := address.Parse(number)
	if err != nil {
		s.t.Fatal(err)
	}
	if i := slices.IndexFunc(s.handsets, func(h *Handset) bool { return h.Number == address }); i >= 0 {
		return s.handsets[i]
	}
	h := &Handset{Number: address, simulator: s, read: map[string]bool{}}
	s.handsets = append(s.handsets, h)
	return h
}

// Text texts the account's number, and returns what the app answered.
func (h *Handset) Text(body string) *messaging.Receipt {
	h.simulator.t.Helper()
	to := h.simulator.PhoneNumber
	if channel, _, ok := strings.Cut(h.Number, ":"); ok {
		to = channel + ":" + to
	}
	return h.simulator.Text(h.Number, to, body)
}

// Reply texts whoever sent the text that was expected last, and returns what the app answered.
func (h *Handset) Reply(body string) *messaging.Receipt {
	h.simulator.t.Helper()
	if h.last.From == "" {
		h.simulator.t.Fatalf("handset %s has nothing to reply to: Expect comes first", h.Number)
	}
	return h.simulator.Text(h.Number, h.last.From, body)
}

// Set puts the handset into a state, such as [carrier.HandsetOff]. The state decides what becomes of
// messages to the handset.
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

// Expect returns the oldest text that the handset has got, that was not expected before, and whose fields match, such as
// body=~code. A text that is on its way, or that the app is about to send, is waited for: under the virtual clock time passes
// until it is there, a minute at most. A text for which no receipt comes is expected with status=sent.
func (h *Handset) Expect(words ...string) messaging.Snapshot {
	s := h.simulator
	s.t.Helper()
	query, err := h.query(words)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := s.patience()
	defer cancel()
	m, err := h.await(ctx, query)
	if err != nil {
		s.t.Fatalf("handset %s: %v%s", h.Number, err, s.pending())
	}
	h.read[m.ID()] = true
	h.last = m.Snapshot()
	return h.last
}

// query selects the texts that the handset has got. One that asks for another status means a text without a receipt.
func (h *Handset) query(words []string) (journal.Query, error) {
	mine := []string{"to=" + h.Number, "direction=outbound-*"}
	if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, "status") }) {
		mine = append(mine, "status=~^(delivered|read)$")
	}
	return journal.ParseQuery(journal.Messages, messaging.MessageFields(), append(mine, words...))
}

// await waits for a text that was not expected yet.
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

// step moves a virtual clock to the next thing that is due, unless that is too far away.
func (h *Handset) step(ctx context.Context, until time.Time) (bool, error) {
	c := h.simulator.Account().Clock
	n, next := c.Pending()
	if n == 0 || c.Rate() != 0 || next.After(until) {
		return false, nil
	}
	return true, c.Advance(ctx, max(next.Sub(c.Now()), 0))
}

// unread returns the oldest text that fits and was not expected yet, or nil.
func (h *Handset) unread(q journal.Query) *messaging.Message {
	for _, thing := range h.simulator.Account().Journal.Find(q) {
		if !h.read[thing.ID()] {
			return thing.(*messaging.Message)
		}
	}
	return nil
}

// missed says what there was instead.
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

// IgnoreRest takes whatever else the handset gets for expected, from the beginning of the test to its end.
func (h *Handset) IgnoreRest() { h.lax = true }

// checkHandsets fails the test on texts that nobody expected.
func (s *Simulator) checkHandsets() {
	s.t.Helper()
	for _, thing := range s.Account().Journal.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		for _, h := range s.handsets {
			if f.To == h.Number && f.Direction != messaging.Inbound && arrives(f.Status) && !h.lax && !h.read[f.SID] {
				s.t.Errorf("handset %s got a text that nobody expected: %s  %s", h.Number, f.SID, thing.Summary())
			}
		}
	}
}

// arrives reports whether a text is with its handset or on the way there. One that is scheduled is neither.
func arrives(status carrier.Status) bool {
	switch status {
	case carrier.Accepted, carrier.Queued, carrier.Sending, carrier.Sent, carrier.Delivered, carrier.Read:
		return true
	}
	return false
}
