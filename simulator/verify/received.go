package verify

import (
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Received returns the code in the newest text of Verify's that a handset has received, and whether
// there is one. number can have the prefix of a channel. Texts that were not delivered, or are on
// their way, do not count.
func Received(a *messaging.Account, number string) (string, bool) {
	scan := journal.Scan{Kind: journal.Messages, To: number}
	for thing := range a.Journal.Scan(scan) {
		m := thing.(*messaging.Message).Snapshot()
		code, ok := Of(a).CodeIn(m)
		if ok && slices.Contains(arrived, m.Status) &&
			(m.Status != carrier.Sent || len(a.Planned(m.SID)) == 0) {
			return code, true
		}
	}
	return "", false
}

// arrived are the statuses of a text that the handset has received. A text that stays sent is one
// without a receipt.
var arrived = []carrier.Status{carrier.Sent, carrier.Delivered, carrier.Read}

// CodeIn returns the code in a text, and whether it is one of Verify's.
func (s *State) CodeIn(m messaging.Snapshot) (string, bool) {
	if address.Bare(m.From) != sender && m.From != address.RCS+sender {
		return "", false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sid := range slices.Backward(s.order) {
		v := s.verifications[sid]
		if v.To == address.Bare(m.To) && strings.Contains(m.Body, v.Code) {
			return v.Code, true
		}
	}
	return "", false
}
