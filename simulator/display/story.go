package display

import (
	"cmp"
	"slices"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/segment"
	"twilsim/simulator/terminal"
)

// Story prints a message and its events, in order.
func Story(u *terminal.UI, s *control.Story, t terminal.Times) {
	m := s.Message
	u.Printf("%s\n", m.SID)
	u.Printf("  %s   %s -> %s   %s\n", terminal.Pad(string(m.Direction), 14), sender(m), m.To,
		segment.Of(m.Body).String())
	u.Printf("  %s   %s\n", u.Paint(StatusStyle(string(m.Status)),
		terminal.Pad(string(m.Status), 14)),
		cmp.Or(Why(m), "no error"))
	if m.Sim.By != "" {
		u.Printf("  decided by       %s\n", strings.TrimSpace(m.Sim.By+"   "+m.Sim.Script))
	}
	if m.MessagingServiceSID != nil {
		u.Printf("  service          %s\n", *m.MessagingServiceSID)
	}
	u.Printf("  body             %s\n", m.Body)
	for _, media := range m.Sim.Media {
		u.Printf("  media            %s\n", strings.TrimSpace(media.ContentType+" "+media.URL))
	}
	u.Printf("\n")
	if !s.Complete {
		u.Printf("  (older events are not kept any more; see serve --keep)\n")
	}
	printStoryEvents(u, s, t)
	for _, reply := range s.Replies {
		u.Printf("  reply  %s   -> %s   %s   %s\n", Short(reply.SID), reply.To,
			terminal.Quoted(reply.Body), string(reply.Status))
	}
	printStoryNext(u, s)
}

func printStoryEvents(u *terminal.UI, s *control.Story, t terminal.Times) {
	alerted := map[string]string{} // by exchange
	for _, l := range s.Events {
		if l.Alert != nil && l.Alert.Exchange != "" {
			alerted[l.Alert.Exchange] = cmp.Or(alerted[l.Alert.Exchange], "  -> alert") + " " +
				l.Alert.Name
		}
	}
	for _, l := range s.Events {
		when := u.Stamp(l.Event.At, t)
		what := storyLine(u, l)
		if l.Exchange != nil {
			what += terminal.Safe(alerted[l.Exchange.Name])
		}
		u.Printf("  %s   %s\n", u.Paint(terminal.Dim, when),
			terminal.Safe(strings.TrimRight(string(what), " ")))
	}
}

// storyLine formats one event.
func storyLine(u *terminal.UI, l control.StoryLine) terminal.Safe {
	e := l.Event
	switch {
	case e.Type == journal.MessageReceived:
		return "status   received"
	case e.Type == journal.MessageCreated:
		return terminal.Safe("status   " + terminal.Pad(terminal.Clean(e.Status), 28) +
			" (no callback: Twilio sends none for the first status)") // F-154
	case e.Type == journal.MessageStatus:
		status := strings.TrimSpace(e.Status + " " + ErrorCode(e.ErrorCode))
		return "status   " + u.Paint(StatusStyle(e.Status), terminal.Pad(status, 28)) +
			terminal.Safe(" "+terminal.Clean(e.Rule))
	case e.Type == journal.WebhookHeld:
		return terminal.Safe("held     " + terminal.Pad(terminal.Clean(e.Note), 28) + " " +
			terminal.Clean(e.Rule))
	case l.Exchange != nil:
		return storyExchange(u, l.Exchange)
	case l.Alert != nil:
		try := ""
		if l.Alert.Try != "" {
			try = "   try: " + l.Alert.Try
		}
		what := alertText(l.Alert.Title, l.Alert.Text) + "   " + l.Alert.Name + try
		return "alert    " + u.Paint(levelStyle(l.Alert.Level), l.Alert.Code) +
			terminal.Safe(" "+terminal.Clean(what))
	}
	return terminal.Safe(terminal.Clean(string(e.Type) + " " + e.Exchange + e.Alert +
		" (not kept any more)"))
}

func storyExchange(u *terminal.UI, x *journal.Exchange) terminal.Safe {
	kind, what := x.Kind(), callText(x)
	if x.Purpose == journal.API {
		kind, what = "api", APICall(x)
	}
	rest := "  " + terminal.Pad(terminal.Millis(x.Duration), 6) + " " + x.Name
	if x.Attempt > 1 {
		rest += " attempt " + ErrorCode(x.Attempt)
	}
	if x.ReplayOf != "" {
		rest += " replay of " + x.ReplayOf
	}
	if client := clientOf(x); client != "" && x.Purpose == journal.API {
		rest += "   " + client
	}
	if x.Status == 0 {
		rest += " " + x.Error
	}
	if len(x.Faults) > 0 {
		rest += "   " + x.Faults.Note()
	}
	return terminal.Safe(terminal.Pad(kind, 9)+terminal.Pad(terminal.Clean(what), 28)+" ") +
		u.Paint(HTTPStyle(x.Status), terminal.Pad(HTTPCode(x.Status), 3)) +
		terminal.Safe(terminal.Clean(rest))
}

// printStoryNext prints the commands that may come next.
func printStoryNext(u *terminal.UI, s *control.Story) {
	m := s.Message
	if u.Quiet {
		return
	}
	var next []string
	inFlight := []carrier.Status{carrier.Queued, carrier.Sending, carrier.Sent}
	if x := suspect(s); x != "" {
		next = append(next, "twilsim webhooks show "+x, "twilsim webhooks replay "+x)
	} else if slices.Contains(inFlight, m.Status) {
		next = append(next, "twilsim deliver "+Short(m.SID)+" delivered")
	}
	if m.Sim.Request != "" {
		next = append(next, "twilsim requests curl "+m.Sim.Request)
	}
	next = append(next, "twilsim export --as scenario "+Short(m.SID))
	u.Printf("  next   %s\n", strings.Join(next, "      "))
}

// suspect is the webhook to look at first: the last that raised an error, or else the last; "" if
// there is none. Alerts of the level info are advice and point at no failure.
func suspect(s *control.Story) string {
	webhooks := s.Message.Sim.Webhooks
	for _, l := range slices.Backward(s.Events) {
		if l.Alert != nil && l.Alert.Level == journal.LevelError &&
			slices.Contains(webhooks, l.Alert.Exchange) {
			return l.Alert.Exchange
		}
	}
	if len(webhooks) == 0 {
		return ""
	}
	return webhooks[len(webhooks)-1]
}
