package main

import (
	"context"
	"strconv"
	"time"

	"twilsim/simulator/control"
)

// times says how to write the times of an account.
type times struct {
	virtual bool      // as the time since origin, because the clock is not the machine's
	origin  time.Time // when the clock started
	last    int64     // ID of the newest event
}

// timesOf asks the simulator for its clock. A virtual clock starts at the first event.
func timesOf(ctx context.Context, client *control.Client) (times, error) {
	server, err := client.Server(ctx)
	if err != nil {
		return times{}, err
	}
	t := times{virtual: server.Clock.Rate != 1, origin: server.Started, last: server.LastEvent}
	if !t.virtual || t.last == 0 {
		return t, nil
	}
	for e, err := range client.Events(ctx, 0) {
		if err == nil && e.ID == 1 { // otherwise the first event is no longer kept
			t.origin = e.At
		}
		break
	}
	return t, nil
}

// stamp writes a time: that of the machine, or the time since the start of a virtual clock.
func (u *ui) stamp(at time.Time, t times) string {
	if t.virtual {
		return pad(virtualTime(at.Sub(t.origin)), len("15:04:05.000"))
	}
	return u.clockTime(at)
}

// clockTime writes the time of the machine, HH:MM:SS.mmm.
func (u *ui) clockTime(t time.Time) string {
	if u.utc {
		return t.UTC().Format("15:04:05.000")
	}
	return t.Local().Format("15:04:05.000")
}

// virtualTime writes the time since the start of a virtual clock: v+2.0s.
func virtualTime(d time.Duration) string {
	d = max(d.Round(time.Millisecond), 0)
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

// millis writes a duration in milliseconds: 4ms.
func millis(d time.Duration) string {
	return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + "ms"
}
