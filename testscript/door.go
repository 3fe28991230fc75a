package testscript

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// doorEntry is one exchange between Twilio and the app, with what must be equal in equal runs. The
// door is the line between Twilio and the app: all webhooks and all requests to the API. Two runs
// are equal if the same has passed it in the same order.
type doorEntry struct {
	explore.Line
	exchange *journal.Exchange
	detail   string // parameters and answer, without what differs in every run
	copied   bool   // it repeats a webhook
}

// memory is what a director and the blameless apps know of the baseline. It does not change after
// explorer.prepare.
type memory struct {
	entries  []doorEntry
	points   []explore.Point
	creates  []*createRequest
	replyTo  map[string]string
	texts    []messaging.Text
	sids     map[string]string // SIDs by point
	volatile map[string]bool   // points whose content differs between two runs
	requests []scriptRequest   // of the script to the app
	calls    []apiCall         // of the app to the API
	counts   map[string]int    // how often a handset got a text
	failures map[string]bool   // keys of what is wrong in the baseline, as the scenario wants it
}

func (m *memory) count(kind explore.Kind) int {
	n := 0
	for _, p := range m.points {
		if p.Kind == kind {
			n++
		}
	}
	return n
}

// door returns the exchanges of a run in the order in which they ended. Requests that make no
// message are numbered: they are no points, but need a name to be compared.
func (w *world) door() []doorEntry {
	d := w.director
	d.mu.Lock()
	defer d.mu.Unlock()
	events, _ := w.account.Journal.Events(0)
	refused := slices.DeleteFunc(slices.Clone(d.creates),
		func(c *createRequest) bool { return c.sid != "" })
	var entries []doorEntry
	others := 0
	for _, e := range events {
		switch e.Type {
		case journal.WebhookAttempt:
			if thing, ok := w.account.Journal.Thing(journal.Webhooks, e.Exchange); ok {
				entries = append(entries, d.webhookEntryLocked(thing.(*journal.Exchange)))
			}
		case journal.RequestServed:
			thing, ok := w.account.Journal.Thing(journal.Requests, e.Exchange)
			if !ok {
				continue
			}
			x := thing.(*journal.Exchange)
			entry := w.requestEntry(x)
			switch {
			case !isCreate(x):
				others++
				entry.Point = "request" + strconv.Itoa(others)
			case x.SID != "":
				entry.Point = d.names[x.SID]
			default:
				entry.Point = takeName(&refused, d.usualForm(x.Params()))
			}
			entries = append(entries, entry)
		}
	}
	return entries
}

func isCreate(x *journal.Exchange) bool {
	return x.Method == "POST" && strings.HasSuffix(strings.TrimSuffix(x.Path(), ".json"), "/Messages")
}

// takeName returns the name of the first create with the parameters, and takes it out of the list.
// A refused create has no SID by which it could be found.
func takeName(list *[]*createRequest, form url.Values) string {
	for i, c := range *list {
		if c.to == form.Get("To") && c.body == form.Get("Body") {
			*list = slices.Delete(*list, i, i+1)
			return c.name
		}
	}
	return ""
}

func (d *director) webhookEntryLocked(x *journal.Exchange) doorEntry {
	form := x.Params()
	status := form.Get("MessageStatus")
	form.Del("RawDlrDoneDate") // a time
	if d.world.kept {
		for _, name := range []string{"FromCity", "FromState", "FromZip"} {
			form.Del(name) // they follow the number, and runs that share an app have their own
		}
	}
	for name := range form {
		if strings.HasPrefix(name, "MediaUrl") {
			form.Del(name) // it has the port of this run
		}
	}
	e := doorEntry{exchange: x, copied: x.ReplayOf != "" || x.Purpose == messaging.Custom}
	e.App = !x.Dropped() && !d.broken[x.Header.Get("I-Twilio-Idempotency-Token")]
	purpose := string(x.Purpose)
	e.Point = d.pointLocked(purpose, x.SID, status)
	e.Text = d.usual(strings.TrimSpace(x.Method + " " + x.Path() + " " + status))
	if e.copied {
		e.Text += " (copy)"
	}
	e.Answer = httpStatus(x)
	if _, cut := x.Faults.Get(fault.Cut); cut && x.Status == 0 {
		// Where it was cut depends on the length of FromCity, and so on the numbers of the run.
		e.Answer = "the connection was cut on purpose in the middle of the body"
	}
	e.detail = form.Encode() + "\n" + x.ResponseBody + x.ResponseHeader.Get("Location") +
		x.ResponseHeader.Get("Content-Type")
	return e
}

func (w *world) requestEntry(x *journal.Exchange) doorEntry {
	path := strings.TrimPrefix(x.Path(), "/2010-04-01/Accounts/"+w.account.SID+"/")
	e := doorEntry{exchange: x}
	e.Request = true
	e.Text = "api " + x.Method + " " + path
	e.Answer = cmp.Or(httpStatus(x), "no answer")
	form := x.Params()
	var refusal struct {
		Code int `json:"code"`
	}
	_ = json.Unmarshal([]byte(x.ResponseBody), &refusal) // XML has no code here
	if refusal.Code != 0 {
		e.Answer += " " + strconv.Itoa(refusal.Code)
	}
	if to := form.Get("To"); to != "" {
		e.Text += fmt.Sprintf(" %s %q", to, form.Get("Body"))
	}
	e.Text = w.handsets.usual(e.Text)
	e.detail = form.Encode()
	return e
}

// key returns what is equal in equal runs: all that passed the door, and Twilio's final state. Of a
// point whose content differs from run to run only the answer's status counts. A kill, and
// callbacks that left together, are part of it, because nothing at the door shows them.
func (w *world) key(entries []doorEntry, volatile map[string]bool) string {
	var b strings.Builder
	for _, e := range entries {
		if e.Point != "" && volatile[e.Point] {
			fmt.Fprintf(&b, "%s %s\n", e.Point, e.Answer)
			continue
		}
		fmt.Fprintf(&b, "%s %s %s %s\n", e.Point, e.Text, e.Answer, e.detail)
	}
	for _, thing := range w.account.Journal.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		fmt.Fprintf(&b, "%s %s %d\n", f.SID, f.Status, f.ErrorCode)
	}
	d := w.director
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, deviation := range d.schedule {
		marked := deviation.What == explore.Kill || deviation.What == explore.With
		if marked && d.hit[deviation.String()] {
			fmt.Fprintln(&b, deviation)
		}
	}
	return aliased(w.masked(b.String()))
}

// masked replaces the addresses of this run, and what the scenario says differs from run to run.
func (w *world) masked(text string) string {
	text = w.handsets.usual(text)
	for _, re := range w.director.hide {
		text = re.ReplaceAllString(text, "…")
	}
	for _, address := range []string{w.url, url.QueryEscape(w.url)} {
		text = strings.ReplaceAll(text, address, "$TWILSIM_URL")
	}
	return w.withoutDirs(text)
}

// withoutDirs replaces the directories of this run by the names that the app knows them by.
func (w *world) withoutDirs(text string) string {
	for _, dir := range []struct{ path, name string }{{w.common.state, "$APP_STATE"},
		{filepath.Join(w.dir, ".tmp", "state"), "$APP_STATE"}, {w.dir, "$WORK"}} {
		if dir.path != "" && dir.path != "." {
			text = strings.ReplaceAll(text, dir.path, dir.name)
		}
	}
	return text
}

// aliased replaces SIDs by names in the order in which they appear. So runs whose SIDs differ have
// the same text.
func aliased(text string) string {
	names := map[string]string{}
	return volatile().ReplaceAllStringFunc(text, func(sid string) string {
		name, ok := names[sid]
		if !ok {
			name = sid[:2] + strconv.Itoa(len(names)+1)
			names[sid] = name
		}
		return name
	})
}

// lines returns the entries as reports show them.
func lines(entries []doorEntry, volatile map[string]bool) []explore.Line {
	all := make([]explore.Line, len(entries))
	for i, e := range entries {
		all[i] = e.Line
		all[i].Text, all[i].Answer = aliased(e.Text), aliased(e.Answer)
		if at := strings.IndexByte(e.Text, '"'); volatile[e.Point] && at > 0 {
			all[i].Text = aliased(e.Text[:at]) + "…"
		}
	}
	return all
}

// remember returns what the directors of other runs must know of this one.
func (w *world) remember(entries []doorEntry, requests []scriptRequest) *memory {
	d := w.director
	m := &memory{
		entries: entries, requests: requests, sids: map[string]string{}, volatile: map[string]bool{},
		counts: w.received(), failures: map[string]bool{},
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	m.points, m.creates, m.replyTo, m.texts = d.points, d.creates, d.replyTo, d.stories
	for sid, name := range d.names {
		m.sids[name] = sid
	}
	for i, p := range m.points {
		if p.Kind != explore.Create {
			continue
		}
		made := slices.ContainsFunc(m.creates,
			func(c *createRequest) bool { return c.name == p.Name && c.sid != "" })
		m.points[i].Refused = !made
	}
	return m
}

// received counts how often each handset got each text. Texts that did not arrive do not count.
// SIDs in texts count as equal.
func (w *world) received() map[string]int {
	counts := map[string]int{}
	for _, thing := range w.account.Journal.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		if f.Direction == messaging.Inbound || f.Status == "failed" || f.Status == "undelivered" ||
			f.Status == "canceled" {
			continue
		}
		counts[w.handsets.usual(f.To+" "+volatile().ReplaceAllString(f.Body, "SID"))]++
	}
	return counts
}
