package messaging

import "twilsim/simulator/carrier"

// Preview is what may happen to a message, and how likely that is.
type Preview struct {
	// what decides: opt-out, 24-hour window, rule r1, phone off, magic unreachable; "" if nothing
	// does, so that the message is delivered
	By     string
	Chance float64 // the chance of the rule that decides; 1 if it always applies
	Then   carrier.Then
	Left   int // how many more messages the rule decides about; 0 for no limit
}

// Preview returns what would happen to a message if it were sent now. Only rules with a chance make
// more than one preview, in the order in which they are tried. It counts no use of a rule.
func (a *Account) Preview(m carrier.Message) []Preview {
	if p, ok := a.optedOutPlan(m); ok {
		return []Preview{{By: p.by, Chance: 1, Then: p.then}}
	}
	if a.outsideWindow(m.From, m.To) {
		p := outside()
		return []Preview{{By: p.by, Chance: 1, Then: p.then}}
	}
	f := Snapshot{From: m.From, To: m.To}
	var previews []Preview
	for _, rule := range a.Rules.Candidates(m) {
		planned := rulePlan(rule, f.channel())
		p := Preview{By: planned.by, Chance: rule.Chance, Then: planned.then}
		if rule.Times > 0 {
			p.Left = rule.Times - rule.Used
		}
		if rule.Chance == 0 {
			p.Chance = 1
			return append(previews, p)
		}
		previews = append(previews, p)
	}
	p := a.recipientPlan(f)
	return append(previews, Preview{By: p.by, Chance: 1, Then: p.then})
}
