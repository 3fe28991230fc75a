package display

import (
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
	"twilsim/simulator/webhook"
)

// answered reports whether the last response of the app was usable, or there was no app to ask. The
// last counts: it is the one whose document was used, after redirects and the fallback.
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
		u.Progressf("twilsim: your app answered %s\n", httpText(r.Webhooks[n-1].Status))
	}
	m := r.Message
	u.Printf("%s   %s -> %s   %s   %s\n", Short(m.SID), sender(m), m.To, terminal.Quoted(m.Body),
		u.Paint(StatusStyle(string(m.Status)), string(m.Status)))
	if u.Quiet {
		return nil
	}
	if r.OptedOut != nil && *r.OptedOut {
		u.Printf("  opt-out  %s will not get messages from %s until START\n", sender(m), m.To)
	} else if r.OptedOut != nil {
		u.Printf("  opt-in   %s gets messages from %s again\n", sender(m), m.To)
	}
	if r.Held != nil {
		u.Printf("  webhook  waits until %s   rule %s %s\n",
			strings.TrimSpace(u.Stamp(r.Held.Until, t)),
			r.Held.Rule, r.Held.What)
	}
	for _, x := range r.Webhooks {
		webhookLine(u, x)
		errorBody(u, x)
	}
	for _, reply := range r.Replies {
		u.Printf("  reply    %s   %s -> %s   %s   %s%s\n", Short(reply.SID), sender(reply),
			reply.To,
			terminal.Quoted(reply.Body), string(reply.Status), fate(reply))
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

// bodyLines is how many lines of an app's error page are shown.
const bodyLines = 6

// errorBody prints the beginning of what the app said about its own failure: of a text, not of a
// web page.
func errorBody(u *terminal.UI, x *journal.Exchange) {
	for _, line := range x.ErrorLines(bodyLines) {
		u.Printf("           %s\n", terminal.Cut(line, 100))
	}
}

// fate says how a message will end, if it will not arrive: the code, its title and what decided it.
func fate(m *control.Message) string {
	script, err := carrier.ParseScript(m.Sim.Script)
	if err != nil || len(script) == 0 || script[len(script)-1].Code == 0 {
		return ""
	}
	last := script[len(script)-1]
	text := fmt.Sprintf("   then %s %d %s", last.Status, last.Code, errcode.Title(last.Code))
	if m.Sim.By != "" {
		text += "   (" + m.Sim.By + ")"
	}
	return text
}

// excerpt is the beginning of a document, on one line.
func excerpt(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return "an empty answer"
	}
	return terminal.Cut(s, 60)
}
