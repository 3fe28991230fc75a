package compose

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// Options describe how to write a scenario. The zero value works.
type Options struct {
	// Answers makes the scenario run with the recorded answers in place of an app.
	Answers bool
	// Last is how many of the conversation's texts, and of the messages that the app sent by
	// itself, the scenario contains; 0 means all.
	Last int
	// Since and Until limit a scenario of a span of time, on the account's clock. The zero time is
	// no limit.
	Since, Until time.Time
}

// contains reports whether a time is in the span.
func (o Options) contains(t time.Time) bool {
	return !t.Before(o.Since) && (o.Until.IsZero() || !t.After(o.Until))
}

// Scenario writes the conversation of a message as a scenario, or, if sid is "", what began between
// Since and Until, with all handsets. The error says which message is no longer in the journal, or
// that the span of time has no message or two numbers. The result ends with the files that the
// script uses, as txtar has them. It changes nothing of r.
func Scenario(r *Recording, sid string, o Options) ([]byte, error) {
	c, err := newConversation(r, sid, o)
	if err != nil {
		return nil, err
	}
	c.times()
	w := &writer{
		conversation: c, options: o, appBases: r.bases(c.calls()), names: map[string]string{},
		phones: map[string]carrier.HandsetState{},
		counts: map[string]int{}, services: map[string]string{},
	}
	w.known = strings.Join(c.handsets, " ") + " " + c.number
	for _, a := range c.actions {
		if a.text != nil {
			w.known += "\n" + a.text.Body
		}
	}
	about := c.messages[sid]
	if sid == "" {
		about = c.last()
	}
	w.begin(about)
	for i, a := range c.actions {
		w.action(i, a)
	}
	w.end()
	archive := &txtar.Archive{Comment: []byte(strings.Join(w.lines, "\n") + "\n"), Files: w.files}
	return txtar.Format(archive), nil
}

// writer writes a scenario. Lines and files are added in order; names, counts, phones, services and
// now are the state of the scenario at that place.
type writer struct {
	*conversation
	options  Options
	appBases []string
	known    string // what the handset wrote, and both numbers
	lines    []string
	files    []txtar.File
	names    map[string]string // of messages, by SID
	counts   map[string]int    // of each kind of name
	services map[string]string // variables, by SID
	hook     string            // the path of the app's webhook
	// where the number's messages are sent, in the words of the command number
	directed string
	phones   map[string]carrier.HandsetState
	now      time.Duration // the virtual time
	running  bool          // there is an app, or recorded answers
}

func (w *writer) line(format string, args ...any) {
	w.lines = append(w.lines, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

func (w *writer) phase(format string, args ...any) {
	if len(w.lines) > 0 {
		w.line("")
	}
	w.line("# "+format, args...)
}

// name gives a message a variable: TEXT1, REPLY1, SENT1.
func (w *writer) name(kind, sid string) string {
	w.counts[kind]++
	w.names[sid] = kind + strconv.Itoa(w.counts[kind])
	return w.names[sid]
}

// file adds a file with a unique name and this ending, and returns the name. Bytes that are not
// text are encoded as base64.
func (w *writer) file(stem, ending, content string) string {
	w.counts[stem]++
	name := stem + strconv.Itoa(w.counts[stem]) + ending
	if !isText(content) {
		name, content = name+".base64", base64Lines(content)
	}
	w.files = append(w.files, txtar.File{Name: name, Data: []byte(content)})
	return name
}

// begin writes the summary as a comment, and starts the app.
func (w *writer) begin(m *messaging.Snapshot) {
	w.phase("what twilsim saw: %s", w.summary(m))
	w.app()
}

// summary describes a message in one line.
func (w *writer) summary(m *messaging.Snapshot) string {
	by := w.of[m.SID]
	var parts []string
	switch {
	case by.text != nil:
		parts = append(parts, fmt.Sprintf("%s texts %s", by.text.From, shown(by.text.Body)))
	default:
		parts = append(
			parts,
			fmt.Sprintf("the app sends %s to %s", shown(by.send.Body), by.send.To),
		)
	}
	for _, x := range w.webhooks[mainMessage(by).SID] {
		if fails := "the app fails with " + x.Code; x.Code != "" && x.Purpose != journal.Status &&
			!slices.Contains(parts, fails) {
			parts = append(parts, fails)
		}
	}
	for _, out := range by.outbound() {
		parts = append(parts, outcome(out, by))
	}
	if len(parts) == 1 && by.text != nil {
		parts = append(parts, "nobody replies")
	}
	return strings.Join(parts, ", ")
}

func mainMessage(a *action) *messaging.Snapshot {
	if a.text != nil {
		return a.text
	}
	return a.send
}

// outcome describes the outcome of a message to a handset.
func outcome(m *messaging.Snapshot, by *action) string {
	what := string(m.Status)
	if m.ErrorCode != 0 {
		what += " " + strconv.Itoa(m.ErrorCode)
	}
	switch {
	case m == by.send:
		return "which is " + what
	// "opt-out" is, too, who refused what the app replied
	case slices.Contains(ownAnswers, m.By) && m.ErrorCode == 0:
		return "Twilio itself replies, which is " + what
	}
	return fmt.Sprintf("the app replies %s, which is %s", shown(m.Body), what)
}

// ownAnswers are the origins of messages that Twilio sends itself.
var ownAnswers = []string{"opt-out", "opt-in", "help"}

// action writes an action, and what the app did at once.
func (w *writer) action(i int, a *action) {
	switch {
	case a.text != nil:
		w.phase("%s texts %s", a.text.From, shown(a.text.Body))
		w.wait(a)
		w.prepare(a)
		w.text(a.text)
		w.consequences(i, a)
	case a.send != nil:
		w.phase("the app sends %s", shown(a.send.Body))
		w.wait(a)
		w.prepare(a)
		w.send(a.send)
		w.consequences(i, a)
	case a.refused != nil:
		w.phase("the app may not send to %s", a.refused.Params().Get("To"))
		w.wait(a)
		w.line("! send%s", w.parameters(a.refused, nil))
		w.line("stderr '^%d %s'", a.refused.Status, a.refused.RefusalCode())
	case w.names[a.move.SID] != "":
		w.phase("somebody sets the status of a message")
		w.wait(a)
		w.deliver(a.move)
	}
}

// wait advances the clock to the time of an action.
func (w *writer) wait(a *action) {
	if a.at > w.now {
		w.line("clock advance %s", a.at-w.now)
		w.now = a.at
	}
}

// text writes a text of the handset.
func (w *writer) text(m *messaging.Snapshot) {
	body, extra := quote(m.Body), ""
	if !oneLine(m.Body) {
		body, extra = "''", " body="+w.file("text", ".txt", m.Body+"\n")
	}
	for _, media := range m.Media {
		extra += " media=" + w.file("file", ending(media.ContentType), string(media.Data))
	}
	for _, p := range w.overrides(m) {
		extra += " " + p.Name + "=" + quote(p.Value)
	}
	w.line("sms %s %s %s%s as=%s", quote(m.From), quote(m.To), body, extra, w.name("TEXT", m.SID))
}

// send writes a message that the app sent by itself.
func (w *writer) send(m *messaging.Snapshot) {
	w.line("send%s as=%s", w.parameters(w.request[m.SID], m), w.name("SENT", m.SID))
}

// deliver writes a status that was set by hand.
func (w *writer) deliver(e *journal.Event) {
	status := e.Status
	if e.ErrorCode != 0 {
		status += ":" + strconv.Itoa(e.ErrorCode)
	}
	illegal := ""
	if history := w.messages[e.SID].History; !possible(history, e) {
		illegal = " illegal"
	}
	w.line("deliver $%s %s%s", w.names[e.SID], status, illegal)
}

// possible reports whether the status change of an event can happen at Twilio.
func possible(history []messaging.Change, e *journal.Event) bool {
	for i, change := range history {
		if i > 0 && change.At.Equal(e.At) && string(change.Status) == e.Status {
			return carrier.Legal(history[i-1].Status, change.Status)
		}
	}
	return true
}

// consequences writes expectations for what the app did at once. A text that a rule delays is left
// out here: nothing has come of it before the clock moves, so end writes it.
func (w *writer) consequences(i int, a *action) {
	if a.text != nil && w.delay(a) == 0 {
		w.expectCalls(a.text)
		w.expectAlerts(a.text.SID)
	}
	for _, x := range a.requests {
		if !w.options.Answers {
			w.line(
				"expect request method=POST http=%d To=%s",
				x.Status,
				quote(x.Params().Get("To")),
			)
		}
	}
	for _, m := range a.caused {
		if w.createdAt(m, a) == a.at { // the app may have sent it in response to a callback
			w.expectMessage(a, m)
		}
	}
	w.expectStrayAlerts(i, a)
}

// expectCalls writes expectations for the webhooks that asked for TwiML.
func (w *writer) expectCalls(m *messaging.Snapshot) {
	var lines []string
	for _, x := range w.webhooks[m.SID] {
		line := fmt.Sprintf("expect webhook sid=$%s purpose=%s", w.names[m.SID], x.Purpose)
		if w.bin(x.URL) == nil {
			line += " path=" + exactly(x.Path())
		}
		lines = append(lines, fmt.Sprintf("%s http=%d", line, x.Status))
	}
	w.counted(lines)
}

// counted writes expectations. Equal ones become one with a count.
func (w *writer) counted(lines []string) {
	for i, line := range lines {
		n := 0
		for _, other := range lines {
			if other == line {
				n++
			}
		}
		switch {
		case slices.Contains(lines[:i], line):
		case n > 1:
			w.line("%s count=%d", line, n)
		default:
			w.line("%s", line)
		}
	}
}

// expectAlerts writes expectations for the alerts about a message.
func (w *writer) expectAlerts(sid string) {
	var lines []string
	for _, alert := range w.alertsOf(sid) {
		line := fmt.Sprintf("expect alert sid=$%s code=%s", w.names[sid], alert.Code)
		switch x := w.webhook(alert.Exchange); {
		case x != nil && x.Purpose == journal.Status && w.foundNoApp(x):
			continue
		// a request without an answer: the scenario closes it
		case x != nil && x.Status == 0 && x.Code != webhook.CodeRefused && w.options.Answers:
			line = fmt.Sprintf("expect alert sid=$%s", w.names[sid])
		}
		lines = append(lines, line)
	}
	w.counted(lines)
}

// foundNoApp reports whether a webhook found no app, although there was one before or after. The
// scenario's app does not stop: such a text goes to a port on which nothing listens, and such a
// callback is not expected.
func (w *writer) foundNoApp(
	x *journal.Exchange,
) bool {
	return w.running && x.Code == webhook.CodeRefused
}

// webhook returns the webhook with a name, or nil.
func (w *writer) webhook(name string) *journal.Exchange {
	i := slices.IndexFunc(w.Webhooks, func(x *journal.Exchange) bool { return x.Name == name })
	if i < 0 {
		return nil
	}
	return w.Webhooks[i]
}

// expectStrayAlerts writes expectations for alerts that are not about a message.
func (w *writer) expectStrayAlerts(i int, a *action) {
	if w.options.Answers {
		return
	}
	end := len(w.Events)
	if i+1 < len(w.actions) {
		end = w.actions[i+1].event
	}
	last := a.event
	for at := a.event; at < end; at++ {
		if e := w.Events[at]; e.Type == journal.WebhookAttempt && w.of[e.SID] == a {
			last = at
		}
	}
	var lines []string
	for _, e := range w.Events[a.event:last] {
		if e.Type == journal.AlertRaised && e.SID == "" {
			code, _, _ := strings.Cut(e.Note, " ")
			lines = append(lines, "expect alert code="+code)
		}
	}
	w.counted(lines)
}

// expectMessage writes an expectation for a message that an action caused. Messages that expect
// cannot tell apart become one line with a count, at the place of the first.
func (w *writer) expectMessage(a *action, m *messaging.Snapshot) {
	line := fmt.Sprintf("expect message to=%s body=%s", quote(m.To), w.pattern(m.Body))
	kind := "SENT"
	if m.Direction == messaging.OutboundReply {
		kind = "REPLY"
		line = fmt.Sprintf(
			"expect message reply_to=$%s to=%s body=%s",
			w.names[m.ReplyTo],
			quote(m.To),
			w.pattern(w.rebase(m.Body)),
		)
	} else {
		line += " direction=outbound-api"
	}
	if n := len(m.Media); n > 0 {
		line += fmt.Sprintf(" num_media=%d", n)
	}
	if w.countSimilar(a, m) > 1 {
		if a.caused[slices.IndexFunc(a.caused, func(o *messaging.Snapshot) bool {
			return similar(o,
				m)
		})] == m {
			w.line("%s count=%d", line, w.countSimilar(a, m))
		}
		return
	}
	w.line("%s as=%s", line, w.name(kind, m.SID))
}

// similar reports whether expect cannot distinguish two messages.
func similar(a, b *messaging.Snapshot) bool {
	return a.To == b.To && a.Body == b.Body && a.Direction == b.Direction &&
		len(a.Media) == len(b.Media)
}

// countSimilar counts the messages of an action that are indistinguishable from one of them,
// including itself.
func (w *writer) countSimilar(a *action, m *messaging.Snapshot) int {
	n := 0
	for _, other := range a.caused {
		if similar(other, m) {
			n++
		}
	}
	return n
}

// end advances the clock to the end, and writes expectations for the outcomes of the messages.
func (w *writer) end() {
	if !slices.ContainsFunc(
		w.actions,
		func(a *action) bool { return len(a.outbound()) > 0 || w.delay(a) > 0 },
	) {
		return
	}
	w.phase("what becomes of it")
	if w.settled() {
		w.line("clock run")
		// even what is due at once needs the clock to move
	} else if d := w.reached(len(w.Events)) - w.now; d > 0 || w.changed() {
		w.line("clock advance %s", d)
	}
	for _, a := range w.actions {
		if w.delay(a) > 0 {
			w.expectCalls(a.text)
			w.expectAlerts(a.text.SID)
		}
		for _, m := range a.caused {
			if w.createdAt(m, a) != a.at {
				w.expectMessage(a, m)
			}
		}
		for _, m := range a.outbound() {
			if w.names[m.SID] != "" {
				w.expectOutcome(m)
			}
		}
	}
}

// changed reports whether the status of a message changed.
func (w *writer) changed() bool {
	return slices.ContainsFunc(w.actions, func(a *action) bool {
		return slices.ContainsFunc(
			a.outbound(),
			func(m *messaging.Snapshot) bool { return len(m.History) > 1 },
		)
	})
}

// expectOutcome writes expectations for the final status of a message and its callbacks.
func (w *writer) expectOutcome(m *messaging.Snapshot) {
	name := w.names[m.SID]
	line := fmt.Sprintf("expect message sid=$%s status=%s", name, m.Status)
	if m.ErrorCode != 0 {
		line += fmt.Sprintf(" error_code=%d", m.ErrorCode)
	}
	w.line("%s", line)
	var lines []string
	told := map[string]bool{}
	for _, x := range w.webhooks[m.SID] {
		status := x.Params().Get("MessageStatus")
		told[status] = true
		if w.foundNoApp(x) {
			continue
		}
		line := fmt.Sprintf(
			"expect webhook sid=$%s MessageStatus=%s http=%d",
			name,
			status,
			x.Status,
		)
		if code := x.Params().Get("ErrorCode"); code != "" {
			line += " ErrorCode=" + code
		}
		lines = append(lines, line)
	}
	w.counted(lines)
	w.expectSilence(m, told)
	w.expectAlerts(m.SID)
}

// expectSilence writes that no callback arrives for a status whose callback was lost. It writes
// nothing while something may still come, or if no callback came at all: then the app had no
// working URL.
func (w *writer) expectSilence(m *messaging.Snapshot, told map[string]bool) {
	if m.Callback.URL == "" || !w.settled() || len(told) == 0 {
		return
	}
	for _, change := range m.History[1:] {
		if status := string(change.Status); !told[status] && status != "canceled" &&
			!slices.Contains(w.lines, w.noCallback(m, status)) {
			w.line("%s", w.noCallback(m, status))
		}
	}
}

func (w *writer) noCallback(m *messaging.Snapshot, status string) string {
	return fmt.Sprintf("! expect webhook sid=$%s MessageStatus=%s", w.names[m.SID], status)
}

// Write reads from a simulator what is needed, and returns the scenario of a message, or of a span
// of time.
func Write(ctx context.Context, client *control.Client, sid string, o Options) ([]byte, error) {
	recording, err := Read(ctx, client)
	if err != nil {
		return nil, err
	}
	return Scenario(recording, sid, o)
}
