package testscript

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"twilsim/simulator/clock"
)

// span prints a virtual time: 0.5s, 65.0s, 1h0m0s, 30d00h00m.
func span(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return long(d)
}

const clockUsage = "clock advance TIME [pace=TIME], or clock run"

// cmdClock advances the virtual clock; all that falls due happens.
//
//	clock advance TIME [pace=TIME]
//	clock run
func cmdClock(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "clock")
	w := of(ts)
	switch {
	case (len(args) == 2 || len(args) == 3) && args[0] == "advance":
		d, err := clock.ParseDuration(args[1])
		ts.Check(err)
		pace := time.Duration(0)
		if len(args) == 3 {
			pace, err = parsePace(args[2])
			ts.Check(err)
		}
		ts.Check(w.advance(d, pace))
	case len(args) == 1 && args[0] == "run":
		_, err := w.account.Clock.Run(w.ctx)
		ts.Check(err)
	default:
		usage(ts, clockUsage)
	}
	fmt.Fprintf(ts.Stdout(), "v+%s\n", span(w.elapsed()))
}

// parsePace reads pace=50ms.
func parsePace(word string) (time.Duration, error) {
	value, ok := strings.CutPrefix(word, "pace=")
	if !ok {
		return 0, errors.New("usage: " + clockUsage)
	}
	return clock.ParseDuration(value)
}

// advance moves the virtual clock. With a pace, that much real time passes after each thing that
// falls due: an app that writes in batches would lose the order of callbacks that come at once.
func (w *world) advance(d, pace time.Duration) error {
	if pace == 0 {
		return w.account.Clock.Advance(w.ctx, d)
	}
	before := w.account.Journal.Last()
	_, err := w.account.Clock.AdvanceUntil(w.ctx, d, func() bool {
		if last := w.account.Journal.Last(); last != before {
			before = last
			await(w.ctx.Done(), pace)
		}
		return false
	})
	return err
}
