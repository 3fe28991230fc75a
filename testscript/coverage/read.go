package coverage

import (
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Seen is what one scenario exercised, by key: whether a line of it looked for that. Keys that are
// only uses say what the app uses.
type Seen map[string]bool

func (s Seen) add(key string, checked bool) { s[key] = s[key] || checked }

// useKey marks what the app uses.
func useKey(use string) string { return "use/" + use }

// Of reads the journal of a scenario that passed. checked has the IDs of the things that its lines
// found.
func Of(j *journal.Journal, checked map[string]bool) Seen {
	s := Seen{}
	looked := map[string]bool{} // messages about whose webhook a line asked
	for _, thing := range j.Things(journal.Webhooks) {
		if x := thing.(*journal.Exchange); x.Purpose == journal.Inbound && checked[x.Name] {
			looked[x.SID] = true
		}
	}
	for _, thing := range j.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		s.message(f, checked[f.SID] || looked[f.SID])
	}
	callbacks := map[string][]*journal.Exchange{}
	for _, thing := range j.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		s.webhook(x, checked[x.Name])
		if x.Purpose == journal.Status {
			callbacks[x.SID] = append(callbacks[x.SID], x)
		}
	}
	for sid, list := range callbacks {
		thing, ok := j.Thing(journal.Messages, sid)
		if !ok {
			continue
		}
		found := checked[sid]
		for _, x := range list {
			found = found || checked[x.Name]
		}
		s.order(thing.(*messaging.Message).Snapshot(), list, found)
	}
	for _, thing := range j.Things(journal.Requests) {
		s.request(thing.(*journal.Exchange), checked[thing.ID()])
	}
	for _, thing := range j.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		s.add("alert/"+alert.Code, alert.Expected())
	}
	return s
}

func (s Seen) message(f messaging.Snapshot, checked bool) {
	if f.Direction == messaging.Inbound {
		s.text(f, checked)
		return
	}
	code := ""
	if f.ErrorCode != 0 {
		code = strconv.Itoa(f.ErrorCode)
	}
	s.add("outcome/"+string(f.Direction)+"/"+string(f.Status)+"/"+code, checked)
	s.add(useKey(map[messaging.Direction]string{messaging.OutboundReply: replies,
		messaging.OutboundAPI: creates}[f.Direction]), false)
	if f.ErrorCode == 21610 {
		s.add("opt-out/after", checked)
	}
}

func (s Seen) text(f messaging.Snapshot, checked bool) {
	word := strings.ToUpper(strings.TrimSpace(f.Body))
	for key, is := range map[string]bool{
		"parameter/media": len(f.Media) > 0, "parameter/empty": f.Body == "",
		"parameter/segments": f.NumSegments > 1,
		"parameter/unicode":  f.Encoding != "GSM-7" && f.Body != "",
		"parameter/whatsapp": strings.HasPrefix(f.From, "whatsapp:"),
		"parameter/foreign":  !strings.Contains(f.From, "+1"),
		"opt-out/STOP":       word == "STOP", "opt-out/START": word == "START",
		"opt-out/HELP": word == "HELP",
	} {
		if is {
			s.add(key, checked)
		}
	}
}

func (s Seen) webhook(x *journal.Exchange, checked bool) {
	purpose := string(x.Purpose)
	switch x.Purpose {
	case journal.Inbound:
		s.add(useKey(texts), false)
		s.add("answer/inbound/"+answer(x), checked)
	case journal.Status:
		s.add(useKey(callbacks), false)
	}
	for _, f := range x.Faults {
		s.add("fault/"+purpose+"/"+string(f.Kind), checked)
	}
	if x.Signature != "valid" && x.Status >= 400 && x.Status < 500 {
		s.add("signature/"+x.Signature, checked)
	}
}

// answer is the kind of the app's answer.
func answer(x *journal.Exchange) string {
	switch {
	case x.Status == 0:
		return "none"
	case x.Status >= 300:
		return strconv.Itoa(x.Status/100) + "xx"
	case strings.Contains(x.ResponseBody, "<Message") || strings.Contains(x.ResponseBody, "<Redirect"):
		return "twiml"
	}
	return "empty"
}

// order finds out in which order the callbacks of a message came.
func (s Seen) order(f messaging.Snapshot, list []*journal.Exchange, checked bool) {
	last, arrived := "", map[string]int{}
	reordered := false
	for _, x := range list {
		status := x.Params().Get("MessageStatus")
		if !x.Dropped() {
			arrived[status]++
		}
		reordered = reordered || last == "delivered" && status == "sent"
		last = status
		for _, c := range f.History {
			if string(c.Status) == status && x.At.Sub(c.At) >= time.Hour {
				s.add("order/late", checked)
			}
		}
		if arrived[status] > 1 {
			s.add("order/twice", checked)
		}
	}
	if reordered {
		s.add("order/reordered", checked)
	} else if arrived["sent"] == 1 && arrived["delivered"] == 1 {
		s.add("order/in", checked)
	}
	if f.Status == "sent" {
		s.add("order/none", checked)
	}
	if f.Status == "delivered" && arrived["delivered"] == 0 {
		s.add("order/lost", checked)
	}
}

func (s Seen) request(x *journal.Exchange, checked bool) {
	if x.Method != "POST" || !strings.HasSuffix(x.Path(), "/Messages.json") {
		return
	}
	s.add(useKey(creates), false)
	switch {
	case strings.Contains(x.Error, "carried out"):
		s.add("api/lost", checked)
	case x.Status == 0:
		s.add("api/reset", checked)
	case x.Status >= 400:
		s.add("api/"+strconv.Itoa(x.Status), checked)
		for _, code := range []string{"21610", "21614", "21211"} {
			if strings.Contains(x.ResponseBody, code) {
				s.add("api/"+code, checked)
			}
		}
		if byRule := strings.Contains(x.Error, "rule"); !byRule &&
			strings.Contains(x.ResponseBody, "21610") {
			s.add("opt-out/after", checked)
		}
	}
}

// Merge adds what another scenario, or another machine, has seen.
func (s Seen) Merge(other Seen) {
	for key, checked := range other {
		s.add(key, checked)
	}
}
