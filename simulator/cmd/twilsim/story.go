package main

import (
	"cmp"
	"slices"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/segment"
)

// story prints a message and its events, in order.
func (u *ui) story(s *control.Story, t times) {
	m := s.Message
	u.printf("%s\n", m.SID)
	u.printf("  %s   %s -> %s   %s\n", pad(string(m.Direction), 14), sender(m), m.To, segment.Of(m.Body).String())
	u.printf("  %s   %s\n", u.paint(statusStyle(string(m.Status)), pad(string(m.Status), 14)), cmp.Or(why(m), "no error"))
	if m.Sim.By != "" {
		u.printf("  decided by       %s\n", strings.TrimSpace(m.Sim.By+"   "+m.Sim.Script))
	}
	if m.MessagingServiceSID != nil {
		u.printf("  service          %s\n", *m.MessagingServiceSID)
	}
	u.printf("  body             %s\n", m.Body)
	for _, media := range m.Sim.Media {
		u.printf("  media            %s\n", strings.TrimSpace(media.ContentType+" "+media.URL))
	}
	u.printf("\n")
	if !s.Complete {
		u.printf("  (older events are not kept any more; see serve --keep)\n")
	}
	u.storyEvents(s, t)
	for _, reply := range s.Replies {
		u.printf("  reply  %s   -> %s   %s   %s\n", short(reply.SID), reply.To, quoted(reply.Body), string(reply.Status))
	}
	u.storyNext(s)
}

func (u *ui) storyEvents(s *control.Story, t times) {
	alerted := map[string]string{} // by exchange
	for _, l := range s.Events {
		if l.Alert != nil && l.Alert.Exchange != "" {
			alerted[l.Alert.Exchange] = cmp.Or(alerted[l.Alert.Exchange], "  -> alert") + " " + l.Alert.Name
		}
	}
	for _, l := range s.Events {
		when := u.stamp(l.Event.At, t)
		what := u.storyLine(l)
		if l.Exchange != nil {
			what += text(alerted[l.Exchange.Name])
		}
		u.printf("  %s   %s\n", u.paint(dim, when), text(strings.TrimRight(string(what), " ")))
	}
}

// storyLine formats one event.
func (u *ui) storyLine(l control.StoryLine) text {
	e := l.Event
	switch {
	case e.Type == journal.MessageReceived:
		return "status   received"
	case e.Type == journal.MessageCreated:
		return text("status   " + pad(clean(e.Status), 28) + " (no callback: Twilio sends none for the first status)") // F-154
	case e.Type == journal.MessageStatus:
		status := strings.TrimSpace(e.Status + " " + errorCode(e.ErrorCode))
		return "status   " + u.paint(statusStyle(e.Status), pad(status, 28)) + text(" "+clean(e.Rule))
	case e.Type == journal.WebhookHeld:
		return text("held     " + pad(clean(e.Note), 28) + " " + clean(e.Rule))
	case l.Exchange != nil:
		return u.storyExchange(l.Exchange)
	case l.Alert != nil:
		try := ""
		if l.Alert.Try != "" {
			try = "   try: " + l.Alert.Try
		}
		what := alertText(l.Alert.Title, l.Alert.Text) + "   " + l.Alert.Name + try
		return "alert    " + u.paint(levelStyle(l.Alert.Level), l.Alert.Code) + text(" "+clean(what))
	}
	return text(clean(string(e.Type) + " " + e.Exchange + e.Alert + " (not kept any more)"))
}

func (u *ui) storyExchange(x *journal.Exchange) text {
	kind, what := x.Kind(), callOf(x)
	if x.Purpose == journal.API {
		kind, what = "api", apiCall(x)
	}
	rest := "  " + pad(millis(x.Duration), 6) + " " + x.Name
	if x.Attempt > 1 {
		rest += " attempt " + errorCode(x.Attempt)
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
	return text(pad(kind, 9)+pad(clean(what), 28)+" ") + u.paint(httpStyle(x.Status), pad(httpCode(x.Status), 3)) + text(clean(rest))
}

// storyNext prints the commands that may come next.
func (u *ui) storyNext(s *control.Story) {
	m := s.Message
	if u.quiet {
		return
	}
	var next []string
	if x := suspect(s); x != "" {
		next = append(next, "twilsim webhooks show "+x, "twilsim webhooks replay "+x)
	} else if slices.Contains([]carrier.Status{carrier.Queued, carrier.Sending, carrier.Sent}, m.Status) { // it can be delivered
		next = append(next, "twilsim deliver "+short(m.SID)+" delivered")
	}
	if m.Sim.Request != "" {
		next = append(next, "twilsim requests curl "+m.Sim.Request)
	}
	next = append(next, "twilsim export --as scenario "+short(m.SID))
	u.printf("  next   %s\n", strings.Join(next, "      "))
}

// suspect is the webhook to look at first: the last that raised an error, or else the last; "" if there
// is none.
func suspect(s *control.Story) string {
	webhooks := s.Message.Sim.Webhooks
	for _, l := range slices.Backward(s.Events) {
		if l.Alert != nil && l.Alert.Level == journal.LevelError && slices.Contains(webhooks, l.Alert.Exchange) {
			return l.Alert.Exchange
		}
	}
	if len(webhooks) == 0 {
		return ""
	}
	return webhooks[len(webhooks)-1]
}
