package carrier

import (
	"fmt"
	"slices"
	"sync"

	"twilsim/simulator/errcode"
	"twilsim/simulator/suggest"
)

// Outcome is a script with a name. An outcome with a Refuse may have a Script too, for the messages
// that the API accepts nevertheless. Callers may change the Script: each gets a copy.
type Outcome struct {
	Name   string
	Script Script // what happens to an accepted message; empty if its status does not change
	Code   int    // the error code that the outcome is about; 0 for none
	Text   string // for a person: Twilio's title of Code, or a description
	Refuse int    // the code with which the API refuses the message at once; 0 for none
}

// Final returns the status in which the outcome leaves a message that began as queued, "" if the
// API refuses the message.
func (o Outcome) Final() Status {
	switch {
	case len(o.Script) > 0:
		return o.Script[len(o.Script)-1].Status
	case o.Refuse != 0:
		return ""
	}
	// the outcome stuck: nothing happens
	return Queued
}

// plain are the outcomes without a delivery code. If Refuse is set, the script is for the messages
// that Twilio accepts nevertheless: a message through a Messaging Service to a recipient who opted
// out is accepted and fails later (F-232).
var plain = []struct {
	name, script, text string
	refuse             int
}{
	{"delivered", "sent,delivered", "delivered", 0},
	// F-162
	{"read", "sent,delivered,read", "delivered and opened, on channels with such receipts", 0},
	// F-168
	{"sent-only", "sent", "sent, no receipt ever comes", 0},
	{"late", "sent,delivered@30s", "delivered after 30 s", 0},
	{"duplicated", "sent,delivered*2", "delivered, the last callback comes twice", 0},
	// F-169
	{"reordered", "sent>2s,delivered@1s",
		"delivered, the callback of delivered comes before that of sent", 0},
	{"lost-final", "sent,~delivered", "delivered, the last callback is lost", 0},
	{"stuck", "", "stays queued, nothing comes", 0},
	{"opted-out", "failed:21610@1s", "refused: the recipient opted out", 21610}, // F-206, F-447
	{"rate-limited", "", "refused: too many requests", 20429},                   // F-378
}

// coded are the outcomes with a delivery code: the codes of facts E.2, E.3 and E.4 with which an
// accepted message can end. Codes that refuse a request, that only occur as alerts, or that are
// about inbound messages (30009, 30038, 30039) are not here.
var coded = []struct {
	code int
	name string
}{
	{30001, "queue-overflow"},
	{30002, "suspended"},
	{30003, "unreachable"},
	{30004, "blocked"},
	{30005, "unknown"},
	{30006, "landline"},
	{30007, "filtered"},
	{30008, "unknown-error"},
	{30010, "max-price"},
	{30011, "mms-unsupported"},
	{30012, "ttl-too-small"},
	{30013, "ttl-too-big"},
	{30014, "to-invalid"},
	{30015, "channel-unsupported"},
	{30016, "channel-mismatch"},
	{30017, "congestion"},
	{30018, "sender-id-warning"},
	{30019, "too-large"},
	{30020, "scheduling-failure"},
	{30021, "service-failure"},
	{30022, "a2p-rate-limit"},
	{30023, "a2p-daily-cap"},
	{30024, "sender-not-provisioned"},
	{30027, "t-mobile-daily-limit"},
	{30028, "api-version"},
	{30032, "toll-free-unverified"},
	{30033, "campaign-suspended"},
	{30034, "unregistered"},
	{30035, "number-pending"},
	{30036, "expired"},
	{30037, "outbound-disabled"},
	{30040, "sender-id-required"},
	{30041, "sender-restricted"},
	{30042, "sender-id-unauthorized"},
	{30043, "domestic-gateway"},
	{30044, "trial-too-long"},
	{30046, "rcs-unconfirmed"},
	{30410, "provider-timeout"},
	{30450, "pumping"},
	{30454, "message-limit"},
	{30500, "internal-error"},
	{63001, "channel-authentication"},
	{63002, "channel-from-unknown"},
	{63003, "channel-to-unknown"},
	{63005, "channel-rejected"},
	{63006, "channel-format"},
	{63008, "channel-misconfigured"},
	{63009, "channel-5xx"},
	{63010, "channel-internal-error"},
	{63011, "channel-bad-request"},
	{63012, "channel-provider-error"},
	{63013, "channel-policy"},
	{63014, "channel-blocked"},
	{63015, "sandbox-not-joined"},
	{63016, "outside-window"},
	{63017, "rate-limit"},
	{63018, "channel-rate-limit"},
	{63019, "media-download"},
	{63020, "business-manager"},
	{63021, "channel-content"},
	{63022, "vname-certificate"},
	{63023, "channel-error"},
	{63024, "recipient-invalid"},
	{63025, "media-exists"},
	{63026, "channel-spam"},
	{63027, "template-missing"},
	{63028, "template-parameters"},
	{63029, "template-download"},
	{63030, "channel-parameter"},
	{63032, "whatsapp-limitation"},
	{63033, "channel-opted-out"},
	{63034, "media-too-large"},
	{63035, "rcs-not-permitted"},
	{63036, "rcs-unreachable"},
	{63037, "media-upload"},
	{63040, "template-rejected"},
	{63041, "template-paused"},
	{63042, "template-disabled"},
	{63049, "marketing-withheld"},
	{63050, "marketing-opted-out"},
	{63051, "sender-locked"},
}

// outcomes returns the whole list. It is made at its first use, because parsing all scripts costs
// time that most commands do not need to spend.
var outcomes = sync.OnceValue(func() []Outcome {
	var list []Outcome
	for _, p := range plain {
		o := Outcome{Name: p.name, Text: p.text, Code: p.refuse, Refuse: p.refuse}
		if p.script != "" {
			o.Script = mustParse(p.script)
		}
		list = append(list, o)
	}
	for _, c := range coded {
		list = append(list, Outcome{Name: c.name, Code: c.code, Text: errcode.Title(c.code),
			Script: ending(c.code)})
	}
	return list
})

// ending returns the script of a delivery that ends with code, in the status of the table.
func ending(code int) Script {
	row, _ := errcode.Lookup(code)
	return endingIn(Status(row.Final), code)
}

// endingIn returns the script of a delivery that ends with code in a status. A carrier reports
// undelivered, 2 s after acceptance; Twilio itself sets failed, before it sends anything (F-160,
// F-161, F-167).
func endingIn(final Status, code int) Script {
	if final == Undelivered {
		return mustParse(fmt.Sprintf("sent,undelivered:%d@2s", code))
	}
	return mustParse(fmt.Sprintf("failed:%d@1s", code))
}

// Other returns the outcome of a code whose final status no source states, with the other of the
// two: failed for undelivered, and the other way round (F-499). Anything else is returned as it is.
func (t Then) Other() Then {
	if t.Name == "" || len(t.Script) == 0 {
		return t
	}
	last := t.Script[len(t.Script)-1]
	if row, ok := errcode.Lookup(last.Code); !ok || !row.Inferred || row.Final == "" {
		return t
	}
	other := Undelivered
	if last.Status == Undelivered {
		other = Failed
	}
	t.Script = endingIn(other, last.Code)
	return t
}

// mustParse parses a script of this file, where an error is a mistake in the program.
func mustParse(s string) Script {
	script, err := ParseScript(s)
	if err != nil {
		panic(err)
	}
	return script
}

// Outcomes returns all outcomes: first those without a delivery code, then in the order of the
// code.
func Outcomes() []Outcome {
	list := slices.Clone(outcomes())
	for i := range list {
		list[i].Script = slices.Clone(list[i].Script)
	}
	return list
}

// LookupOutcome returns the outcome called name. The error names the nearest one.
func LookupOutcome(name string) (Outcome, error) {
	if o, ok := findOutcome(name); ok {
		return o, nil
	}
	if near := suggest.Nearest(name, outcomeNames()); near != "" {
		return Outcome{}, fmt.Errorf("unknown outcome %q, did you mean %s?", name, near)
	}
	return Outcome{}, fmt.Errorf("unknown outcome %q (some outcomes: delivered, unreachable, "+
		"filtered, stuck)", name)
}

// OutcomeOf returns the outcome of a delivery code, and whether there is one. Outcomes that refuse
// a message have a code too, but are not about delivery.
func OutcomeOf(code int) (Outcome, bool) {
	for _, o := range outcomes() {
		if o.Code == code && o.Refuse == 0 {
			return o, true
		}
	}
	return Outcome{}, false
}

func findOutcome(name string) (Outcome, bool) {
	i := slices.IndexFunc(outcomes(), func(o Outcome) bool { return o.Name == name })
	if i < 0 {
		return Outcome{}, false
	}
	o := outcomes()[i]
	o.Script = slices.Clone(o.Script)
	return o, true
}

func outcomeNames() []string {
	var names []string
	for _, o := range outcomes() {
		names = append(names, o.Name)
	}
	return names
}
