package control

import (
	"context"
	"net/http"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

func clockRoutes() []route {
	return []route{
		{
			method: "GET", path: "/clock", name: "clock", tag: "clock",
			summary: "The state of the account's clock",
			result:  Clock{},
			answer:  (*api).clock,
		},
		{
			method: "POST", path: "/clock/advance", name: "advance", tag: "clock",
			summary:     "Move a virtual clock",
			description: "Answers when everything that fell due is done, every webhook included.",
			body:        advance{},
			example:     `{"duration":"5s"}`,
			result:      Advanced{}, errors: []int{408, 409},
			answer: (*api).advance,
		},
		{
			method: "POST", path: "/clock/run", name: "run", tag: "clock",
			summary: "Move a virtual clock until nothing is scheduled",
			body:    nothing{}, optional: true,
			result: Advanced{}, errors: []int{408, 409},
			answer: (*api).run,
		},
		{
			method: "POST", path: "/clock/freeze", name: "freeze", tag: "clock",
			summary: "Make the clock virtual",
			body:    nothing{}, optional: true,
			result: Clock{},
			answer: (*api).freeze,
		},
		{
			method: "POST", path: "/clock/resume", name: "resume", tag: "clock",
			summary: "Let the clock run by itself",
			body:    resume{}, optional: true,
			example: `{"rate":1}`,
			result:  Clock{},
			answer:  (*api).resume,
		},
	}
}

// maxRate is the fastest rate of a clock: eleven days in a second.
const maxRate = 1e6

// Clock is the state of the account's clock.
type Clock struct {
	Now     time.Time  `json:"now"`
	Rate    float64    `json:"rate"`    // seconds on the clock in one second: 1 real, 0 virtual
	Pending int        `json:"pending"` // pieces of work that are scheduled
	Next    *time.Time `json:"next"`    // when the first of them is due; nil for none
}

// Advanced says how far a virtual clock was moved, and its new state.
type Advanced struct {
	Advanced string `json:"advanced"` // such as 1m5s
	Clock    Clock  `json:"clock"`
}

func clockOf(c *clock.Clock) Clock {
	now := Clock{Now: c.Now(), Rate: c.Rate()}
	var next time.Time
	if now.Pending, next = c.Pending(); now.Pending > 0 {
		now.Next = &next
	}
	return now
}

func (s *api) clock(*http.Request) (any, error) {
	now := clockOf(s.account.Clock)
	return &now, nil
}

// advance moves a virtual clock.
type advance struct {
	Duration string `json:"duration"` // such as 5s or 1h30m
}

// The client's going away ends it: the clock then stands where the work had come to, and what is
// not due yet stays scheduled.
func (s *api) advance(r *http.Request) (any, error) {
	var in advance
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("duration", in.Duration); err != nil {
		return nil, err
	}
	d, err := clock.ParseDuration(in.Duration)
	if err != nil {
		return nil, bad("bad duration "+quote(in.Duration),
			"a duration of 0 or more, such as 5s, 1h30m or 30d")
	}
	if err := s.account.Clock.Advance(r.Context(), d); err != nil {
		return nil, err
	}
	return s.advanced(d), nil
}

func (s *api) run(r *http.Request) (any, error) {
	if err := decode(r, &nothing{}); err != nil {
		return nil, err
	}
	d, err := s.account.Clock.Run(r.Context())
	if err != nil {
		return nil, err
	}
	return s.advanced(d), nil
}

// The journal has an event for it, so that an export and the console show why the time jumped.
func (s *api) advanced(d time.Duration) *Advanced {
	s.account.Journal.Append(journal.Event{Type: journal.ClockAdvanced, Note: d.String()}, "", nil)
	return &Advanced{Advanced: d.String(), Clock: clockOf(s.account.Clock)}
}

func (s *api) freeze(r *http.Request) (any, error) {
	if err := decode(r, &nothing{}); err != nil {
		return nil, err
	}
	return s.setRate(0), nil
}

// resume lets a virtual clock run by itself.
type resume struct {
	Rate float64 `json:"rate,omitempty"` // seconds on the clock in one second; 0 is 1
}

func (s *api) resume(r *http.Request) (any, error) {
	var in resume
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	switch {
	case in.Rate < 0:
		return nil, bad("the rate is below 0", "a rate above 0, such as 1 or 60")
	case in.Rate > maxRate:
		return nil, bad("the rate is too high",
			"at most 1000000, or twilsim clock freeze and advance")
	case in.Rate == 0:
		in.Rate = 1
	}
	return s.setRate(in.Rate), nil
}

func (s *api) setRate(rate float64) *Clock {
	s.account.Clock.SetRate(rate)
	now := clockOf(s.account.Clock)
	note := "clock runs by itself"
	if rate == 0 {
		note = "clock stands still"
	}
	s.changed(note, "")
	return &now
}

// Clock returns the state of the account's clock.
func (c *Client) Clock(ctx context.Context) (*Clock, error) {
	return call[Clock](ctx, c, "GET", "/clock", nil)
}

// Advance moves a virtual clock forward. It returns when everything that fell due is done. The
// duration is on the account's clock. The error is 409 if the clock is not virtual, if another call
// is advancing it, which includes a call from inside a webhook, and if it would go beyond
// [clock.End].
func (c *Client) Advance(ctx context.Context, d time.Duration) (*Advanced, error) {
	return call[Advanced](ctx, c, "POST", "/clock/advance", advance{Duration: d.String()})
}

// Run moves a virtual clock forward until nothing is scheduled. It fails as Advance does, and with
// 409 if the work keeps causing more work.
func (c *Client) Run(ctx context.Context) (*Advanced, error) {
	return call[Advanced](ctx, c, "POST", "/clock/run", nil)
}

// Freeze makes the clock virtual. What is scheduled stays, and falls due when the clock is moved.
func (c *Client) Freeze(ctx context.Context) (*Clock, error) {
	return call[Clock](ctx, c, "POST", "/clock/freeze", nil)
}

// Resume lets the clock run by itself; a rate of 0 means 1.
func (c *Client) Resume(ctx context.Context, rate float64) (*Clock, error) {
	return call[Clock](ctx, c, "POST", "/clock/resume", resume{Rate: rate})
}
