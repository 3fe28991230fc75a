package coverage

import (
	"fmt"
	"strings"
)

// Item is one thing that a suite can exercise. Its key and use are empty in an item that was read
// from JSON; [ReadReport] does without them.
type Item struct {
	ID        string `json:"id"`        // G12
	Dimension string `json:"dimension"` // outcome, order, fault, …
	Name      string `json:"name"`
	// Lines would exercise and check it, in a scenario in which the app answers a text.
	Lines []string `json:"lines"`
	// Answer is an HTTP response that the app must give, of the file answer.http; "" for none.
	Answer string `json:"answer,omitempty"`

	key string // as Of writes it
	use string // what the app must use for it to count
}

// What an app can use.
const (
	texts     = "texts"     // it gets texts
	replies   = "replies"   // it answers with messages
	creates   = "creates"   // it makes messages through the API
	callbacks = "callbacks" // it gets status callbacks

	whatsAppReplies = "whatsapp replies" // the same on WhatsApp
	whatsAppCreates = "whatsapp creates"
	services        = "services"  // its messages go through a Messaging Service
	verify          = "verify"    // it sends codes through Verify
	events          = "events"    // it gets events of Event Streams
	redirects       = "redirects" // its TwiML sends Twilio to another document
	fallbacks       = "fallbacks" // a number has a fallback that was asked
)

// outcomes are final statuses with their codes, and the rule that leads to each.
var outcomes = []struct{ status, code, then string }{
	{"delivered", "", "delivered"}, {"sent", "", "sent-only"}, {"undelivered", "30003", "unreachable"},
	{"undelivered", "30004", "blocked"}, {"undelivered", "30005", "unknown"},
	{"undelivered", "30006", "landline"}, {"undelivered", "30007", "filtered"},
	{"undelivered", "30008", "unknown-error"}, {"failed", "30001", "queue-overflow"},
	{"failed", "30002", "suspended"}, {"undelivered", "30034", "unregistered"},
	{"failed", "21610", "opted-out"},
}

const (
	sms      = "sms +12025550142 +12025550100 hello"
	cutAlert = "expect alert code=11200"
	send     = "send to=+12025550142 body=hello"
	status   = "expect webhook purpose=status"
	reply    = "expect message direction=outbound-reply status="
)

// table collects rows and gives them their IDs.
type table []Item

// add adds a row. The pointer is for setting Answer, and good until the next row is added.
func (t *table) add(dimension, name, key, use string, lines ...string) *Item {
	*t = append(*t, Item{ID: fmt.Sprintf("G%d", len(*t)+1), Dimension: dimension, Name: name,
		Lines: lines, key: key, use: use})
	return &(*t)[len(*t)-1]
}

// Table returns all items, in the order of their IDs. IDs never change: a new row goes to the end
// of the last part, or a new part follows.
func Table() []Item {
	var t table
	t.first()
	t.codes()
	t.wire()
	t.answers()
	t.parameters()
	t.products()
	return t
}

// first is the part that was there first. Nothing can be put into it or the parts behind it, except
// at the end of the last one: the IDs count rows.
func (t *table) first() {
	add := t.add
	for _, way := range []struct{ direction, use string }{{"outbound-reply", replies},
		{"outbound-api", creates}} {
		for _, o := range outcomes {
			does := sms
			if way.use == creates {
				does = send
				if o.then == "opted-out" {
					continue // the API refuses it, and there is no message
				}
			}
			expect := "expect message direction=" + way.direction + " status=" + o.status
			if o.code != "" {
				expect += " error_code=" + o.code
			}
			add("outcome", trim(o.status+" "+o.code)+", "+way.direction,
				"outcome/"+way.direction+"/"+o.status+"/"+o.code, way.use,
				"rule direction="+way.direction+" then="+o.then, does, "clock run", expect)
		}
	}
	order := func(name, key, script string, expect ...string) {
		add("order", name, "order/"+key, callbacks,
			append([]string{"rule then=" + script, sms, "clock run"}, expect...)...)
	}
	order("in order", "in", "sent,delivered", status+" MessageStatus=delivered http=200")
	order("sent after delivered", "reordered", "sent@1s>4s,delivered@2s",
		status+" MessageStatus=sent http=200")
	order("late by an hour", "late", "sent,delivered@1s>2h",
		status+" MessageStatus=delivered http=200")
	order("twice", "twice", "sent,delivered*2", status+" MessageStatus=delivered http=200 count=2")
	order("lost", "lost", "sent,~delivered", reply+"delivered", "! "+status+" MessageStatus=delivered")
	order("none after sent", "none", "sent", reply+"sent", "! "+status+" MessageStatus=delivered")
	for _, f := range []struct{ kind, fault string }{{"cut", "cut"}, {"drop", "drop"},
		{"duplicate", "duplicate"}, {"delay", "delay:5s"}, {"param", "param"}} {
		inbound := []string{"rule webhook=inbound fault=" + f.fault, sms, "clock run",
			"expect webhook purpose=inbound fault=" + f.fault + "*"}
		back := []string{"rule webhook=status times=1 fault=" + f.fault, sms, "clock run",
			status + " fault=" + f.fault + "*"}
		if f.kind == "cut" {
			inbound, back = append(inbound, cutAlert), append(back, cutAlert)
		}
		add("fault", f.kind+" of a text's webhook", "fault/inbound/"+f.kind, texts, inbound...)
		add("fault", f.kind+" of a callback", "fault/status/"+f.kind, callbacks, back...)
	}
	for _, a := range []struct{ name, key, respond string }{{"429", "429", "429"},
		{"500", "500", "500"},
		{"connection reset", "reset", "reset"}, {"answer lost", "lost", "lost"},
		{"21610, opted out", "21610", "21610"}, {"21614, not mobile", "21614", "21614"},
		{"21211, invalid To", "21211", "21211"}} {
		add("API answer", a.name, "api/"+a.key, creates,
			"rule api=POST:Messages respond="+a.respond, "! "+send,
			"expect request path=*/Messages.json")
	}
	for _, w := range []struct{ name, key, answer, expect string }{
		{"TwiML", "twiml", twiml("<Response><Message>hi</Message></Response>"), "http=200"},
		{"nothing", "empty", "HTTP/1.1 204 No Content\n\n", "http=204"},
		{"3xx", "3xx", "HTTP/1.1 302 Found\nLocation: /sms\nContent-Length: 0\n\n", "http=302"},
		{"4xx", "4xx", "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n", "http=404"},
		{"5xx", "5xx", "HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n", "http=500"},
		{"no answer", "none", "\n", "path=/sms"}} {
		lines := []string{sms}
		switch w.key {
		case "3xx":
			lines = append(lines, "expect alert code=11215")
		case "none":
			lines = append(lines, "expect alert code=11206")
		case "4xx", "5xx":
			lines = append(lines, "expect alert code=11200")
		}
		add("webhook answer", w.name+" to a text", "answer/inbound/"+w.key, texts,
			append(lines, "expect webhook purpose=inbound "+w.expect)...)
		(*t)[len(*t)-1].Answer = w.answer
	}
	for _, a := range []struct{ code, answer string }{
		{"11200", "HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n"},
		{"12100", twiml("<Response><Message>hi</Response>")},
		{"12200", twiml("<Response><Text>hi</Text></Response>")},
		{"12300", "HTTP/1.1 200 OK\nContent-Type: image/png\n\nno picture"},
		{"14103", twiml("<Response><Message>" + strings.Repeat("long ", 340) +
			"</Message></Response>")}} {
		add("alert", a.code, "alert/"+a.code, texts, sms, "expect alert code="+a.code)
		(*t)[len(*t)-1].Answer = a.answer
	}
	for _, p := range []struct{ name, key, text string }{
		{"a picture", "media", sms + " media=picture.png.base64"},
		{"no text", "empty", "sms +12025550142 +12025550100 ''"},
		{"several segments", "segments", "sms +12025550142 +12025550100 '" + long + "'"},
		{"other than GSM", "unicode", "sms +12025550142 +12025550100 'שלום 👍'"},
		{"WhatsApp", "whatsapp", "sms whatsapp:+12025550142 whatsapp:+12025550100 hello"},
		{"from another country", "foreign", "sms +447700900123 +12025550100 hello"}} {
		add("parameter", p.name, "parameter/"+p.key, texts, p.text,
			"expect webhook purpose=inbound http=200")
	}
	for _, s := range []string{"bad", "missing", "stale", "wrong-url", "replayed"} {
		add("signature", s+", refused", "signature/"+s, texts, sms, "signature "+s, sms,
			"expect alert code=11200", "expect webhook signature="+s+" http=403")
	}
	for _, word := range []string{"STOP", "START", "HELP"} {
		add("opt-out", word, "opt-out/"+word, texts, "sms +12025550142 +12025550100 "+word,
			"expect webhook purpose=inbound Body="+word)
	}
	add("opt-out", "a text after STOP", "opt-out/after", replies, "sms +12025550142 +12025550100 STOP",
		"! "+send, "expect request path=*/Messages.json http=400")
}

// twiml is an answer of the app.
func twiml(document string) string {
	return "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n" + document + "\n"
}

// long is a text of two segments.
const long = "A long text: one two three four five six seven eight nine ten eleven twelve " +
	"thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty one and twenty two"

func trim(s string) string {
	if s[len(s)-1] == ' ' {
		return s[:len(s)-1]
	}
	return s
}

// Lookup returns the item with an ID.
func Lookup(id string) (Item, bool) {
	for _, i := range Table() {
		if i.ID == id {
			return i, true
		}
	}
	return Item{}, false
}
