package carrier

import (
	"time"

	"twilsim/simulator/clock"
)

// Late holds a webhook back, and lets those of the same message behind it overtake it (F-169). It is for inbound messages and
// for callbacks.
type Late struct {
	Time time.Duration // on the account's clock
}

func parseLate(value string, _ bool) (WireFault, error) {
	d, err := parseWait("late", value)
	return Late{d}, err
}

// String returns late:5s.
func (f Late) String() string { return "late:" + clock.FormatDuration(f.Time) }

// Describe says the fault to a person.
func (f Late) Describe() string { return clock.DescribeDuration(f.Time) + " later, others overtake it" }

func (f Late) change(w *Wire) { w.Wait, w.Overtaken = f.Time, true }

func (f Late) fits(w Webhook) bool { return leavesLater(w) }
