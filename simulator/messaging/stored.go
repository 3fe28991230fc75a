package messaging

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/segment"
)

// storedMessage is a message as it is stored, with the work that is still to do for it. Its names
// are in files on people's disks: they stay, new fields may be missing, and encode.go writes them.
type storedMessage struct {
	SID                 string           `json:"sid"`
	From                string           `json:"from"`
	To                  string           `json:"to"`
	Body                string           `json:"body"`
	Direction           Direction        `json:"direction"`
	MessagingServiceSID string           `json:"messaging_service_sid,omitempty"`
	PriceUnit           string           `json:"price_unit,omitempty"`
	Status              carrier.Status   `json:"status"`
	ErrorCode           int              `json:"error_code,omitempty"`
	Encoding            segment.Encoding `json:"encoding"`
	Units               int              `json:"units"`
	NumSegments         int              `json:"num_segments"`
	Media               []Media          `json:"media,omitempty"`
	Created             time.Time        `json:"date_created"`
	Updated             time.Time        `json:"date_updated"`
	Sent                time.Time        `json:"date_sent,omitzero"`
	ReplyTo             string           `json:"reply_to,omitempty"`
	Callback            string           `json:"callback,omitempty"`
	CallbackMethod      string           `json:"callback_method,omitempty"`
	Install             string           `json:"install"`
	Automatic           bool             `json:"automatic,omitempty"`
	Unlisted            bool             `json:"unlisted,omitempty"`
	Template            *Templated       `json:"template,omitempty"`
	By                  string           `json:"by,omitempty"`
	Script              string           `json:"script,omitempty"`
	History             []Change         `json:"history"`
	Feedback            *Feedback        `json:"feedback,omitempty"`

	Start     time.Time     `json:"start"` // what the script's times count from
	Played    bool          `json:"played,omitempty"`
	Moved     bool          `json:"moved,omitempty"`
	Step      int           `json:"step,omitempty"`  // the next one
	Steps     int           `json:"steps,omitempty"` // of the script
	Segments  int           `json:"segments,omitempty"`
	Validity  time.Duration `json:"validity,omitempty"`
	Handover  *handover     `json:"handover,omitempty"`
	Overlap   bool          `json:"overlap,omitempty"`
	Owed      int           `json:"owed,omitempty"`
	Callbacks []storedJob   `json:"callbacks,omitempty"` // that are due; the first may be on its way
	Swapped   *storedJob    `json:"swapped,omitempty"`
	Paused    bool          `json:"paused,omitempty"`
	Later     []storedLater `json:"later,omitempty"`
	Run       *pendingRun   `json:"run,omitempty"` // of an inbound message

	place int64
}

type storedJob struct {
	Status carrier.Status `json:"status"`
	Code   int            `json:"code,omitempty"`
	At     int64          `json:"at"` // milliseconds of Unix time
	Token  string         `json:"token"`
	Faults fault.List     `json:"faults,omitempty"`
}

type storedLater struct {
	At   time.Time `json:"at"`
	What lateWork  `json:"what"`
	Job  storedJob `json:"job"`
}

func storeJob(j callbackJob) storedJob {
	return storedJob{j.status, j.code, j.at, j.token, j.faults}
}

func (s storedJob) job() callbackJob {
	return callbackJob{status: s.Status, code: s.Code, at: s.At, token: s.Token, faults: s.Faults}
}

// storedLocked returns the message as it is stored. It shares the message's lists, which are
// replaced or grow, but never change in place. Callbacks in flight come first: without a recorded
// answer they are sent again.
func (m *Message) storedLocked() storedMessage {
	f, q := &m.current, cmp.Or(m.callbacks, &callbackQueue{})
	s := storedMessage{
		SID: f.SID, From: f.From, To: f.To, Body: f.Body, Direction: f.Direction,
		MessagingServiceSID: f.MessagingServiceSID, PriceUnit: f.PriceUnit, Status: f.Status,
		ErrorCode: f.ErrorCode, Encoding: f.Encoding, Units: f.Units, NumSegments: f.NumSegments,
		Media: f.Media, Created: f.Created, Updated: f.Updated, Sent: f.Sent, ReplyTo: f.ReplyTo,
		Callback: f.Callback.URL, CallbackMethod: f.Callback.Method, Install: f.install,
		Automatic: f.automatic, Unlisted: f.unlisted, Template: f.Template, By: f.By,
		Script: f.Script, History: f.History,
		Start: m.start, Played: m.played, Moved: m.moved, Step: int(m.step), Steps: len(m.script),
		Segments: int(m.segments), Validity: m.validity, Handover: m.handover,
		Overlap: q.overlap, Owed: q.owed,
		Paused: q.state == paused, Run: m.run, place: m.place,
	}
	if m.feedback != nil {
		feedback := *m.feedback
		s.Feedback = &feedback
	}
	for _, job := range q.flight {
		s.Callbacks = append(s.Callbacks, storeJob(job))
	}
	for _, job := range q.ready {
		s.Callbacks = append(s.Callbacks, storeJob(job))
	}
	if q.swapped != nil {
		swapped := storeJob(*q.swapped)
		s.Swapped = &swapped
	}
	for _, late := range q.later {
		s.Later = append(s.Later, late.stored())
	}
	return s
}

// pending reports whether there is work to do for the message. The storage finds such messages at
// the next start without reading the others.
func (s *storedMessage) pending() bool {
	outbound := s.Direction != Inbound
	return outbound && !s.Played && !s.Moved || s.Step < s.Steps || len(s.Callbacks) > 0 ||
		s.Swapped != nil || len(s.Later) > 0 || s.Run != nil ||
		outbound && s.Validity > 0 && !s.Moved && waiting(s.Status)
}

// message returns the message that was stored. Nothing is scheduled yet; resume does that. The
// error is about a script that this version does not know.
func (s *storedMessage) message(a *Account) (*Message, error) {
	m := &Message{
		account: a, start: s.Start, played: s.Played, moved: s.Moved, step: int32(s.Step),
		segments: int32(s.Segments), validity: s.Validity, feedback: s.Feedback, run: s.Run,
		handover: s.Handover, place: s.place,
		current: Snapshot{
			SID: s.SID, AccountSID: a.SID, From: s.From, To: s.To, Body: s.Body,
			Direction: s.Direction, MessagingServiceSID: s.MessagingServiceSID,
			PriceUnit: s.PriceUnit, Status: s.Status, ErrorCode: s.ErrorCode, Encoding: s.Encoding,
			Units: s.Units, NumSegments: s.NumSegments, Media: s.Media, Created: s.Created,
			Updated: s.Updated, Sent: s.Sent, ReplyTo: s.ReplyTo,
			Callback: Callback{URL: s.Callback, Method: s.CallbackMethod}, install: s.Install,
			automatic: s.Automatic, unlisted: s.Unlisted, Template: s.Template, By: s.By,
			Script: s.Script, History: s.History,
		},
	}
	if s.Script != "" {
		var err error
		if m.script, err = carrier.ParseScript(s.Script); err != nil {
			return nil, fmt.Errorf("message %s: %w", s.SID, err)
		}
	}
	m.step = min(m.step, int32(len(m.script)))
	q := m.queue()
	q.overlap, q.owed = s.Overlap, s.Owed
	for _, job := range s.Callbacks {
		q.ready = append(q.ready, job.job())
	}
	if s.Swapped != nil {
		swapped := s.Swapped.job()
		q.swapped = &swapped
	}
	for _, l := range s.Later {
		if s.Paused && l.What == lateResume { // any other pause ends with the run of the program
			q.state = paused
		}
		q.later = append(q.later, &lateJob{at: l.At, what: l.What, job: l.Job.job()})
	}
	return m, nil
}

// storedExchange is an exchange as it is stored. Its headers are texts, and a body that is not
// UTF-8 is in base64.
type storedExchange struct {
	*journal.Exchange
	Header             string `json:"header"`
	ResponseHeader     string `json:"response_header,omitempty"`
	BodyBase64         []byte `json:"body_base64,omitempty"`
	ResponseBodyBase64 []byte `json:"response_body_base64,omitempty"`
}

func readExchange(data []byte) (*journal.Exchange, error) {
	s := storedExchange{Exchange: &journal.Exchange{}}
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	x := s.Exchange
	x.Header, x.ResponseHeader = journal.Header(s.Header), journal.Header(s.ResponseHeader)
	if s.BodyBase64 != nil || s.ResponseBodyBase64 != nil {
		x.Body, x.ResponseBody = string(s.BodyBase64), string(s.ResponseBodyBase64)
	}
	return x, nil
}

// lateWork is what happens to a callback at a later time.
type lateWork string

const (
	lateReport lateWork = "report" // it is due
	lateSend   lateWork = "send"   // others were to overtake it
	lateResume lateWork = "resume" // the queue goes on
)

// lateJob is work for a callback at a later time.
type lateJob struct {
	at   time.Time
	what lateWork
	job  callbackJob // of lateResume, the one at the front of the queue
	// release says that it does not wait any more
	release func()
}

func (l *lateJob) stored() storedLater {
	return storedLater{l.at, l.what, storeJob(l.job)}
}

// laterLocked schedules work for a callback.
func (m *Message) laterLocked(l lateJob) {
	work := &l
	m.queue().later = append(m.queue().later, work)
	m.awaitLocked(work)
}

// awaitLocked has the work done at its time.
func (m *Message) awaitLocked(l *lateJob) {
	by := m.current.By
	if len(l.job.faults) > 0 {
		by = "rule " + l.job.faults.Rule()
	}
	l.release = m.account.holdLocked(Planned{SID: m.current.SID, At: l.at, Kind: PlannedCallback,
		Status: l.job.status, By: by})
	m.account.schedule.At(l.at, func() { m.doLate(l) })
}

// doLate does the work.
func (m *Message) doLate(l *lateJob) {
	m.account.mu.Lock()
	l.release()
	q := m.queue()
	q.later = slices.DeleteFunc(q.later, func(other *lateJob) bool { return other == l })
	switch l.what {
	case lateReport:
		q.add(l.job)
	case lateSend:
		q.putBack(l.job)
	case lateResume:
		q.resume()
	}
	m.touchLocked()
	m.account.mu.Unlock()
	m.sendReady()
}
