package main

import (
	"context"
	"strconv"
	"time"

	"twilsim/simulator/control"
)

// times is how the times of an account are written.
type times struct {
	virtual bool      // how far the clock has come, for it is not the machine's
	origin  time.Time // where it began
	last    int64     // the newest event
}

// timesOf asks how the clock stands. A virtual one began at its first event.
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
		if err == nil && e.ID == 1 { // else it is not kept any more
			t.origin = e.At
		}
		break
	}
	return t, nil
}

// stamp writes a time: the machine's, or how far a virtual clock has come.
func (u *ui) stamp(at time.Time, t times) string {
	if t.virtual {
		return pad(virtualTime(at.Sub(t.origin)), len("15:04:05.000"))
	}
	return u.clockTime(at)
}

// clockTime writes a time of the machine, HH:MM:SS.mmm.
func (u *ui) clockTime(t time.Time) string {
	if u.utc {
		return t.UTC().Format("15:04:05.000")
	}
	return t.Local().Format("15:04:05.000")
}

// virtualTime writes how far a virtual clock has come: v+2.0s.
func virtualTime(d time.Duration) string {
	d = max(d.Round(time.Millisecond), 0)
	return "v+" + strconv.FormatFloat(d.Seconds(), 'f', decimals(d), 64) + "s"
}

// decimals is one, or as many as a duration's milliseconds need.
func decimals(d time.Duration) int {
	switch ms := d.Milliseconds(); {
	case ms%100 == 0:
		return 1
	case ms%10 == 0:
		return 2
	}
	return 3
}

// millis writes a duration as people compare them: 4ms.
func millis(d time.Duration) string {
	return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + "ms"
}
