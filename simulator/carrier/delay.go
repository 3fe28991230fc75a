package carrier

import (
	"time"

	"twilsim/simulator/clock"
)

// Delay holds a webhook back, and those of the same message behind it: their order stays. It is for inbound messages and for
// callbacks.
type Delay struct {
	Time time.Duration // on the account's clock
}

func parseDelay(value string, _ bool) (WireFault, error) {
	d, err := parseWait("delay", value)
	return Delay{d}, err
}

// String returns delay:5s.
func (f Delay) String() string { return "delay:" + clock.FormatDuration(f.Time) }

// Describe says the fault to a person.
func (f Delay) Describe() string { return clock.DescribeDuration(f.Time) + " later" }

func (f Delay) change(w *Wire) { w.Wait = f.Time }

func (f Delay) fits(w Webhook) bool { return leavesLater(w) }
