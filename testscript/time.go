package testscript

import (
	"fmt"
	"time"

	"twilsim/simulator/clock"
)

// span prints a virtual time: 0.5s, 65s, 720h0m0s.
func span(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.String()
}

const clockUsage = "clock advance TIME, or clock run"

// cmdClock advances the virtual clock; all that falls due happens.
//
//	clock advance TIME
//	clock run
func cmdClock(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "clock")
	w := of(ts)
	switch {
	case len(args) == 2 && args[0] == "advance":
		d, err := clock.ParseDuration(args[1])
		ts.Check(err)
		ts.Check(w.account.Clock.Advance(w.ctx, d))
	case len(args) == 1 && args[0] == "run":
		_, err := w.account.Clock.Run(w.ctx)
		ts.Check(err)
	default:
		usage(ts, clockUsage)
	}
	fmt.Fprintf(ts.Stdout(), "v+%s\n", span(w.elapsed()))
}
