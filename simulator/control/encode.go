package control

import (
	"twilsim/simulator/journal"
	"twilsim/simulator/jsonobject"
)

// writer is an answer that writes itself as JSON, with the bytes that encoding/json would write.
// Those of the most frequent requests do, because reflection took a tenth of the CPU time of serve.
// A new field of their types needs a line here, at its place in the struct; a test compares both.
type writer interface{ WriteJSON(o *jsonobject.Object) }

// writerOf returns an answer that writes itself, nil for any other. It names the types, because a
// struct with one of them embedded has its method, but more fields.
func writerOf(v any) writer {
	switch v := v.(type) {
	case *Receipt:
		return v
	case *Messages:
		return v
	case *Message:
		return v
	case *journal.Exchange:
		return v
	case *journal.Alert:
		return v
	}
	return nil
}

// WriteJSON writes the fields of the receipt.
func (r *Receipt) WriteJSON(o *jsonobject.Object) {
	if r.Message == nil {
		o.Null("message")
	} else {
		o.Object("message", r.Message.WriteJSON)
	}
	writeList(o, "webhooks", r.Webhooks)
	writeList(o, "replies", r.Replies)
	writeList(o, "alerts", r.Alerts)
	if r.OptedOut != nil {
		o.Bool("opted_out", *r.OptedOut)
	}
	if r.Held != nil {
		o.Any("held", r.Held)
	}
}

// WriteJSON writes the fields of the list.
func (m *Messages) WriteJSON(o *jsonobject.Object) {
	writeList(o, "messages", m.Messages)
	m.Count.writeJSON(o)
}

func (c *Count) writeJSON(o *jsonobject.Object) {
	o.Int("matched", int64(c.Matched))
	o.IfTrue("more", c.More)
}

// WriteJSON writes the fields of the message.
func (m *Message) WriteJSON(o *jsonobject.Object) {
	o.Text("sid", m.SID)
	o.Time("date_created", m.DateCreated)
	o.Time("date_updated", m.DateUpdated)
	o.TimeOrNull("date_sent", m.DateSent)
	o.Text("account_sid", m.AccountSID)
	o.Text("to", m.To)
	o.TextOrNull("from", m.From)
	o.TextOrNull("messaging_service_sid", m.MessagingServiceSID)
	o.Text("body", m.Body)
	o.Text("status", string(m.Status))
	o.Text("num_segments", m.NumSegments)
	o.Text("num_media", m.NumMedia)
	o.Text("direction", string(m.Direction))
	o.Text("api_version", m.APIVersion)
	o.TextOrNull("price", m.Price)
	o.TextOrNull("price_unit", m.PriceUnit)
	o.IntOrNull("error_code", m.ErrorCode)
	o.TextOrNull("error_message", m.ErrorMessage)
	o.Text("uri", m.URI)
	if media, ok := m.SubresourceURIs["media"]; ok && len(m.SubresourceURIs) == 1 {
		o.Object("subresource_uris", func(o *jsonobject.Object) { o.Text("media", media) })
	} else {
		o.Any("subresource_uris", m.SubresourceURIs)
	}
	o.Object("_sim", m.Sim.writeJSON)
}

func (s *MessageSim) writeJSON(o *jsonobject.Object) {
	o.SomeText("by", s.By)
	o.SomeText("script", s.Script)
	o.Text("encoding", string(s.Encoding))
	o.Int("units", int64(s.Units))
	o.SomeText("reply_to", s.ReplyTo)
	o.SomeText("request", s.Request)
	if s.Callback != nil {
		o.Object("callback", func(o *jsonobject.Object) {
			o.Text("url", s.Callback.URL)
			o.Text("method", s.Callback.Method)
		})
	}
	if len(s.Media) > 0 {
		o.Any("media", s.Media)
	}
	if s.Template != nil {
		o.Any("template", s.Template)
	}
	o.Texts("webhooks", s.Webhooks)
	o.Int("failed_webhooks", int64(s.FailedWebhooks))
	o.Texts("alerts", s.Alerts)
	if s.History == nil {
		o.Null("history")
	} else {
		o.List("history", len(s.History),
			func(o *jsonobject.Object, i int) { s.History[i].WriteJSON(o) })
	}
	if len(s.Planned) > 0 {
		o.List("planned", len(s.Planned),
			func(o *jsonobject.Object, i int) { s.Planned[i].WriteJSON(o) })
	}
}

// writeList writes a list, null for nil.
func writeList[T writer](o *jsonobject.Object, name string, list []T) {
	if list == nil {
		o.Null(name)
		return
	}
	o.List(name, len(list), func(o *jsonobject.Object, i int) { list[i].WriteJSON(o) })
}
