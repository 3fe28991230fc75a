package incident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/lazy"
	"twilsim/simulator/terminal"
)

// Written is a scenario, and what went into it.
type Written struct {
	Text     []byte
	Messages int
	Replaced string // how much was replaced, by kind: 3 numbers, 2 texts
}

// Scenario writes the scenario of all messages. It is an error if there is none. All messages come
// first, each at its time, then the clock runs to the end, then the outcomes are expected: so each
// wait is from one message to the next, and the statuses are left to the rules.
func (r *Record) Scenario() (*Written, error) {
	messages := r.sorted()
	if len(messages) == 0 {
		return nil, errors.New("no message has a sender, a recipient, and a direction and " +
			"status that Twilio has")
	}
	w := &writer{replace: newReplacement(messages, r.KeepBodies), now: messages[0].begun()}
	for _, m := range messages {
		w.number(m)
	}
	for i, m := range messages {
		w.message(i+1, m)
	}
	w.line("clock run")
	for i, m := range messages {
		w.outcome(i+1, m)
	}
	for _, code := range r.alerts {
		if code != "0" {
			w.line("expect alert code=%s", code)
		}
	}
	var head strings.Builder
	fmt.Fprintf(&head, "# what became of %s in Twilio's records\n",
		terminal.Count(len(messages), "message"))
	slices.Sort(w.assumed)
	for _, status := range slices.Compact(w.assumed) {
		head.WriteString("# assumed: " + status + "\n")
	}
	return &Written{Text: []byte(head.String() + "app\n" + w.out.String()), Messages: len(messages),
		Replaced: w.replace.summary()}, nil
}

// writer writes the lines of a scenario.
type writer struct {
	replace *replacement
	out     strings.Builder
	now     time.Time // how far the clock has come
	numbers []string  // that the account has in the scenario
	assumed []string
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(&w.out, format+"\n", args...)
}

// number gives the account its further numbers. The first is there without a line.
func (w *writer) number(m *message) {
	theirs := m.from
	if m.inbound() {
		theirs = m.to
	}
	n := w.replace.own(theirs)
	if slices.Contains(w.numbers, n) {
		return
	}
	w.numbers = append(w.numbers, n)
	if len(w.numbers) > 1 {
		w.line("number %s $PUBLIC_URL/sms", n)
	}
}

// message writes what made a message, at its time. Times are cut to seconds, and now moves only by
// what was written, so errors do not add up. The rule is written before what it is for, and holds
// once.
func (w *writer) message(n int, m *message) {
	if wait := m.begun().Sub(w.now).Truncate(time.Second); !w.now.IsZero() && wait > 0 {
		w.line("clock advance %s", wait)
		w.now = w.now.Add(wait)
	}
	body := quoted(w.replace.text(m.body))
	if m.inbound() {
		w.line("sms %s %s %s as=M%d", w.replace.other(m.from), w.replace.own(m.to), body, n)
		return
	}
	to := w.replace.other(m.to)
	if script := w.script(m); script != "" {
		direction := "outbound-api"
		if m.direction == "outbound-reply" {
			direction = m.direction
		}
		w.line("rule to=%s direction=%s then=%s times=1", to, direction, script)
	}
	if m.direction == "outbound-reply" {
		w.line("# the app's reply to the text before, which follows the rule above, is M%d", n)
		return
	}
	w.line("send to=%s from=%s body=%s callback=$PUBLIC_URL/status as=M%d", to, w.replace.own(m.from),
		body, n)
}

// outcome writes what is expected of a message at the end. A reply has no name in the script, as
// the app makes it, so it is found by its direction and its recipient.
func (w *writer) outcome(n int, m *message) {
	status, code := m.final()
	if m.inbound() || status == "" {
		return
	}
	name := fmt.Sprintf("sid=$M%d", n)
	if m.direction == "outbound-reply" {
		name = "direction=outbound-reply to=" + w.replace.other(m.to)
	}
	if code != 0 {
		w.line("expect message %s status=%s error_code=%d", name, status, code)
		return
	}
	w.line("expect message %s status=%s", name, status)
}

// final returns the last status and its code. A status of the API or a log comes before the last
// one of events, unless that one is final: the former may have been recorded too early.
func (m *message) final() (status string, code int) {
	status, code = m.status, m.code
	steps := m.ordered()
	if len(steps) > 0 && (status == "" || carrier.Status(steps[len(steps)-1].status).Final()) {
		last := steps[len(steps)-1]
		status = last.status
		if code == 0 {
			code = last.code
		}
	}
	return status, code
}

// ordered returns the statuses in the order of their times.
func (m *message) ordered() []step {
	steps := slices.Clone(m.steps)
	slices.SortStableFunc(steps, func(a, b step) int { return a.time().Compare(b.time()) })
	return steps
}

func (s step) time() time.Time {
	if s.at.IsZero() {
		return s.arrived
	}
	return s.at
}

// script returns the delivery script of a message, "" for the usual one. The statuses before sent
// are Twilio's own and cannot be set. A callback that arrived a second or more after its status is
// written as late, as words such as sent@1s>4s say. If the times contradict each other, the last
// status alone decides.
func (w *writer) script(m *message) string {
	steps := m.ordered()
	steps = slices.DeleteFunc(steps, func(s step) bool {
		return s.status == "queued" || s.status == "accepted" || s.status == "sending"
	})
	if len(steps) == 0 {
		return w.guess(m)
	}
	if m.created.IsZero() {
		w.assumed = append(w.assumed,
			"the first status of a message came half a second after its creation")
	}
	var words []string
	for _, s := range steps {
		word := s.status
		if s.code != 0 && s.status != "sent" {
			word += fmt.Sprintf(":%d", s.code)
		}
		if at := w.after(m, s.time(), steps[0]); at > 0 {
			word += "@" + at.String()
		}
		if late := s.arrived.Sub(s.at); !s.at.IsZero() && !s.arrived.IsZero() && late >= time.Second {
			word += ">" + w.after(m, s.arrived, steps[0]).String()
		}
		words = append(words, word)
	}
	script := strings.Join(words, ",")
	if parsed, err := carrier.ParseScript(script); err != nil || parsed.Check(carrier.Queued) != nil {
		w.assumed = append(w.assumed, "the times of a message's statuses, which contradict each other")
		return w.guess(m)
	}
	return script
}

// after is how long after the creation of the message something happened. Without a creation, the
// first status is taken to be half a second after it, as in the simulator.
func (w *writer) after(m *message, at time.Time, first step) time.Duration {
	begin := m.created
	if begin.IsZero() {
		begin = first.time().Add(-500 * time.Millisecond)
	}
	return max(at.Sub(begin), 0).Truncate(100 * time.Millisecond)
}

// guess returns a script from the last status alone. It is "" for the usual course, and for a
// status that no script can lead to.
func (w *writer) guess(m *message) string {
	status, code := m.final()
	if status == "" || status == "delivered" {
		w.assumed = append(w.assumed, "the usual times of statuses, half a second after each other")
		return ""
	}
	w.assumed = append(w.assumed, "the times of statuses, half a second after each other")
	word := status
	if code != 0 {
		word += fmt.Sprintf(":%d", code)
	}
	if status == "undelivered" || status == "read" {
		word = "sent," + word
	}
	if _, err := carrier.ParseScript(word); err != nil {
		return ""
	}
	return word
}

var plainWord = lazy.Regexp(`^[A-Za-z0-9_+./:,-]+$`)

// quoted returns a word of a scenario. A line break, which a word cannot have, becomes a space.
func quoted(s string) string {
	s = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(s)
	if plainWord().MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
