package carrier

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Webhook is what a rule about webhooks looks at, when the webhook is about to leave.
type Webhook struct {
	Purpose  journal.Purpose
	Method   string // GET or POST
	URL      string // as configured
	To, From string // of the message, as the webhook has them
	Status   string // MessageStatus; "" for a webhook that is no callback
	Alone    bool   // no other callback of its message is to come behind it
	First    bool   // nothing was signed before it
}

// WireFault is one thing that goes wrong with a webhook on its way to the app.
type WireFault interface {
	String() string   // as [ParseWireFaults] reads it: delay:5s
	Describe() string // for a person: 5s later
	change(*Wire)
}

// A choosy fault cannot happen to every webhook.
type choosy interface{ fits(Webhook) bool }

// Wire is what the faults of a rule come to for one webhook.
type Wire struct {
	Wait      time.Duration // it leaves so much later
	Overtaken bool          // others of its message do not wait for it
	Swapped   bool          // it leaves once the next callback of its message was answered
	Fault     webhook.Fault // what happens to it when it leaves
}

// wireForm is how one kind of fault is written.
type wireForm struct {
	name    string
	example string // a good word
	parse   func(value string, hasValue bool) (WireFault, error)
}

func wireForms() []wireForm {
	return []wireForm{
		{"delay", "delay:5s", parseDelay},
		{"late", "late:5s", parseLate},
		{"reorder", "reorder", parseReorder},
		{"duplicate", "duplicate:2", parseDuplicate},
		{"drop", "drop", parseDrop},
		{"cut", "cut:100", parseCut},
		{"param", "param:Name=Value", parseParam},
		{"signature", "signature:bad", parseSignature},
	}
}

// ParseWireFaults reads one fault or several, with commas between them: delay:5s,duplicate:3. Each kind may stand once, param
// once for each name.
func ParseWireFaults(s string) ([]WireFault, error) {
	var faults []WireFault
	for word := range strings.SplitSeq(s, ",") {
		fault, err := parseWireFault(word)
		if err != nil {
			return nil, err
		}
		faults = append(faults, fault)
	}
	return faults, checkWireFaults(faults)
}

func parseWireFault(word string) (WireFault, error) {
	name, value, hasValue := strings.Cut(word, ":")
	forms := wireForms()
	if i := slices.IndexFunc(forms, func(f wireForm) bool { return f.name == name }); i >= 0 {
		return forms[i].parse(value, hasValue)
	}
	names, examples := make([]string, len(forms)), make([]string, len(forms))
	for i, f := range forms {
		names[i], examples[i] = f.name, f.example
	}
	if near := suggest.Nearest(name, names); near != "" {
		return nil, fmt.Errorf("unknown fault %q, did you mean %s?", word, near+strings.TrimPrefix(word, name))
	}
	return nil, fmt.Errorf("unknown fault %q, want some of: %s", word, strings.Join(examples, " "))
}

// kindOf is the name of a fault's kind, and with it that of a param.
func kindOf(f WireFault) string {
	name, value, _ := strings.Cut(f.String(), ":")
	if name == "param" {
		param, _, _ := strings.Cut(value, "=")
		return name + ":" + param
	}
	return name
}

// checkWireFaults refuses what does not go together.
func checkWireFaults(faults []WireFault) error {
	var seen []string
	for _, f := range faults {
		if kind := kindOf(f); slices.Contains(seen, kind) {
			return fmt.Errorf("%s stands twice, want it once", kind)
		}
		seen = append(seen, kindOf(f))
	}
	when := slices.DeleteFunc(slices.Clone(seen), func(kind string) bool {
		return kind != "delay" && kind != "late" && kind != "reorder"
	})
	switch {
	case slices.Contains(seen, "drop") && len(seen) > 1:
		return errors.New("drop leaves nothing for another fault, want it alone")
	case len(when) > 1:
		return fmt.Errorf("%s and %s both say when it leaves, want one of them", when[0], when[1])
	}
	return nil
}

// formatWireFaults writes what ParseWireFaults reads back.
func formatWireFaults(faults []WireFault) string {
	words := make([]string, len(faults))
	for i, f := range faults {
		words[i] = f.String()
	}
	return strings.Join(words, ",")
}

func describeWireFaults(faults []WireFault) string {
	words := make([]string, len(faults))
	for i, f := range faults {
		words[i] = f.Describe()
	}
	return strings.Join(words, ", ")
}

// plainFault is the parser of a fault that is written as a word alone.
func plainFault(f WireFault, hasValue bool) (WireFault, error) {
	if hasValue {
		return nil, fmt.Errorf("%s has no value, want the word alone", f)
	}
	return f, nil
}

// parseWait reads the time of a fault.
func parseWait(name, value string) (time.Duration, error) {
	d, err := clock.ParseDuration(value)
	if err != nil || d == 0 {
		return 0, fmt.Errorf("%q is not a time to wait, want such as %s:5s", value, name)
	}
	return d, nil
}

// leavesLater reports whether a webhook can leave later than it should: a document that another one, or a failure, leads to is
// fetched while its message waits for it.
func leavesLater(w Webhook) bool { return w.Purpose == journal.Inbound || w.Purpose == journal.Status }

// wire returns what the rule's faults do.
func (r Rule) wire() Wire {
	w := Wire{Fault: webhook.Fault{Rule: r.ID, What: formatWireFaults(r.Faults)}}
	for _, f := range r.Faults {
		f.change(&w)
	}
	return w
}

// matchesWebhook reports whether the rule is about w, and all its faults can happen to it.
func (r *Rule) matchesWebhook(w Webhook) bool {
	if r.Webhook == "" || r.Webhook != anyWebhook && r.Webhook != string(w.Purpose) {
		return false
	}
	if !fits(r.To, w.To) || !fits(r.From, w.From) || !fits(r.Status, w.Status) || r.Status != nil && w.Status == "" {
		return false
	}
	if r.URL != nil || r.Path != nil {
		url := signature.SignedURL(w.URL)
		if !fits(r.URL, url) || !fits(r.Path, pathOf(url)) {
			return false
		}
	}
	return !slices.ContainsFunc(r.Faults, func(f WireFault) bool {
		c, ok := f.(choosy)
		return ok && !c.fits(w)
	})
}

// pathOf returns the path of a URL, "" where it has none.
func pathOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Path
}
