package audit

import (
	"strings"

	"twilsim/simulator/webhook"
)

// delivered is a scenario with one text and what becomes of the reply.
func delivered(rule string) string {
	return "rule " + rule + "\nsms " + handset + " " + own +
		" Hello\nclock run\n! expect webhook purpose=status http:>=300\n"
}

// aboutStatus is a check that needs a status URL.
func aboutStatus(id, title string, severity Severity, fact, scenario string,
	run func(*probe) finding) check {
	return check{ID: id, Title: title, Severity: severity, Fact: fact, scenario: scenario,
		run: func(p *probe) finding {
			if p.target.Status == "" {
				return unseen("no status URL is known; give it with --status URL")
			}
			return run(p)
		}}
}

// statusChecks are about what a callback may say. An app must accept statuses and codes that it
// does not know.
func statusChecks() []check {
	param := func(name, value string) webhook.Param { return webhook.Param{Name: name, Value: value} }
	return []check{
		aboutStatus("A18", "a status that the app does not know", Warning, "F-164, F-167",
			delivered("then=sent,delivered,read"), func(p *probe) finding {
				return first(wantOK("read", p.send(p.status("read"))),
					wantOK("a status that does not exist yet", p.send(p.status("postponed"))))
			}),
		aboutStatus("A19", "failures: an unknown code, failed without sent, no RawDlrDoneDate", Error,
			"F-167, F-174, F-614", delivered("then=failed:30008"), func(p *probe) finding {
				bare := p.status("undelivered", param("ErrorCode", "30003"))
				bare.Params = without(bare.Params, "RawDlrDoneDate")
				return first(
					wantOK("undelivered with a new code", p.send(p.status("undelivered",
						param("ErrorCode", "39999")))),
					wantOK("failed", p.send(p.status("failed", param("ErrorCode", "30008")))),
					wantOK("undelivered without RawDlrDoneDate", p.send(bare)))
			}),
		aboutStatus("A28", "the answer to a callback has no TwiML, which nobody reads", Warning, "F-181",
			"",
			func(p *probe) finding {
				if a := p.send(p.status("sent")); strings.Contains(string(a.Body), "<Message") {
					return wrong("the answer has a <Message>, which is not sent")
				}
				return finding{}
			}),
	}
}

// without returns the parameters without one. It leaves params alone.
func without(params webhook.Params, name string) webhook.Params {
	var left webhook.Params
	for _, p := range params {
		if p.Name != name {
			left = append(left, p)
		}
	}
	return left
}
