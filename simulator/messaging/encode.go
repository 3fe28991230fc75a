package messaging

import (
	"unicode/utf8"

	"twilsim/simulator/journal"
	"twilsim/simulator/jsonobject"
)

// encode appends the message as JSON. It is what [json.Marshal] returns, in a tenth of the time: a
// message is stored several times. A test compares the two: a new field needs a line here, at its
// place in the struct.
func (s *storedMessage) encode(b []byte) []byte {
	o := jsonobject.Begin(b)
	o.Text("sid", s.SID)
	o.Text("from", s.From)
	o.Text("to", s.To)
	o.Text("body", s.Body)
	o.Text("direction", string(s.Direction))
	o.SomeText("messaging_service_sid", s.MessagingServiceSID)
	o.SomeText("price_unit", s.PriceUnit)
	o.Text("status", string(s.Status))
	o.SomeInt("error_code", int64(s.ErrorCode))
	o.Text("encoding", string(s.Encoding))
	o.Int("units", int64(s.Units))
	o.Int("num_segments", int64(s.NumSegments))
	if len(s.Media) > 0 {
		o.Any("media", s.Media)
	}
	o.Time("date_created", s.Created)
	o.Time("date_updated", s.Updated)
	o.SomeTime("date_sent", s.Sent)
	o.SomeText("reply_to", s.ReplyTo)
	o.SomeText("callback", s.Callback)
	o.SomeText("callback_method", s.CallbackMethod)
	o.Text("install", s.Install)
	o.IfTrue("automatic", s.Automatic)
	o.IfTrue("unlisted", s.Unlisted)
	if s.Template != nil {
		o.Any("template", s.Template)
	}
	o.SomeText("by", s.By)
	o.SomeText("script", s.Script)
	o.List("history", len(s.History), func(o *jsonobject.Object, i int) { s.History[i].WriteJSON(o) })
	if s.Feedback != nil {
		o.Any("feedback", s.Feedback)
	}
	s.encodeWork(&o)
	return o.End()
}

// encodeWork writes the fields about what is still to do.
func (s *storedMessage) encodeWork(o *jsonobject.Object) {
	o.Time("start", s.Start)
	o.IfTrue("played", s.Played)
	o.IfTrue("moved", s.Moved)
	o.SomeInt("step", int64(s.Step))
	o.SomeInt("steps", int64(s.Steps))
	o.SomeInt("segments", int64(s.Segments))
	o.SomeInt("validity", int64(s.Validity))
	if s.Handover != nil {
		o.Any("handover", s.Handover)
	}
	o.IfTrue("overlap", s.Overlap)
	o.SomeInt("owed", int64(s.Owed))
	if len(s.Callbacks) > 0 {
		o.List("callbacks", len(s.Callbacks),
			func(o *jsonobject.Object, i int) { s.Callbacks[i].encode(o) })
	}
	if s.Swapped != nil {
		o.Object("swapped", s.Swapped.encode)
	}
	o.IfTrue("paused", s.Paused)
	if len(s.Later) > 0 {
		o.List("later", len(s.Later), func(o *jsonobject.Object, i int) {
			o.Time("at", s.Later[i].At)
			o.Text("what", string(s.Later[i].What))
			o.Object("job", s.Later[i].Job.encode)
		})
	}
	if s.Run != nil {
		o.Object("run", s.Run.encode)
	}
}

// encode is used for each text to the app.
func (p *pendingRun) encode(o *jsonobject.Object) {
	o.Object("route", func(o *jsonobject.Object) {
		o.Text("URL", p.Route.URL)
		o.Text("Method", p.Route.Method)
		o.Text("FallbackURL", p.Route.FallbackURL)
		o.Text("FallbackMethod", p.Route.FallbackMethod)
		o.Text("Service", p.Route.Service)
		o.Bool("AdvancedOptOut", p.Route.AdvancedOptOut)
	})
	if p.Params == nil {
		o.Null("params")
	} else {
		o.List("params", len(p.Params), func(o *jsonobject.Object, i int) {
			o.Text("Name", p.Params[i].Name)
			o.Text("Value", p.Params[i].Value)
		})
	}
	o.Text("token", p.Token)
	o.Time("until", p.Until)
	if len(p.Faults) > 0 {
		o.Any("faults", p.Faults)
	}
	o.SomeText("answered", p.Answered)
	o.SomeInt("verbs", int64(p.Verbs))
	o.SomeInt("documents", int64(p.Documents))
	o.SomeInt("replies", int64(p.Replies))
}

// WriteJSON writes the fields of the change, with the bytes of encoding/json.
func (c *Change) WriteJSON(o *jsonobject.Object) {
	o.Text("status", string(c.Status))
	o.SomeInt("error_code", int64(c.ErrorCode))
	o.Time("at", c.At)
	o.SomeText("by", c.By)
}

// WriteJSON writes the fields of what is planned, with the bytes of encoding/json.
func (p *Planned) WriteJSON(o *jsonobject.Object) {
	o.Text("sid", p.SID)
	o.Time("at", p.At)
	o.Text("kind", string(p.Kind))
	o.SomeText("status", string(p.Status))
	o.SomeInt("error_code", int64(p.ErrorCode))
	o.SomeInt("copies", int64(p.Copies))
	o.IfTrue("lost", p.Lost)
	o.IfTrue("held", p.Held)
	o.SomeText("by", p.By)
}

func (s *storedJob) encode(o *jsonobject.Object) {
	o.Text("status", string(s.Status))
	o.SomeInt("code", int64(s.Code))
	o.Int("at", s.At)
	o.Text("token", s.Token)
	if len(s.Faults) > 0 {
		o.Any("faults", s.Faults)
	}
}

// encodeExchange appends an exchange as JSON: what [json.Marshal] returns for a [storedExchange].
// JSON cannot have bytes that are not UTF-8, so both bodies go into base64 if one of them has any.
func encodeExchange(b []byte, x *journal.Exchange) []byte {
	text := utf8.ValidString(x.Body) && utf8.ValidString(x.ResponseBody)
	o := jsonobject.Begin(b)
	o.Text("id", x.Name)
	o.Text("purpose", string(x.Purpose))
	o.SomeText("sid", x.SID)
	o.SomeText("replay_of", x.ReplayOf)
	o.Int("attempt", int64(x.Attempt))
	o.Time("at", x.At)
	o.Time("real", x.Real)
	o.Int("duration", int64(x.Duration))
	o.Text("method", x.Method)
	o.Text("url", x.URL)
	o.SomeText("dialed", x.Dialed)
	o.SomeText("edge", x.Edge)
	if text {
		o.SomeText("body", x.Body)
	}
	o.Text("signature", x.Signature)
	o.SomeInt("status", int64(x.Status))
	if text {
		o.SomeText("response_body", x.ResponseBody)
	}
	o.IfTrue("truncated", x.Truncated)
	o.SomeInt("query_at", int64(x.QueryAt))
	o.SomeText("code", x.Code)
	o.SomeText("error", x.Error)
	o.SomeText("fact", x.Fact)
	if len(x.Faults) > 0 {
		o.Any("fault", x.Faults)
	}
	o.Text("header", string(x.Header))
	o.SomeText("response_header", string(x.ResponseHeader))
	if !text && x.Body != "" {
		o.Any("body_base64", []byte(x.Body))
	}
	if !text && x.ResponseBody != "" {
		o.Any("response_body_base64", []byte(x.ResponseBody))
	}
	return o.End()
}
