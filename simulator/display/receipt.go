package display

import (
	"slices"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
	"twilsim/simulator/webhook"
)

// answered reports whether the last response of the app was usable, or there was no app to ask.
func answered(r *control.Receipt) bool {
	n := len(r.Webhooks)
	return n == 0 || r.Webhooks[n-1].Code == ""
}

// Troubled reports whether the app failed: it did not answer, or its response raised an alert of
// level error.
func Troubled(r *control.Receipt) bool {
	return !answered(r) || slices.ContainsFunc(r.Alerts,
		func(a *journal.Alert) bool { return a.Level == journal.LevelError })
}

// Receipt prints what came of a text: the message, the app's answers, and the replies.
func Receipt(u *terminal.UI, r *control.Receipt, t terminal.Times) error {
	if u.JSON {
		return u.Encode(r)
	}
	if n := len(r.Webhooks); !answered(r) && r.Webhooks[n-1].Code == webhook.CodeOutside {
		u.Progressf("twilsim: your app was not called\n")
	} else if !answered(r) && r.Webhooks[n-1].Status == 0 {
		u.Progressf("twilsim: your app did not answer\n")
	} else if !answered(r) {
		u.Progressf("twilsim: your app answered %s\n", HTTPText(r.Webhooks[n-1].Status))
	}
	m := r.Message
	u.Printf("%s   %s -> %s   %s   %s\n", Short(m.SID), Sender(m), m.To, terminal.Quoted(m.Body),
		u.Paint(StatusStyle(string(m.Status)), string(m.Status)))
	if u.Quiet {
		return nil
	}
	if r.OptedOut != nil && *r.OptedOut {
		u.Printf("  opt-out  %s will not get messages from %s until START\n", Sender(m), m.To)
	} else if r.OptedOut != nil {
		u.Printf("  opt-in   %s gets messages from %s again\n", Sender(m), m.To)
	}
	if r.Held != nil {
		u.Printf("  webhook  waits until %s   rule %s %s\n", strings.TrimSpace(u.Stamp(r.Held.Until, t)),
			r.Held.Rule, r.Held.What)
	}
	for _, x := range r.Webhooks {
		WebhookLine(u, x)
	}
	for _, reply := range r.Replies {
		u.Printf("  reply    %s   %s -> %s   %s   %s\n", Short(reply.SID), Sender(reply), reply.To,
			terminal.Quoted(reply.Body), string(reply.Status))
	}
	if n := len(r.Webhooks); len(r.Replies) == 0 && answered(r) && n > 0 &&
		r.Webhooks[n-1].Status != 0 {
		u.Printf("  reply    none   (%s)\n", excerpt(r.Webhooks[len(r.Webhooks)-1].ResponseBody))
	}
	for _, alert := range r.Alerts {
		Alert(u, alert)
	}
	return nil
}

// excerpt is the beginning of a document, on one line.
func excerpt(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return "an empty answer"
	}
	return terminal.Cut(s, 60)
}
