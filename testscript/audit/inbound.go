package audit

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/twiml"
	"twilsim/simulator/webhook"
)

// oneText is a scenario with one text, which must be answered. words are those of an sms line; the
// rule is "" for none. The clock runs so that the app's further requests are over before expect
// looks.
func oneText(rule, words string) string {
	if rule != "" {
		rule = "rule " + rule + "\n"
	}
	return rule + "sms " + words + "\nclock run\nexpect webhook purpose=inbound http=200\n"
}

// bodies are texts that apps trip over. 1,600 characters are the most that a message may have.
var bodies = []struct{ name, text string }{
	{"emoji", "👍 thanks 🎉"}, {"right-to-left", "שלום עולם"}, {"line breaks", "one\ntwo\r\nthree"},
	{"markup", `<b>&"'</b>`}, {"form characters", "100% + 1 & a=b"},
	{"1,600 characters", strings.Repeat("a", 1600)}, {"nothing", ""},
}

// inboundChecks are about what a text may be.
func inboundChecks() []check {
	return []check{
		{ID: "A17", Title: "unknown parameters are signed along and ignored", Severity: Error,
			Fact: "F-026, F-064", scenario: oneText("webhook=inbound fault=param:New.Thing=1",
				handset+" "+own+" Hello"),
			run: func(p *probe) finding {
				return wantOK("an inbound webhook with new parameters", p.send(p.inbound(
					webhook.Param{Name: "New.Thing", Value: "1"}, webhook.Param{Name: "Empty", Value: ""})))
			}},
		{ID: "A20", Title: "a text to a number of a Messaging Service", Severity: Error,
			Fact: "F-004, F-173", run: func(p *probe) finding {
				service := webhook.Param{Name: "MessagingServiceSid", Value: p.ids.Next("MG")}
				found := wantOK("an inbound webhook", p.send(p.inbound(service)))
				if p.target.Status == "" {
					return found
				}
				return first(found, wantOK("a status callback", p.send(p.status("sent", service))))
			}},
		{ID: "A21", Title: "pictures: one, ten, and one without a text", Severity: Error,
			Fact: "F-006, F-008, F-809", run: checkMedia},
		{ID: "A22", Title: "a message of WhatsApp", Severity: Warning, Fact: "F-005, F-016, F-183",
			scenario: oneText("", "whatsapp:"+handset+" whatsapp:"+own+" Hello"),
			run: func(p *probe) finding {
				return p.sendText("a message of WhatsApp", messaging.Text{From: "whatsapp:" + handset,
					To: "whatsapp:" + own, Body: "Hello"})
			}},
		{ID: "A23", Title: "unusual texts are answered with TwiML that can be read", Severity: Error,
			Fact: "F-006, F-029, F-139", scenario: oneText("", handset+" "+own+" '<b>&\"'"),
			run: func(p *probe) finding {
				for _, b := range bodies {
					a := p.send(p.inbound(webhook.Param{Name: "Body", Value: b.text}))
					if f := first(wantOK("a text of "+b.name, a),
						wellFormed("a text of "+b.name, a)); f.wrong != "" {
						return f
					}
				}
				return finding{}
			}},
		{ID: "A24", Title: "a text from a short code, and one from nowhere", Severity: Warning,
			Fact: "F-005, F-012", run: func(p *probe) finding {
				short := p.send(p.inbound(webhook.Param{Name: "From", Value: "12345"}))
				var empty []webhook.Param
				for _, name := range []string{"FromCity", "FromState", "FromZip", "FromCountry"} {
					empty = append(empty, webhook.Param{Name: name})
				}
				return first(wantOK("a text from a short code", short),
					wantOK("a text without geography", p.send(p.inbound(empty...))))
			}},
		{ID: "A25", Title: "STOP, START and HELP; no text after STOP", Severity: Error,
			Fact: "F-015, F-444, F-447", scenario: oneText("", handset+" "+own+" STOP"), run: checkStop},
		{ID: "A26", Title: "the answer is TwiML without mistakes", Severity: Error,
			Fact: "F-096 to F-100, F-110, F-136", scenario: oneText("", handset+" "+own+" Hello"),
			run: func(p *probe) finding {
				return readable("an inbound webhook", p.send(p.inbound()))
			}},
		{ID: "A27", Title: "the answer is not plain text, which the customer would get",
			Severity: Warning, Fact: "F-097", run: func(p *probe) finding {
				a := p.send(p.inbound())
				if len(a.Body) > 0 && strings.HasPrefix(a.ContentType, "text/plain") {
					return wrong(fmt.Sprintf("the customer gets %q", shortened(string(a.Body))))
				}
				return finding{}
			}},
		{ID: "A29", Title: "the time of an answer, alone and ten at once", Severity: Warning,
			Fact: "F-042, F-043", run: checkTime},
	}
}

// sendText sends the webhook of a text. The source receives it first, so the webhook has all
// parameters that belong to such a text, such as those of pictures or of WhatsApp.
func (p *probe) sendText(what string, text messaging.Text) finding {
	model, err := p.source.text(text)
	if err != nil {
		return unseen(err.Error())
	}
	model.URL, model.Method = p.target.Inbound, p.target.method()
	return wantOK(what, p.send(p.fresh(model)))
}

// checkMedia sends one picture and ten. The first comes without a text, because apps forget that
// Body can be empty.
func checkMedia(p *probe) finding {
	picture := messaging.Media{ContentType: "image/png", Data: []byte("\x89PNG")}
	for _, n := range []int{1, 10} {
		text := messaging.Text{From: handset, To: own, Body: "Look"}
		if n == 1 {
			text.Body = ""
		}
		for range n {
			text.Media = append(text.Media, picture)
		}
		if f := p.sendText("a text with "+strconv.Itoa(n)+" pictures", text); f.wrong != "" {
			return f
		}
	}
	return finding{}
}

// checkStop sends HELP, STOP and START. START comes last in any case, so that the app texts the
// handset again in later checks. Only requests after the answer to STOP count.
func checkStop(p *probe) finding {
	var found finding
	for _, word := range []string{"HELP", "STOP"} {
		found = first(found, wantOK(word, p.send(p.inbound(webhook.Param{Name: "Body", Value: word}))),
			wantOK(word+" with OptOutType", p.send(p.inbound(webhook.Param{Name: "Body", Value: word},
				webhook.Param{Name: "OptOutType", Value: word}))))
	}
	if p.target.Calls == nil {
		found = first(found, unseen("whether the app texts after STOP needs its requests: --app"))
	} else {
		_, before := p.target.Calls()
		if p.target.Status != "" {
			p.send(p.status("delivered")) // a follow-up may wait for it
		}
		if _, now := p.target.Calls(); len(now) > len(before) {
			for _, to := range now[len(before):] {
				if to == handset {
					found = first(found, wrong("the app texts "+handset+" after its STOP"))
				}
			}
		}
	}
	return first(found, wantOK("START", p.send(p.inbound(webhook.Param{Name: "Body",
		Value: "START"}))))
}

// wellFormed is ok if an answer can be read at all. An app that failed is no finding here: that is
// wantOK's.
func wellFormed(what string, a *webhook.Answer) finding {
	if a.Failure != nil || len(a.Body) == 0 {
		return finding{}
	}
	if _, err := twiml.Parse(a.Exchange.URL, a.ContentType, a.Body); err != nil {
		return wrong(what + ": " + err.Error())
	}
	return finding{}
}

// readable is ok if an answer is TwiML without a mistake. The first warning is enough: it names the
// place, and the others may follow from it.
func readable(what string, a *webhook.Answer) finding {
	if a.Failure != nil || len(a.Body) == 0 {
		return finding{}
	}
	if !utf8.Valid(a.Body) {
		return wrong(what + ": the answer is not UTF-8")
	}
	document, err := twiml.Parse(a.Exchange.URL, a.ContentType, a.Body)
	if err != nil {
		return wrong(what + ": " + err.Error())
	}
	for _, w := range document.Warnings {
		return wrong(fmt.Sprintf("%s: %d %s", what, w.Code, w.Text))
	}
	return finding{}
}

// shortened cuts a text for a message, without half a letter at the end.
func shortened(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// checkTime sends ten webhooks alone and ten at once. Ten alone find an app that slows down, and
// ten at once one that serves only one request at a time. Only the former are measured: at once,
// each waits for the others on a machine with few processors.
func checkTime(p *probe) finding {
	for range 10 {
		started := clock.Wall()
		p.send(p.inbound())
		if took := clock.Wall().Sub(started); took > slow {
			return wrong(fmt.Sprintf("an answer took %s; Twilio waits for %s", took, timeout))
		}
	}
	var wait sync.WaitGroup
	failures := make([]finding, 10)
	for i := range failures {
		r := p.inbound()
		wait.Go(func() { failures[i] = wantOK("ten webhooks at once", p.send(r)) })
	}
	wait.Wait()
	return first(failures...)
}
