package coverage

import (
	"encoding/json"
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
// found. It goes through the journal's things, and not its events, so it needs no order except that
// messages are listed as they came. The journal must still have everything: what it has dropped was
// not exercised.
func Of(j *journal.Journal, checked map[string]bool) Seen {
	s := Seen{}
	looked := map[string]bool{} // messages about whose webhook a line asked
	for _, thing := range j.Things(journal.Webhooks) {
		if x := thing.(*journal.Exchange); x.Purpose == journal.Inbound && checked[x.Name] {
			looked[x.SID] = true
		}
	}
	left, back := map[string]bool{}, map[string]bool{} // handsets after STOP, and after START
	for _, thing := range j.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		s.message(f, checked[f.SID] || looked[f.SID])
		switch word := keyword(f); {
		case f.Direction != messaging.Inbound:
			if back[f.To] {
				s.add("opt-out/again", checked[f.SID])
			}
		case word == "STOP":
			left[f.From], back[f.From] = true, false
		case word == "START":
			back[f.From] = left[f.From]
		}
	}
	callbacks := map[string][]*journal.Exchange{}
	for _, thing := range j.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		s.webhook(x, checked[x.Name])
		if x.Purpose == journal.Status {
			callbacks[x.SID] = append(callbacks[x.SID], x)
		}
	}
	made := map[string]*journal.Exchange{} // by message: the request of the API that made it
	for _, thing := range j.Things(journal.Requests) {
		if x := thing.(*journal.Exchange); isCreate(x) && x.SID != "" {
			made[x.SID] = x
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
		s.overlaps(list, made[sid], found)
	}
	for _, thing := range j.Things(journal.Requests) {
		x := thing.(*journal.Exchange)
		s.request(x, checked[x.Name] || x.SID != "" && checked[x.SID])
	}
	s.verified(j, checked)
	for _, thing := range j.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		s.add("alert/"+alert.Code, alert.Expected())
	}
	return s
}

// message is what a message exercised. Only the last status counts. A scenario that ends before the
// message does exercises what it has by then.
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
	use := map[messaging.Direction]string{messaging.OutboundReply: replies,
		messaging.OutboundAPI: creates}[f.Direction]
	s.add(useKey(use), false)
	if strings.HasPrefix(f.To, "whatsapp:") {
		s.add(useKey("whatsapp "+use), false)
	}
	if f.MessagingServiceSID != "" {
		s.add(useKey(services), false)
	}
	if f.ErrorCode == 21610 {
		s.add("opt-out/after", checked)
	}
}

func (s Seen) text(f messaging.Snapshot, checked bool) {
	word := keyword(f)
	for key, is := range map[string]bool{
		"parameter/media": len(f.Media) > 0, "parameter/pictures": len(f.Media) == 10,
		"parameter/empty":    f.Body == "",
		"parameter/markup":   strings.ContainsAny(f.Body, "<>&"),
		"parameter/lines":    strings.Contains(f.Body, "\n"),
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

// keyword is the text as Twilio compares it with the words of opt-out.
func keyword(f messaging.Snapshot) string { return strings.ToUpper(strings.TrimSpace(f.Body)) }

// webhook is what a webhook and the app's answer exercised. A signature that was wrong counts only
// if the app refused it: to be exercised, the app's check must have had an effect.
func (s Seen) webhook(x *journal.Exchange, checked bool) {
	purpose := string(x.Purpose)
	switch x.Purpose {
	case journal.Inbound:
		s.add(useKey(texts), false)
		s.add("answer/inbound/"+answer(x), checked)
		s.verbs(x, checked)
		params := x.Params()
		if city, ok := params["FromCity"]; ok && city[0] == "" {
			s.add("parameter/place", checked)
		}
		if params.Has("OptOutType") {
			s.add("parameter/opt-out", checked)
		}
		if params.Has("MessagingServiceSid") {
			s.add(useKey(services), false)
			s.add("parameter/service", checked)
		}
	case journal.Status:
		s.add(useKey(callbacks), false)
		s.add("answer/status/"+answer(x), checked)
		s.callback(x, checked)
	case journal.Streamed:
		s.add(useKey(events), false)
	case journal.Redirect:
		s.add(useKey(redirects), false)
	case journal.Fallback:
		s.add(useKey(fallbacks), false)
	}
	for _, f := range x.Faults {
		s.add("fault/"+purpose+"/"+string(f.Kind), checked)
	}
	if x.Signature != "valid" && x.Status >= 400 && x.Status < 500 {
		s.add("signature/"+x.Signature, checked)
		if x.Purpose == journal.Status {
			s.add("signature/status/"+x.Signature, checked)
		}
	}
}

// verbs are what the app's answer to a text consists of, beside what [answer] says.
func (s Seen) verbs(x *journal.Exchange, checked bool) {
	if x.Status/100 != 2 {
		return
	}
	body := x.ResponseBody
	for key, is := range map[string]bool{
		"redirect": strings.Contains(body, "<Redirect"),
		"nothing":  strings.Contains(body, "<Response") && !strings.Contains(body, "<Message"),
		"several":  strings.Count(body, "<Message") > 1,
		"plain":    strings.HasPrefix(x.ResponseHeader.Get("Content-Type"), "text/plain") && body != "",
	} {
		if is {
			s.add("answer/inbound/"+key, checked)
		}
	}
}

// callback is what the parameters of a callback were. read stands for any status that the app may
// not know, since SMS does not have it.
func (s Seen) callback(x *journal.Exchange, checked bool) {
	params := x.Params()
	if params.Get("ErrorCode") != "" {
		s.add("parameter/status/ErrorCode", checked)
	}
	switch params.Get("MessageStatus") {
	case "failed":
		s.add("parameter/status/failed", checked)
	case "read":
		s.add("parameter/status/unknown", checked)
	}
}

// overlaps finds callbacks of two statuses that left at one moment, which is what overlap makes of
// them, and those that left before the request that made their message was answered. The latter is
// told by the real time: the account's clock stands still meanwhile.
func (s Seen) overlaps(list []*journal.Exchange, made *journal.Exchange, checked bool) {
	for i, x := range list {
		if made != nil && made.Status/100 == 2 && x.Real.Before(made.Real.Add(made.Duration)) {
			s.add("order/early", checked)
		}
		if i > 0 && x.At.Equal(list[i-1].At) && x.Attempt == 1 &&
			x.Params().Get("MessageStatus") != list[i-1].Params().Get("MessageStatus") {
			s.add("order/together", checked)
		}
	}
}

// answer is the kind of the app's answer. It is a key's last part. The body is searched and not
// parsed, because a broken document is an answer, too.
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

// order finds out in which order the callbacks of a message came. A callback that a rule dropped
// has left in this order, but has not arrived. An hour after its status counts as late.
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

// request is what a request that makes a message exercised. An answer that a rule lost says so in
// its error only, because the app saw no status; the message exists nevertheless.
func (s Seen) request(x *journal.Exchange, checked bool) {
	if !isCreate(x) {
		return
	}
	s.add(useKey(creates), false)
	params := x.Params()
	for name, values := range params {
		if len(values) > 0 && values[0] != "" {
			s.add("create/"+name, checked)
			s.add(useKey("create/"+name), false)
		}
	}
	switch {
	case strings.Contains(x.Error, "carried out"):
		s.add("api/lost", checked)
	case x.Status == 0:
		s.add("api/reset", checked)
	default:
		s.add("api/"+strconv.Itoa(x.Status), checked)
	}
	code := errorCode(x)
	if code == "" {
		return
	}
	s.add("api/"+code, checked)
	if byRule := strings.Contains(x.Error, "rule"); !byRule && code == "21610" {
		s.add("opt-out/after", checked)
	}
}

// isCreate reports whether a request makes a message.
func isCreate(x *journal.Exchange) bool {
	return x.Method == "POST" && strings.HasSuffix(x.Path(), "/Messages.json")
}

// errorCode is the code of Twilio's error with which the API refused a request, "" for none.
func errorCode(x *journal.Exchange) string {
	var body struct{ Code int }
	if x.Status < 400 || json.Unmarshal([]byte(x.ResponseBody), &body) != nil || body.Code == 0 {
		return ""
	}
	return strconv.Itoa(body.Code)
}

// Merge adds what another scenario, or another machine, has seen. other stays as it is.
func (s Seen) Merge(other Seen) {
	for key, checked := range other {
		s.add(key, checked)
	}
}
