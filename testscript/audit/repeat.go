package audit

import (
	"strconv"
	"sync"

	"twilsim/simulator/webhook"
)

// unseenEffects says what it takes to see whether anything changed.
const unseenEffects = "whether anything changed needs the app's requests or its state: --app, " +
	"or --state CMD"

// repeatChecks are about webhooks that come twice, late, or about something unknown. What may be
// wrong with a copy is either its answer, which is always seen, or what the app does then, which
// needs a look at the app.
func repeatChecks() []check {
	return []check{
		{ID: "A30", Title: "a text that comes twice is answered the same and acted on once",
			Severity: Error, Fact: "F-036",
			run: func(p *probe) finding {
				r := p.inbound()
				a := p.send(r)
				before := p.look()
				b := p.send(r)
				switch {
				case b.Failure != nil:
					return wrong("the copy: " + b.Failure.Text)
				case string(a.Body) != string(b.Body):
					return wrong("the copy is answered with " + strconv.Quote(shortened(string(b.Body))) +
						", and the text was with " + strconv.Quote(shortened(string(a.Body))))
				}
				return p.unchanged("the copy", before)
			}},
		{ID: "A31", Title: "a text as its fallback gets it, with ErrorCode and ErrorUrl",
			Severity: Warning, Fact: "F-051", run: func(p *probe) finding {
				r := p.inbound()
				p.send(r)
				before := p.look()
				again := *r
				again.Idempotency = p.ids.UUID()
				again.Params = r.Params.Set("ErrorCode", "11200").Set("ErrorUrl", r.URL)
				return first(wantOK("the fallback", p.send(&again)), p.unchanged("the fallback", before))
			}},
		aboutStatus("A32", "a delivered that comes twice", Error, "F-036, F-169",
			delivered("then=sent,delivered*2"), func(p *probe) finding {
				r := p.status("delivered")
				p.send(r)
				before := p.look()
				return first(wantOK("the copy", p.send(r)), p.unchanged("the copy", before))
			}),
		aboutStatus("A33", "a sent that comes after its delivered", Error, "F-169",
			delivered("then=sent@1s>4s,delivered@2s"), func(p *probe) finding {
				r := p.status("delivered")
				p.send(r)
				before := p.look()
				late := *r
				late.Params = without(r.Params, "RawDlrDoneDate").Set("MessageStatus", "sent").Set("SmsStatus",
					"sent")
				late.Idempotency = p.ids.UUID()
				return first(wantOK("the late sent", p.send(&late)), p.unchanged("the late sent", before))
			}),
		aboutStatus("A34", "a callback for a message that the app does not know", Warning,
			"F-170, F-184", "", func(p *probe) finding {
				return wantOK("a callback for an unknown SID", p.send(p.status("sent")))
			}),
		{ID: "A39", Title: "ten texts of one handset at once", Severity: Warning, Fact: "F-169",
			run: func(p *probe) finding {
				var wait sync.WaitGroup
				failures := make([]finding, 10)
				for i := range failures {
					r := p.inbound(webhook.Param{Name: "Body", Value: "text " + strconv.Itoa(i)})
					wait.Go(func() { failures[i] = wantOK("ten texts at once", p.send(r)) })
				}
				wait.Wait()
				return first(failures...)
			}},
	}
}

// unchanged is ok if nothing changed, and not seen if that cannot be told.
func (p *probe) unchanged(what string, before seen) finding {
	if !p.canSee() {
		return unseen(unseenEffects)
	}
	if effect := p.since(before); effect != "" {
		return wrong("after " + what + " " + effect)
	}
	return finding{}
}
