package console

import (
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
)

// alertsView is the list of alerts by kind, with one alert that is open.
type alertsView struct {
	listPage
	API     string
	Groups  []*control.AlertGroup
	Count   int // alerts in all groups
	Left    int // how many of them are not acknowledged
	Open    bool
	Alert   *alertView
	Missing string
}

// alertView is everything about one alert.
type alertView struct {
	*journal.Alert
	Base     string
	Docs     string // the page of Twilio's dictionary; "" for a hint
	Exchange *exchangeView
	Message  *control.Message
	Others   []*journal.Alert // of the same kind, newest first
	Copies   int              // alerts of this kind, with this one
	Strip    *strip           // when they were raised; nil if there is one alone
	Attempts *strip           // of the call to the app; nil if it was called once
}

// maxOthers is how many other alerts of the same kind a page lists.
const maxOthers = 20

func alerts(r *request) (any, error) {
	v := &alertsView{listPage: r.listPage(), API: r.api(), Open: r.ref != ""}
	words := journal.SplitQuery(v.Query, journal.AlertFields(), false)
	if v.Query == "" {
		words = nil
	}
	found, err := r.client.AlertGroups(r.Context(), words)
	if v.wrong(err) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.Groups = found.Groups
	for _, g := range v.Groups {
		v.Count += g.Count
		v.Left += g.Open
	}
	ref := r.ref
	if ref == "" && len(v.Groups) > 0 {
		ref = v.Groups[0].Last.Name
	}
	if ref == "" {
		return v, nil
	}
	var known *control.Error
	a, err := r.client.Alert(r.Context(), ref)
	if asMissing(err, &known) {
		v.Missing = known.Message
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.Alert, err = r.newAlertView(a)
	return v, err
}

// Shows reports whether an alert of the group is open.
func (v *alertsView) Shows(g *control.AlertGroup) bool {
	return v.Alert != nil && v.Alert.Code == g.Code && v.Alert.Title == g.Title
}

func (r *request) newAlertView(a *journal.Alert) (*alertView, error) {
	v := &alertView{Alert: a, Base: r.base}
	if code, err := strconv.Atoi(a.Code); err == nil {
		v.Docs = errcode.Docs(code)
	}
	ctx := r.Context()
	var known *control.Error
	if a.Exchange != "" {
		get, kind := r.client.Webhook, "webhooks"
		if a.Exchange[0] == 'R' {
			get, kind = r.client.Request, "requests"
		}
		x, err := get(ctx, a.Exchange)
		if err == nil {
			v.Exchange, err = r.newExchangeView(x.Masked(), kind)
		}
		if err == nil {
			v.Attempts = drawAttempts(v.Exchange.Attempts)
		}
		if err != nil && !asMissing(err, &known) {
			return nil, err
		}
	}
	if a.SID != "" {
		m, err := r.client.Message(ctx, a.SID)
		if err != nil && !asMissing(err, &known) {
			return nil, err
		}
		v.Message = m
	}
	same, err := r.client.Alerts(ctx, []string{exactly("code", a.Code)}, 0)
	if err != nil {
		return nil, err
	}
	same.Alerts = slices.DeleteFunc(same.Alerts,
		func(other *journal.Alert) bool { return other.Title != a.Title })
	for _, other := range same.Alerts {
		if other.Name != a.Name && len(v.Others) < maxOthers {
			v.Others = append(v.Others, other)
		}
	}
	v.Copies = len(same.Alerts)
	v.Strip = drawCopies(same.Alerts, a)
	return v, nil
}

// drawCopies draws when the alerts of one kind were raised, and which of them is open. They come
// newest first.
func drawCopies(newest []*journal.Alert, open *journal.Alert) *strip {
	if len(newest) < 2 {
		return nil
	}
	first := newest[len(newest)-1].At
	s := newStrip(newest[0].At.Sub(first), "Raised", "Open")
	var all []instant
	for _, a := range slices.Backward(newest) {
		all = append(all, instant{a.At.Sub(first), a.Name, shape(a.Level)})
	}
	s.crowd(0, all, "copies")
	s.mark(1, open.At.Sub(first), "start", open.Name, "the open one, "+open.Name)
	return s
}

// maxAttempts is how many calls to the app about one thing are drawn.
const maxAttempts = 8

// drawAttempts draws the copies and attempts of one call to the app: when each was sent, and how
// long the answer took.
func drawAttempts(attempts []*journal.Exchange) *strip {
	attempts = attempts[:min(len(attempts), maxAttempts)]
	if len(attempts) < 2 {
		return nil
	}
	var rows []string
	var last time.Duration
	first := attempts[0].At
	for _, x := range attempts {
		rows = append(rows, x.Name)
		last = max(last, x.At.Sub(first)+x.Duration)
	}
	s := newStripFrom(10*time.Millisecond, last, rows...)
	for i, x := range attempts {
		from, word := x.At.Sub(first), x.Name+" "+httpCode(x.Status)
		if x.Duration < s.span/50 { // too short for a bar
			s.mark(i, from, httpShape(x), httpCode(x.Status), word)
			continue
		}
		s.barAt(i, from, from+x.Duration, "b-"+httpShape(x), word)
	}
	return s
}
