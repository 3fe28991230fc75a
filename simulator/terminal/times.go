package terminal

import (
	"fmt"
	"strconv"
	"time"

	"twilsim/simulator/clock"
)

// Times says how to write the times of an account.
type Times struct {
	Virtual bool      // as the time since origin, because the clock is not the machine's
	Origin  time.Time // when the clock started
	Last    int64     // ID of the newest event
}

// Stamp writes a time: that of the machine, or the time since the start of a virtual clock.
func (u *UI) Stamp(at time.Time, t Times) string {
	if t.Virtual {
		return Pad(VirtualTime(at.Sub(t.Origin)), len("15:04:05.000"))
	}
	return u.dayOf(at, clock.Wall()) + u.ClockTime(at)
}

// dayOf is the day of a time in front of it, "" if that is today.
func (u *UI) dayOf(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	if u.UTC {
		at, now = at.UTC(), now.UTC()
	}
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return ""
	}
	return at.Format(time.DateOnly) + " "
}

// ClockTime writes the time of the machine, HH:MM:SS.mmm.
func (u *UI) ClockTime(t time.Time) string {
	if u.UTC {
		return t.UTC().Format("15:04:05.000")
	}
	return t.Local().Format("15:04:05.000")
}

// day is where times since the start of a virtual clock get too long in seconds.
const day = 24 * time.Hour

// VirtualTime writes the time since the start of a virtual clock: v+2.0s, v+2d00h28m,
// v+2d00h28m05.5s.
func VirtualTime(d time.Duration) string {
	d = max(d.Round(time.Millisecond), 0)
	if d >= day {
		text := fmt.Sprintf("v+%dd%02dh%02dm", d/day, d%day/time.Hour, d%time.Hour/time.Minute)
		if rest := d % time.Minute; rest > 0 {
			if rest < 10*time.Second {
				text += "0"
			}
			text += strconv.FormatFloat(rest.Seconds(), 'f', -1, 64) + "s"
		}
		return text
	}
	return "v+" + strconv.FormatFloat(d.Seconds(), 'f', decimals(d), 64) + "s"
}

// decimals is how many decimals show a duration's milliseconds, at least one.
func decimals(d time.Duration) int {
	switch ms := d.Milliseconds(); {
	case ms%100 == 0:
		return 1
	case ms%10 == 0:
		return 2
	}
	return 3
}

// Millis writes a duration in milliseconds: 4ms.
func Millis(d time.Duration) string {
	return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + "ms"
}
