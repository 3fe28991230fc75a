package carrier

import (
	"fmt"
	"slices"

	"twilsim/simulator/address"
	"twilsim/simulator/fault"
	"twilsim/simulator/pattern"
	"twilsim/simulator/suggest"
)

// RuleKind is what a rule is about; kinds add up to a set.
type RuleKind uint8

// The kinds of rules. A rule is of one kind, but some words can stand in rules of several kinds.
const (
	AboutMessages RuleKind = 1 << iota
	AboutWebhooks
	AboutAPI
	AboutCodes // of Verify
	AboutAny   = AboutMessages | AboutWebhooks | AboutAPI | AboutCodes
)

// Word is a word that a rule can have: a row of the table that the parser, JSON, YAML, help,
// completion and the OpenAPI document are made from.
type Word struct {
	Name     string
	Value    string   // the placeholder of its value, which Help explains: PATTERN; "" for a flag
	Example  string   // a good use of the word: to=+1202*
	Help     string   // one line, without a full stop
	Kinds    RuleKind // the kinds of rules that can have it
	Required bool     // a rule of its kind must have it
	Integer  bool     // JSON has a number where other words have a string
	List     bool     // the value may be a list with commas in it
	Values   []string // all values there are; nil for any number of values

	set func(*Rule, string) error                // parses the value of a word, or obeys a flag
	get func(*Rule) (value string, present bool) // the inverse
	// where the pattern is kept; nil for other words
	pattern func(*Rule) **pattern.Pattern
}

// Flag reports whether the word stands alone, without a value.
func (w Word) Flag() bool { return w.Value == "" }

// Words returns the words of rules in the order in which rules are written.
func Words() []Word { return slices.Clone(words) }

// WordsAbout returns the words of rules of one kind, in their order.
func WordsAbout(kind RuleKind) []Word {
	return slices.DeleteFunc(Words(), func(w Word) bool { return w.Kinds&kind == 0 })
}

// The order is that in which a rule is written: what it is about, the conditions, what it does, and
// how often.
var words = []Word{
	{
		Name: "webhook", Value: "WHICH", Example: "webhook=status", Kinds: AboutWebhooks,
		Required: true,
		Help: "WHICH webhooks: inbound, redirect, fallback, status, event or click, or * for " +
			"all",
		Values: purposes,
		set: func(r *Rule, s string) (err error) {
			r.Webhook, err = parseWebhook(s)
			return err
		},
		get: func(r *Rule) (string, bool) { return r.Webhook, r.Webhook != "" },
	},
	patternWord(Word{
		Name: "to", Example: "to=+1202*", Kinds: AboutMessages | AboutWebhooks | AboutCodes,
		Help: "messages, webhooks of messages, or codes of Verify, to this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.To }, anAddress),
	patternWord(Word{
		Name: "from", Example: "from=+12025550100", Kinds: AboutMessages | AboutWebhooks,
		Help: "messages, or webhooks of messages, from this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.From }, anAddress),
	patternWord(Word{
		Name: "body", Example: "body=~free", Kinds: AboutMessages,
		Help: "messages whose text has this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.Body }, nil),
	patternWord(Word{
		Name: "service", Example: "service=MG*", Kinds: AboutMessages,
		Help: "messages of a Messaging Service whose SID has this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.Service }, nil),
	patternWord(Word{
		Name: "direction", Example: "direction=outbound-reply", Kinds: AboutMessages,
		Help: "messages whose direction has this PATTERN: outbound-api, -reply or -call",
	}, func(r *Rule) **pattern.Pattern { return &r.Direction },
		oneOf("message has direction", directions)),
	patternWord(Word{
		Name: "status", Example: "status=delivered", Kinds: AboutWebhooks,
		Help: "callbacks whose MessageStatus has this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.Status },
		oneOf("callback has status", stringsOf(scriptable))),
	patternWord(Word{
		Name: "path", Example: "path=/status", Kinds: AboutWebhooks,
		Help: "webhooks whose URL has a path of this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.Path }, nil),
	patternWord(Word{
		Name: "url", Example: "url=https://shop.example/*", Kinds: AboutWebhooks,
		Help: "webhooks whose URL, without fragment and credentials, has this PATTERN",
	}, func(r *Rule) **pattern.Pattern { return &r.URL }, nil),
	{
		Name: "then", Value: "SCRIPT", Example: "then=sent,delivered", Kinds: AboutMessages,
		Required: true,
		Help:     "what happens to the messages: a delivery SCRIPT, or the name of an outcome",
		set:      func(r *Rule, s string) (err error) { r.Then, err = ParseThen(s); return err },
		get:      func(r *Rule) (string, bool) { return r.Then.String(), r.aboutMessages() },
	},
	flagWord("race", "the first callback is answered before the API answers, or "+
		"\"sms\" returns",
		func(r *Rule) *bool { return &r.Race }),
	flagWord("overlap", "callbacks of one message may be in flight together",
		func(r *Rule) *bool { return &r.Overlap }),
	flagWord("illegal", "the script may have changes of status that Twilio's messages do not make",
		func(r *Rule) *bool { return &r.Illegal }),
	{
		Name: "fault", Value: "FAULT", Example: "fault=delay:5s", Kinds: AboutWebhooks,
		Required: true,
		List:     true,
		Help:     "FAULT on the way to the app, as delay:5s; several with commas between them",
		set: func(r *Rule, s string) (err error) {
			r.Faults, err = fault.Parse(s)
			return err
		},
		get: func(r *Rule) (string, bool) { return r.Faults.String(), r.Webhook != "" },
	},
	{
		Name: "api", Value: "REQUESTS", Example: "api=POST:Messages", Kinds: AboutAPI,
		Required: true,
		Help:     "REQUESTS of the API: a method or *, and the end of a path, as POST:Messages",
		set:      func(r *Rule, s string) (err error) { r.API, err = parseAPI(s); return err },
		get:      func(r *Rule) (string, bool) { return r.API, r.API != "" },
	},
	{
		Name: "respond", Value: "HOW", Example: "respond=500", Kinds: AboutAPI, Required: true,
		Help: "HOW the API fails: a status, an error as 21408, timeout:20s, reset, lost, lost:20s",
		set:  func(r *Rule, s string) (err error) { r.Respond, err = parseResponse(s); return err },
		get:  func(r *Rule) (string, bool) { return r.Respond.String(), r.API != "" },
	},
	{
		Name: "code", Value: "CODE", Example: "code=123456", Kinds: AboutCodes, Required: true,
		Help: "the CODE that Verify sends, 4 to 10 characters, in place of one from the seed",
		set:  func(r *Rule, s string) (err error) { r.Code, err = parseCode(s); return err },
		get:  func(r *Rule) (string, bool) { return r.Code, r.Code != "" },
	},
	{
		Name: "times", Value: "N", Example: "times=2", Kinds: AboutAny, Integer: true,
		Help: "the rule applies N times, 1 or more; without this word always",
		set:  func(r *Rule, s string) (err error) { r.Times, err = parseTimes(s); return err },
		get:  func(r *Rule) (string, bool) { return fmt.Sprint(r.Times), r.Times > 0 },
	},
	{
		Name: "chance", Value: "P%", Example: "chance=20%", Kinds: AboutAny,
		Help: "the rule applies in P% of the cases, by the seed of the account",
		set:  func(r *Rule, s string) (err error) { r.Chance, err = parseChance(s); return err },
		get:  func(r *Rule) (string, bool) { return formatChance(r.Chance) + "%", r.Chance > 0 },
	},
	{
		Name: "disabled", Example: "disabled", Kinds: AboutAny,
		Help: "the rule keeps its place and its count, and does not apply",
		set:  func(r *Rule, _ string) error { r.Disabled = true; return nil },
		get:  func(r *Rule) (string, bool) { return "", r.Disabled },
	},
}

// patternWord completes the row of a word whose value is a pattern. check refuses patterns that
// match nothing there is; nil accepts all.
func patternWord(w Word, field func(*Rule) **pattern.Pattern,
	check func(pattern.Pattern) error) Word {
	w.Value, w.pattern = "PATTERN", field
	w.set = func(r *Rule, s string) error {
		p, err := pattern.Parse(s)
		if err == nil && check != nil {
			err = check(p)
		}
		if err != nil {
			return err
		}
		*field(r) = &p
		return nil
	}
	w.get = func(r *Rule) (string, bool) {
		if p := *field(r); p != nil {
			return p.String(), true
		}
		return "", false
	}
	return w
}

// anAddress refuses a number that is not written as those of messages are.
func anAddress(p pattern.Pattern) error {
	if text, exact := p.Literal(); exact {
		return address.CheckExact(text)
	}
	return nil
}

// oneOf returns a check that a pattern matches one of the values there are.
func oneOf(what string, values []string) func(pattern.Pattern) error {
	return func(p pattern.Pattern) error {
		if slices.ContainsFunc(values, p.Match) {
			return nil
		}
		if near := suggest.Nearest(p.String(), values); near != "" {
			return fmt.Errorf("no %s %q, did you mean %s?", what, p, near)
		}
		return fmt.Errorf("no %s %q, want %s", what, p, orList(values))
	}
}

// flagWord returns the row of a word that stands alone.
func flagWord(name, help string, field func(*Rule) *bool) Word {
	return Word{
		Name: name, Example: name, Help: help, Kinds: AboutMessages,
		set: func(r *Rule, _ string) error { *field(r) = true; return nil },
		get: func(r *Rule) (string, bool) { return "", *field(r) },
	}
}

// LookupWord returns the word of this name, and whether there is one.
func LookupWord(name string) (Word, bool) {
	i := slices.IndexFunc(words, func(w Word) bool { return w.Name == name })
	if i < 0 {
		return Word{}, false
	}
	return words[i], true
}

func wordNames() []string {
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = w.Name
	}
	return names
}
