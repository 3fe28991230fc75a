package display

import (
	"strconv"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Clock describes a clock in one line: its pace, its time and what is scheduled.
//
//	virtual   2026-11-23 10:42:07.114   2 steps scheduled, the next in 500ms
func Clock(u *terminal.UI, now *control.Clock) terminal.Safe {
	pace := "virtual"
	switch {
	case now.Rate == 1:
		pace = "real"
	case now.Rate != 0:
		pace = strconv.FormatFloat(now.Rate, 'f', -1, 64) + "x"
	}
	at := now.Now.Local()
	if u.UTC {
		at = now.Now.UTC()
	}
	scheduled := "nothing scheduled"
	if now.Next != nil {
		scheduled = terminal.Count(now.Pending, "step") + " scheduled, the next in " +
			now.Next.Sub(now.Now).Round(time.Millisecond).String()
	}
	return terminal.Safe(pace + "   " + at.Format("2006-01-02 15:04:05.000") + "   " + scheduled)
}
