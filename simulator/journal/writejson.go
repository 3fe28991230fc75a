package journal

import "twilsim/simulator/jsonobject"

// WriteJSON writes the fields of the exchange, with the bytes of encoding/json. The answer to each
// text has all its webhooks, and reflection took a tenth of the CPU time of serve. A new field
// needs a line here, at its place in the struct; a test of package control compares the two.
func (x *Exchange) WriteJSON(o *jsonobject.Object) {
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
	o.Append("header", x.Header.appendJSON)
	o.SomeText("body", x.Body)
	o.Text("signature", x.Signature)
	o.SomeInt("status", int64(x.Status))
	if x.ResponseHeader != "" {
		o.Append("response_header", x.ResponseHeader.appendJSON)
	}
	o.SomeText("response_body", x.ResponseBody)
	o.IfTrue("truncated", x.Truncated)
	o.SomeInt("query_at", int64(x.QueryAt))
	o.SomeText("code", x.Code)
	o.SomeText("error", x.Error)
	o.SomeText("fact", x.Fact)
	if len(x.Faults) > 0 {
		o.Any("fault", x.Faults)
	}
}

// WriteJSON writes the fields of the alert, as that of [Exchange] does.
func (a *Alert) WriteJSON(o *jsonobject.Object) {
	o.Text("id", a.Name)
	o.Time("at", a.At)
	o.Text("code", a.Code)
	o.Text("level", string(a.Level))
	o.Text("title", a.Title)
	o.SomeText("fact", a.Fact)
	o.SomeText("cause", a.Cause)
	o.Text("text", a.Text)
	o.SomeText("try", a.Try)
	o.SomeText("sid", a.SID)
	o.SomeText("exchange", a.Exchange)
	o.SomeInt("line", int64(a.Line))
	o.SomeInt("column", int64(a.Column))
	o.SomeText("monitor_sid", a.MonitorSID)
	o.Bool("acknowledged", a.Acknowledged.Load())
}
