package coverage

import "strings"

// refusals are the codes with which the API refuses a message of an app that did nothing wrong in
// its form: what the account, the sender, the recipient or the service is, decides (E.1 of the
// facts).
var refusals = []struct{ code, name string }{
	{"20003", "wrong credentials"}, {"21212", "invalid From"}, {"21266", "To is From"},
	{"21408", "no permission for the country"}, {"21606", "From is not yours"},
	{"21608", "trial account"}, {"21611", "the queue is full"}, {"21612", "no route from From to To"},
	{"21617", "longer than 1,600 characters"}, {"21704", "the service has no number"},
}

const noBody = "\nContent-Length: 0\n\n"

// answers adds what the API answers to the app, and the app to Twilio. The API's answers come from
// a rule, so that neither the account nor the app needs to be brought into the state that leads to
// them.
func (t *table) answers() {
	t.add("API answer", "201", "api/201", creates, send,
		"expect request path=*/Messages.json http=201")
	for _, r := range refusals {
		t.add("API answer", r.code+", "+r.name, "api/"+r.code, creates,
			"rule api=POST:Messages respond="+r.code, "! "+send,
			"expect request path=*/Messages.json code="+r.code)
	}
	for _, a := range []struct{ name, key, answer, expect, code string }{
		{"2xx", "empty", "HTTP/1.1 204 No Content\n\n", "http=204", ""},
		{"4xx", "4xx", "HTTP/1.1 404 Not Found" + noBody, "http=404", "11200"},
		{"5xx", "5xx", "HTTP/1.1 500 Internal Server Error" + noBody, "http=500", "11200"},
		{"no answer", "none", "\n", "http=0", "11206"},
	} {
		lines := []string{sendBack, "clock run"}
		if a.code != "" {
			lines = append(lines, "expect alert code="+a.code)
		}
		t.add("webhook answer", a.name+" to a callback", "answer/status/"+a.key, callbacks,
			append(lines, status+" "+a.expect)...).Answer = a.answer
	}
	for _, a := range []struct{ name, key, verb string }{
		{"Redirect", "redirect", "<Response><Redirect>http://127.0.0.1:1/</Redirect></Response>"},
		{"an empty Response", "nothing", "<Response/>"},
		{"several messages", "several",
			"<Response><Message>1</Message><Message>2</Message></Response>"},
	} {
		lines := []string{sms}
		if a.key == "redirect" {
			lines = append(lines, "expect alert code=11202")
		}
		t.add("webhook answer", a.name+" to a text", "answer/inbound/"+a.key, texts,
			append(lines, "expect webhook purpose=inbound http=200")...).Answer = twiml(a.verb)
	}
	t.add("webhook answer", "plain text to a text", "answer/inbound/plain", texts, sms,
		"expect webhook purpose=inbound http=200").Answer = "HTTP/1.1 200 OK\n" +
		"Content-Type: text/plain\n\nhi\n"
	t.alerts()
}

// alerts adds the codes of the debugger (C.4 of the facts) that an app can bring about. Each answer
// is as small as it can be for Twilio to raise that alert and no other, because a scenario fails
// with an alert that no line expects.
func (t *table) alerts() {
	message := func(attributes, body string) string {
		return twiml("<Response><Message" + attributes + ">" + body + "</Message></Response>")
	}
	ok := "HTTP/1.1 200 OK\nContent-Type: text/xml\n"
	for _, a := range []struct{ code, answer string }{
		{"11100", twiml("<Response><Redirect>ftp://shop.example/sms</Redirect></Response>")},
		{"11202", twiml("<Response><Redirect>http://127.0.0.1:1/</Redirect></Response>")},
		{"11206", "SSH-2.0-OpenSSH\n"},
		{"11215", "HTTP/1.1 302 Found\nLocation: /sms" + noBody},
		{"11216", "HTTP/1.1 301 Moved Permanently" + noBody},
		{"11251", "HTTP/1.1 200 OK\nno header\n\n"},
		{"11750", ok + "\n" + strings.Repeat("<!-- more than sixty-four kilobytes of TwiML -->\n", 1400)},
		{"11770", ok + noBody[1:]},
		{"12102", twiml("<Reply/>")},
		{"14101", message(` to="+1500"`, "hi")},
		{"14102", message(` from="+12025550199"`, "hi")},
		{"14104", message(` action="/status" method="PUT"`, "hi")},
		{"14105", message(` statusCallback="mailto:me@shop.example"`, "hi")},
		{"14106", twiml("<Response><Redirect>/sms</Redirect></Response>")},
		{"14110", twiml("<Response><Say>hi</Say></Response>")},
	} {
		t.add("alert", a.code, "alert/"+a.code, texts, sms, "expect alert code="+a.code).Answer = a.answer
	}
}
