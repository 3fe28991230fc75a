package display

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
	"twilsim/simulator/uri"
)

// eventLog prints what happens in an account as it happens, from the journal. One goroutine at a
// time uses it: that of Follow, and that of Summary afterwards. It holds no lock of the account
// while it prints, so a slow terminal slows nothing else down; events that the journal drops
// meanwhile are not printed.
type eventLog struct {
	ui       *terminal.UI
	account  *messaging.Account
	name     string // of the account if there are several; "" prints none
	times    terminal.Times
	after    int64       // ID of the last event that was printed
	printing sync.Locker // held while lines are printed
	tally    tally
	text     bytes.Buffer // what Drain writes; empty between its calls
}

// tally counts what happened.
type tally struct{ messages, webhooks, failed, alerts int }

func (t *tally) count(e journal.Event) {
	switch {
	case e.Type == journal.MessageReceived, e.Type == journal.MessageCreated:
		t.messages++
	case e.Type == journal.AlertRaised:
		t.alerts++
	case e.Type == journal.WebhookAttempt && !e.Dropped():
		t.webhooks++
		if e.HTTP < 200 || e.HTTP > 299 {
			t.failed++
		}
	}
}

func (t *tally) add(more tally) {
	t.messages += more.messages
	t.webhooks += more.webhooks
	t.failed += more.failed
	t.alerts += more.alerts
}

// String returns the tally as 2 messages, 4 webhooks (1 failed), 1 alert.
func (t tally) String() string {
	failed := ""
	if t.failed > 0 {
		failed = fmt.Sprintf(" (%d failed)", t.failed)
	}
	return fmt.Sprintf("%s, %s%s, %s", terminal.Count(t.messages, "message"),
		terminal.Count(t.webhooks, "webhook"), failed, terminal.Count(t.alerts, "alert"))
}

// NewLog returns the log of an account, beginning with what happens after the call. With a virtual
// clock it prints times from the first event on, else those of the day.
func NewLog(u *terminal.UI, a *messaging.Account, virtual bool) *eventLog {
	l := &eventLog{
		ui: u, account: a, printing: &sync.Mutex{}, after: a.Journal.Last(),
		times: terminal.Times{Virtual: virtual, Origin: a.Clock.Now()},
	}
	if l.after == 0 || !virtual {
		return l // it would wait for the history of a --data file
	}
	if events, _ := a.Journal.Events(0); len(events) > 0 && events[0].ID == 1 { // as timesOf has it
		l.times.Origin = events[0].At
	}
	return l
}

// Follow prints events until ctx ends.
func (l *eventLog) Follow(ctx context.Context) {
	for ctx.Err() == nil {
		more := l.Drain()
		select {
		case <-more:
		case <-ctx.Done():
		}
	}
}

// Drain prints the events that are there, and returns a channel that is closed when there are more.
// It writes them together: under load a system call for each line would take a tenth of the CPU
// time of a flow.
func (l *eventLog) Drain() <-chan struct{} {
	events, more := l.account.Journal.Events(l.after)
	ui := *l.ui
	ui.Out = &l.text
	for _, e := range events {
		l.after = e.ID
		l.tally.count(e)
		switch {
		case l.ui.JSON:
			_ = ui.Encode(e)
		case l.ui.Quiet && e.Type != journal.AlertRaised, l.redundant(e):
		default:
			ui.Line(l.line(e))
		}
		if l.text.Len() >= logBytes {
			l.write()
		}
	}
	l.write()
	return more
}

// logBytes is how much text is written at once.
const logBytes = 64 << 10

func (l *eventLog) write() {
	if l.text.Len() == 0 {
		return
	}
	l.printing.Lock()
	defer l.printing.Unlock()
	_, _ = l.ui.Out.Write(l.text.Bytes())
	l.text.Reset()
}

// Summary prints the remaining events and the counts.
func (l *eventLog) Summary() {
	l.Drain()
	l.ui.Progressf("twilsim: stopped   %s\n", l.tally)
}

// line returns the line of an event. An event has little more than IDs. What it is about is looked
// up in the journal and, where that has dropped it, the line has only what the event says.
func (l *eventLog) line(e journal.Event) terminal.Line {
	ln := terminal.Line{When: l.ui.Stamp(e.At, l.times)}
	switch e.Type {
	case journal.MessageReceived, journal.MessageCreated:
		l.created(e, &ln)
	case journal.MessageStatus:
		l.changed(e, &ln)
	case journal.WebhookAttempt:
		l.called(e, &ln)
	case journal.WebhookHeld:
		ln.Kind, ln.What, ln.About = "held", e.Note, Short(e.SID)+" "+e.Rule
	case journal.RequestServed:
		l.served(e, &ln)
	case journal.AlertRaised:
		l.alert(e, &ln)
	default:
		ln.Kind, ln.What = string(e.Type), e.Note
	}
	if l.name != "" {
		ln.About = strings.TrimSpace(ln.About + "   " + l.name)
	}
	return ln
}

// redundant reports whether another line already has the event: a message that an API call created
// is part of the line of that call.
func (l *eventLog) redundant(e journal.Event) bool {
	if e.Type != journal.MessageCreated {
		return false
	}
	m, ok := l.account.Journal.Thing(journal.Messages, e.SID)
	return ok && m.(*messaging.Message).Snapshot().Direction == messaging.OutboundAPI
}

func (l *eventLog) created(e journal.Event, ln *terminal.Line) {
	ln.Kind, ln.What = "message", Short(e.SID)+" "+e.Status
	if m, ok := l.account.Journal.Thing(journal.Messages, e.SID); ok {
		ln.About = partiesOf(m.(*messaging.Message).Snapshot())
	}
}

func (l *eventLog) changed(e journal.Event, ln *terminal.Line) {
	ln.Kind, ln.What, ln.About = "message", Short(e.SID)+" -> "+e.Status, e.Rule
	ln.Code, ln.Style = ErrorCode(e.ErrorCode), StatusStyle(e.Status)
	if m, ok := l.account.Journal.Thing(journal.Messages, e.SID); ok {
		if before := statusBefore(m.(*messaging.Message).Snapshot().History, e); before != "" {
			ln.What = Short(e.SID) + " " + before + " -> " + e.Status
		}
	}
}

// statusBefore is the status that a message had before the change in e; "" if it is not known. A
// message may have the same status more than once, where a rule with illegal says so: the time of
// the event tells which.
func statusBefore(history []messaging.Change, e journal.Event) string {
	i := slices.IndexFunc(history,
		func(c messaging.Change) bool { return string(c.Status) == e.Status && !c.At.Before(e.At) })
	if i < 0 {
		i = slices.IndexFunc(history,
			func(c messaging.Change) bool { return string(c.Status) == e.Status })
	}
	if i < 1 {
		return ""
	}
	return string(history[i-1].Status)
}

func (l *eventLog) called(e journal.Event, ln *terminal.Line) {
	ln.Kind, ln.What, ln.About = "webhook", e.Status, e.Exchange
	ln.Code, ln.Style = HTTPCode(e.HTTP), HTTPStyle(e.HTTP)
	thing, ok := l.account.Journal.Thing(journal.Webhooks, e.Exchange)
	if !ok {
		return
	}
	x := thing.(*journal.Exchange)
	ln.Kind, ln.What = x.Kind(), callText(x)
	ln.Took, ln.About = terminal.Millis(x.Duration), Short(x.SID)+" "+x.Name
	if x.Attempt > 1 {
		ln.About += fmt.Sprintf(" attempt %d", x.Attempt)
	}
	if x.ReplayOf != "" {
		ln.About += " replay of " + x.ReplayOf
	}
	if x.Error != "" && x.Status == 0 {
		ln.About += " " + x.Error
	}
	if len(x.Faults) > 0 {
		ln.About += "   " + x.Faults.Note()
	}
}

// callText describes a call to the app: POST /status sent.
func callText(x *journal.Exchange) string {
	what := x.Method + " " + Path(urlOf(x))
	if x.Purpose == journal.Status {
		what += " " + x.Param("MessageStatus")
	}
	return what
}

// urlOf is the URL of a call to the app. The query of a GET is left out, because it has all
// parameters of the webhook.
func urlOf(x *journal.Exchange) string {
	if x.Method != http.MethodGet || x.Purpose == journal.API {
		return x.URL
	}
	return uri.WithoutQuery(x.URL)
}

func (l *eventLog) served(e journal.Event, ln *terminal.Line) {
	ln.Kind, ln.What, ln.About = "api", e.Note, e.Exchange
	ln.Code, ln.Style = HTTPCode(e.HTTP), HTTPStyle(e.HTTP)
	thing, ok := l.account.Journal.Thing(journal.Requests, e.Exchange)
	if !ok {
		return
	}
	x := thing.(*journal.Exchange)
	ln.What, ln.Took = APICall(x), terminal.Millis(x.Duration)
	ln.About = callAbout(x, l.sent(x))
}

// sent describes the message that an API call created; "" if it created none.
func (l *eventLog) sent(x *journal.Exchange) string {
	name, _, _ := strings.Cut(apiName(x.URL), ".")
	if x.Status != http.StatusCreated || name != "Messages" {
		return ""
	}
	m, ok := l.account.Journal.Thing(journal.Messages, x.SID)
	if !ok {
		return ""
	}
	return Short(x.SID) + " " + partiesOf(m.(*messaging.Message).Snapshot())
}

// partiesOf describes a message by its sender, recipient and body.
func partiesOf(f messaging.Snapshot) string {
	return cmp.Or(f.From, Short(f.MessagingServiceSID)) + " -> " + f.To + " " +
		string(terminal.Quoted(f.Body))
}

func (l *eventLog) alert(e journal.Event, ln *terminal.Line) {
	ln.Kind, ln.What, ln.Style = "ALERT", e.Note, terminal.Red
	thing, ok := l.account.Journal.Thing(journal.Alerts, e.Alert)
	if !ok {
		return
	}
	a := thing.(*journal.Alert)
	switch ln.Style = levelStyle(a.Level); a.Level {
	case journal.LevelWarning:
		ln.Kind = "warn"
	case journal.LevelInfo:
		ln.Kind = "info"
	}
	ln.What = a.Code + " " + alertText(a.Title, a.Text) + "   " +
		strings.TrimSpace(a.Exchange+" "+a.Name)
	if a.Try != "" {
		ln.What += "   try: " + a.Try
	}
}

// alertText joins the title of an alert and its text.
func alertText(title, what string) string {
	if what == "" || what == title {
		return title
	}
	return title + ": " + what
}
