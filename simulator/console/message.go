package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/segment"
)

// messageView is everything about one message.
type messageView struct {
	*control.Message
	Base     string
	API      string
	Complete bool
	Size     string
	Request  *journal.Exchange
	Timeline []moment
	Strip    *strip
	Now      time.Time
	Frozen   bool
	ToCome   int
	Next     time.Duration // until the clock's next step; 0 if nothing is scheduled
	Replies  []*control.Message
	Webhooks []*journal.Exchange
	InFlight bool
	Failures []failure
	Alerts   []*journal.Alert
	Save     *saveForm
	Real     bool   // the timeline has the times of this machine, not those of the account
	Times    string // the URL of this page with the other times; "" if they are the same
}

// moment is a line of a message's timeline. One of Status, Exchange, Alert, Planned and Note is
// set, or Present.
type moment struct {
	At       time.Time
	Real     time.Time // on this machine; zero for what is planned
	Shown    time.Time
	Offset   string
	Status   string
	Code     int
	By       string
	Title    string // of the code
	First    bool   // the status that Twilio does not report
	Exchange *journal.Exchange
	Reports  string // the status that a callback reports
	Tags     []string
	Alerts   []*journal.Alert
	Alert    *journal.Alert
	Planned  *messaging.Planned
	In       time.Duration // until a planned step
	Note     string
	Present  bool
}

// failure is a way to let a message fail by hand.
type failure struct {
	Code int
	Text string
}

// failures are the codes of the outcomes that end in undelivered.
func failures() []failure {
	var all []failure
	for _, o := range carrier.Outcomes() {
		if o.Final() == carrier.Undelivered && !slices.ContainsFunc(all,
			func(f failure) bool { return f.Code == o.Code }) {
			all = append(all, failure{o.Code, o.Text})
		}
	}
	return all
}

// newMessageView reads a message and its story.
func (r *request) newMessageView(ref string) (*messageView, error) {
	story, err := r.client.Story(r.Context(), ref)
	if err != nil {
		return nil, err
	}
	m := story.Message
	v := &messageView{
		Message: m, Base: r.base, API: r.api(), Complete: story.Complete,
		Size: segment.Of(m.Body).String(),
		Now:  r.now.Now, Frozen: r.now.Rate == 0, Replies: story.Replies,
		Save:     r.saveConversation("save", m.SID),
		InFlight: m.Direction != messaging.Inbound && inFlight(m.Status), Failures: failures(),
	}
	if r.now.Next != nil {
		v.Next = r.now.Next.Sub(r.now.Now)
	}
	v.tell(story)
	v.plan()
	v.chooseTimes(r)
	v.draw()
	return v, nil
}

func inFlight(s carrier.Status) bool {
	switch s {
	case carrier.Accepted, carrier.Scheduled, carrier.Queued, carrier.Sending, carrier.Sent:
		return true
	}
	return false
}

// tell makes the timeline of what has happened.
func (v *messageView) tell(story *control.Story) {
	byExchange := map[string][]*journal.Alert{}
	for _, line := range story.Events {
		if a := line.Alert; a != nil {
			v.Alerts = append(v.Alerts, a)
			if a.Exchange != "" {
				byExchange[a.Exchange] = append(byExchange[a.Exchange], a)
			}
		}
	}
	var seen callbacks
	for _, line := range story.Events {
		e := line.Event
		m := moment{At: e.At, Real: e.Real}
		switch {
		case e.Type == journal.MessageCreated, e.Type == journal.MessageReceived:
			m.Status, m.First = e.Status, e.Type == journal.MessageCreated
		case e.Type == journal.MessageStatus:
			m.Status, m.Code, m.By = e.Status, e.ErrorCode, e.Rule
			if e.ErrorCode != 0 && v.ErrorMessage != nil {
				m.Title = *v.ErrorMessage
			}
		case line.Exchange != nil:
			m.Exchange, m.At = line.Exchange, line.Exchange.At
			m.Alerts = byExchange[m.Exchange.Name]
			if m.Exchange.Purpose == journal.API {
				if v.Request == nil {
					v.Request = m.Exchange
				}
			} else {
				v.Webhooks = append(v.Webhooks, m.Exchange)
			}
			m.Reports, m.Tags = seen.next(m.Exchange)
		case line.Alert != nil && line.Alert.Exchange == "":
			m.Alert = line.Alert
		case e.Type == journal.WebhookHeld:
			m.Note, m.By = e.Note, e.Rule
		default:
			continue
		}
		v.Timeline = append(v.Timeline, m)
	}
}

// callbacks recognises callbacks that are unusual.
type callbacks struct {
	statuses map[string]bool
	rank     int
}

// ranks is the order of the statuses that Twilio reports.
var ranks = []string{"queued", "sending", "sent", "delivered", "undelivered", "failed", "read"}

// next returns the status that a callback reports, and what is unusual about it.
func (c *callbacks) next(x *journal.Exchange) (reports string, tags []string) {
	if x.Purpose == journal.Status {
		reports = x.Params().Get("MessageStatus")
	}
	if x.ReplayOf != "" {
		return reports, []string{"replay of " + x.ReplayOf}
	}
	for _, f := range x.Faults {
		tags = append(tags, f.String())
	}
	if rule := x.Faults.Rule(); rule != "" {
		tags[len(tags)-1] += ", rule " + rule
	}
	if x.Attempt > 1 {
		tags = append(tags, "attempt "+strconv.Itoa(x.Attempt))
	}
	if reports == "" {
		return reports, tags
	}
	if c.statuses == nil {
		c.statuses = map[string]bool{}
	}
	rank := slices.Index(ranks, reports)
	switch {
	case c.statuses[reports] && x.Attempt <= 1:
		tags = append(tags, "duplicate")
	case rank < c.rank:
		tags = append(tags, "out of order")
	}
	c.statuses[reports], c.rank = true, max(c.rank, rank)
	return reports, tags
}

// plan adds the present and what is to come to the timeline.
func (v *messageView) plan() {
	v.ToCome = len(v.Sim.Planned)
	if v.ToCome > 0 {
		v.Timeline = append(v.Timeline, moment{At: v.Now, Present: true})
	}
	for i := range v.Sim.Planned {
		p := &v.Sim.Planned[i]
		v.Timeline = append(v.Timeline, moment{At: p.At, Planned: p, In: p.At.Sub(v.Now)})
	}
}

// chooseTimes gives the lines of the timeline the times that the URL asks for: those of the
// account, or those of this machine where something has happened.
func (v *messageView) chooseTimes(r *request) {
	q := r.URL.Query()
	v.Real = q.Get("time") == "real"
	begin, differ := v.DateCreated, false
	for i := range v.Timeline {
		m := &v.Timeline[i]
		m.Shown = m.At
		happened := m.Planned == nil && !m.Present
		differ = differ || happened && m.At.Sub(m.Real).Abs() > time.Second
		if v.Real && happened {
			m.Shown = m.Real
			if i == 0 {
				begin = m.Real
			}
		}
		base := begin
		if !happened {
			base = v.DateCreated
		}
		if d := m.Shown.Sub(base); d != 0 {
			m.Offset = "+" + strconv.FormatFloat(d.Seconds(), 'f', 3, 64) + " s"
		} else {
			m.Offset = "0"
		}
	}
	if !differ {
		return
	}
	q.Set("time", "real")
	if v.Real {
		q.Del("time")
	}
	v.Times = (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
}

// draw makes the strip.
func (v *messageView) draw() {
	var last time.Duration
	since := func(t time.Time) time.Duration { return t.Sub(v.DateCreated) }
	for _, m := range v.Timeline {
		last = max(last, since(m.At))
	}
	s := newStrip(last, "API", "Status", "Callbacks")
	if v.Direction == messaging.Inbound {
		s.Rows[0], s.Rows[2] = "Phone", "Webhooks"
	}
	v.Strip = s
	for _, m := range v.Timeline {
		at := since(m.At)
		switch x := m.Exchange; {
		case m.Present:
			s.Now = s.x(at)
		case x != nil && x.Purpose == journal.API:
			s.mark(0, at, "start", httpCode(x.Status), "API call")
		case x != nil:
			words := strings.TrimSpace(m.Reports + " " + string(x.Purpose) + " webhook")
			s.mark(2, at, httpShape(x), httpCode(x.Status), words)
		}
	}
	v.drawStatuses(since)
	for _, p := range v.Sim.Planned {
		if p.Kind == messaging.PlannedStatus {
			continue
		}
		shape, text := "plan", ""
		if p.Lost {
			text = "lost"
		}
		if p.Copies > 1 {
			text = "x" + strconv.Itoa(p.Copies)
		}
		if from := v.reached(p.Status); !from.IsZero() && p.At.After(from) {
			s.hold(2, since(from), since(p.At))
		}
		s.mark(2, since(p.At), shape, text, "planned callback")
	}
}

// reached returns when the message has a status, or will have it; the zero time for never.
func (v *messageView) reached(status carrier.Status) time.Time {
	for _, c := range v.Sim.History {
		if c.Status == status {
			return c.At
		}
	}
	for _, p := range v.Sim.Planned {
		if p.Kind == messaging.PlannedStatus && p.Status == status {
			return p.At
		}
	}
	return time.Time{}
}

// drawStatuses draws the statuses that the message had, and those that are planned.
func (v *messageView) drawStatuses(since func(time.Time) time.Duration) {
	type period struct {
		at    time.Duration
		class string
		text  string
	}
	var periods []period
	for _, c := range v.Sim.History {
		periods = append(periods, period{since(c.At), "b-" + shape(c.Status), string(c.Status)})
	}
	planned := 0
	for _, p := range v.Sim.Planned {
		if p.Kind == messaging.PlannedStatus {
			if planned == 0 { // the present status lasts until now; after that it is planned too
				periods = append(periods, period{since(v.Now), "b-plan", ""})
			}
			planned++
			periods = append(periods, period{since(p.At), "b-plan", string(p.Status)})
		}
	}
	for i, p := range periods {
		to := time.Duration(-1)
		if i+1 < len(periods) {
			to = periods[i+1].at
		}
		v.Strip.bar(p.at, to, p.class, p.text)
	}
}
