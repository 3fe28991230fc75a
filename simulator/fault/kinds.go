package fault

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
	"twilsim/simulator/wrap"
)

// The kinds of faults.
const (
	Delay        Kind = "delay"
	Late         Kind = "late"
	Reorder      Kind = "reorder"
	Duplicate    Kind = "duplicate"
	Drop         Kind = "drop"
	Cut          Kind = "cut"
	Param        Kind = "param"
	BadSignature Kind = "signature"
)

// Info is a row of the table of kinds.
type Info struct {
	Kind     Kind
	Form     string // how it is written, for help: duplicate[:N]
	Example  string // a good word: duplicate:2
	Help     string // what happens to the webhook, without a full stop
	Webhooks string // the rules that can have it, for errors: webhook=status; "" for all

	parse func(value string, hasValue bool) (Fault, error) // value stands behind the colon
	// the inverse, colon included; nil for none
	format   func(Fault) string
	describe func(Fault) string        // a few words for a person
	fits     func(Fault, Webhook) bool // nil if it can happen to any webhook
	// says when the webhook leaves: one such fault per rule
	departs bool
	// leaves nothing for another fault to change
	alone bool
}

// kinds is the table, in the order in which help lists it.
var kinds = []Info{
	{
		Kind: Delay, Form: "delay:TIME", Example: "delay:5s",
		Webhooks: "webhook=inbound or webhook=status",
		Help:     "it leaves so much later; the message's next callbacks wait, so the order stays",
		parse:    func(value string, _ bool) (Fault, error) { return parseWait(Delay, value) },
		format:   formatWait,
		describe: func(f Fault) string { return clock.DescribeDuration(f.Wait) + " later" },
		fits:     canWait, departs: true,
	},
	{ // F-169
		Kind: Late, Form: "late:TIME", Example: "late:5s", Webhooks: "webhook=inbound or webhook=status",
		Help:   "it leaves so much later, and others overtake it",
		parse:  func(value string, _ bool) (Fault, error) { return parseWait(Late, value) },
		format: formatWait,
		describe: func(f Fault) string {
			return clock.DescribeDuration(f.Wait) + " later, others overtake it"
		},
		fits: canWait, departs: true,
	},
	{ // F-169
		Kind: Reorder, Form: "reorder", Example: "reorder",
		Webhooks: "webhook=status or webhook=event",
		Help: "it leaves after the answer to the message's next callback, or the sink's next event; " +
			"the last has none",
		parse:    func(_ string, hasValue bool) (Fault, error) { return parseWord(Reorder, hasValue) },
		describe: func(Fault) string { return "after the next callback" },
		fits:     hasSuccessor, departs: true,
	},
	{ // F-036
		Kind: Duplicate, Form: "duplicate[:N]", Example: "duplicate:2",
		Help:     "it is sent twice, or N times, with one token; the last answer counts",
		parse:    parseDuplicate,
		format:   func(f Fault) string { return ":" + strconv.Itoa(f.Copies) },
		describe: describeDuplicate,
	},
	{
		Kind: Drop, Form: "drop", Example: "drop",
		Help:     "it is never sent, and there is no alert",
		parse:    func(_ string, hasValue bool) (Fault, error) { return parseWord(Drop, hasValue) },
		describe: func(Fault) string { return "never sent" },
		alone:    true,
	},
	{
		Kind: Cut, Form: "cut[:BYTES]", Example: "cut:100", Webhooks: "webhooks that are a POST",
		Help:     "the connection breaks in the middle of the body, or after so many bytes",
		parse:    parseCut,
		format:   formatCut,
		describe: describeCut,
		fits:     hasBody,
	},
	{ // F-026
		Kind: Param, Form: "param[:NAME=VALUE]", Example: "param:Name=Value",
		Help:     "a new parameter is sent and signed; VALUE as in a form, a comma as %2C",
		parse:    parseParam,
		format:   func(f Fault) string { return ":" + f.pair() },
		describe: func(f Fault) string { return "with the parameter " + f.pair() },
	},
	{
		Kind: BadSignature, Form: "signature:HOW", Example: "signature:bad",
		Help:     "bad, missing, replayed, stale (of the token before a rotation) or wrong-url",
		parse:    parseSignature,
		format:   func(f Fault) string { return ":" + string(f.Signature) },
		describe: func(f Fault) string { return "signature " + string(f.Signature) },
		fits:     canReplay,
	},
}

// Kinds returns the table of kinds.
func Kinds() []Info { return slices.Clone(kinds) }

// Examples returns one good word for each kind.
func Examples() []string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = k.Example
	}
	return words
}

// info returns the row of the fault's kind. A Fault with an unknown kind is a mistake in the
// program.
func (f Fault) info() *Info {
	i := slices.IndexFunc(kinds, func(k Info) bool { return k.Kind == f.Kind })
	if i < 0 {
		panic(fmt.Sprintf("fault: no kind %q", f.Kind))
	}
	return &kinds[i]
}

// parseWord is the parser of a kind that has no value.
func parseWord(kind Kind, hasValue bool) (Fault, error) {
	if hasValue {
		return Fault{}, fmt.Errorf("%s has no value, want the word alone", kind)
	}
	return Fault{Kind: kind}, nil
}

func parseWait(kind Kind, value string) (Fault, error) {
	d, err := clock.ParseDuration(value)
	if err != nil || d == 0 {
		return Fault{}, fmt.Errorf("%q is not a time to wait, want something like %s:5s", value, kind)
	}
	return Fault{Kind: kind, Wait: d}, nil
}

func formatWait(f Fault) string { return ":" + clock.FormatDuration(f.Wait) }

// maxCopies bounds what one word in a rule can do to an app.
const maxCopies = 100

func parseDuplicate(value string, hasValue bool) (Fault, error) {
	if !hasValue {
		return Fault{Kind: Duplicate, Copies: 2}, nil
	}
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil || n < 2 || n > maxCopies {
		return Fault{}, fmt.Errorf("%q is not a number of copies, want something like duplicate:3, "+
			"up to %d",
			value, maxCopies)
	}
	return Fault{Kind: Duplicate, Copies: int(n)}, nil
}

func describeDuplicate(f Fault) string {
	if f.Copies == 2 {
		return "sent twice"
	}
	return "sent " + strconv.Itoa(f.Copies) + " times"
}

// half stands for the middle of the body, whatever its length.
const half = -1

// cut:0 sends the header and no body.
func parseCut(value string, hasValue bool) (Fault, error) {
	if !hasValue {
		return Fault{Kind: Cut, Bytes: half}, nil
	}
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return Fault{}, fmt.Errorf("%q is not a number of bytes, want something like cut:100", value)
	}
	return Fault{Kind: Cut, Bytes: int(n)}, nil
}

func formatCut(f Fault) string {
	if f.Bytes < 0 {
		return ""
	}
	return ":" + strconv.Itoa(f.Bytes)
}

func describeCut(f Fault) string {
	if f.Bytes < 0 {
		return "cut in the middle"
	}
	return "cut after " + strconv.Itoa(f.Bytes) + " bytes"
}

func parseParam(value string, hasValue bool) (Fault, error) {
	if !hasValue {
		// No webhook of Twilio's has this parameter.
		return Fault{Kind: Param, Name: "FutureParameter", Value: "1"}, nil
	}
	name, text, err := unescapePair(value)
	if err != nil {
		return Fault{}, fmt.Errorf("%q is not a parameter as a form has it, "+
			"want something like param:Name=Value, a comma as %%2C", value)
	}
	return Fault{Kind: Param, Name: name, Value: text}, nil
}

// unescapePair reads NAME=VALUE, both encoded as in a form.
func unescapePair(s string) (name, value string, err error) {
	rawName, rawValue, found := strings.Cut(s, "=")
	name, nameErr := url.QueryUnescape(rawName)
	value, valueErr := url.QueryUnescape(rawValue)
	if !found || name == "" || nameErr != nil || valueErr != nil {
		return "", "", errors.New("not NAME=VALUE")
	}
	return name, value, nil
}

// pair returns the parameter encoded as in a form.
func (f Fault) pair() string { return url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value) }

func parseSignature(value string, _ bool) (Fault, error) {
	if slices.Contains(signatures, value) {
		return Fault{Kind: BadSignature, Signature: Signature(value)}, nil
	}
	if near := suggest.Nearest(value, signatures); near != "" {
		return Fault{}, fmt.Errorf("unknown signature fault %q, did you mean signature:%s?", value, near)
	}
	last := len(signatures) - 1
	return Fault{}, fmt.Errorf("unknown signature fault %q, want signature: and %s or %s", value,
		strings.Join(signatures[:last], ", "), signatures[last])
}

// Help returns a help text with a line for each kind.
//
//	delay:TIME         it leaves so much later; …
func Help() string {
	var b strings.Builder
	for _, k := range kinds {
		b.WriteString(wrap.Row("  "+k.Form, 21, k.Help))
	}
	return b.String()
}
