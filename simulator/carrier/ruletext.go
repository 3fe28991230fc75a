package carrier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/pattern"
	"twilsim/simulator/shell"
)

// patternWords are the words whose values are patterns, in the order in which they are written.
var patternWords = []string{"to", "from", "body", "service", "direction", "status", "path", "url"}

// pairs returns the words of the rule with their values; a flag has none.
func (r Rule) pairs() [][2]string {
	var out [][2]string
	add := func(ok bool, key, value string) {
		if ok {
			out = append(out, [2]string{key, value})
		}
	}
	add(r.Webhook != "", "webhook", r.Webhook)
	for _, key := range patternWords {
		if p := *r.field(key); p != nil {
			add(true, key, p.String())
		}
	}
	add(r.API == "" && r.Webhook == "", "then", r.Then.String())
	add(r.Race, "race", "")
	add(r.Overlap, "overlap", "")
	add(r.Illegal, "illegal", "")
	add(r.Webhook != "", "fault", r.Faults.String())
	add(r.API != "", "api", r.API)
	add(r.API != "", "respond", r.Respond.String())
	add(r.Times > 0, "times", strconv.Itoa(r.Times))
	add(r.Chance > 0, "chance", formatChance(r.Chance)+"%")
	return out
}

// Words returns the words that [ParseRule] reads back. ID and Used are not among them.
func (r Rule) Words() []string { return r.join(func(s string) string { return s }) }

// String returns the words as one line for a shell, with single quotes around a value that the shell would not leave alone.
func (r Rule) String() string {
	return strings.Join(r.join(func(value string) string {
		if value == "" {
			return "" // to= is a word as it stands
		}
		return shell.Word(value)
	}), " ")
}

func (r Rule) join(value func(string) string) []string {
	var words []string
	for _, pair := range r.pairs() {
		if slices.Contains(flagWords, pair[0]) {
			words = append(words, pair[0])
			continue
		}
		words = append(words, pair[0]+"="+value(pair[1]))
	}
	return words
}

// Describe says the rule to a person, without its ID: which messages, what happens to them, how often.
//
//	to +12025550142   sent 0.5s, undelivered 30003 2s   for the next 1 message
//	to +44*   sent 1s (callback twice, at 5s), delivered 4s   in 20 %
func (r Rule) Describe() string {
	parts := []string{r.describeMatch(), r.describeAction()}
	for _, note := range []struct {
		ok   bool
		text string
	}{
		{r.Race, "first callback before the API answers"},
		{r.Overlap, "callbacks overlap"},
		{r.Illegal, "illegal ways allowed"},
		{r.Chance > 0, "in " + formatChance(r.Chance) + " %"},
		{r.Times > 0, r.describeTimes()},
	} {
		if note.ok {
			parts = append(parts, note.text)
		}
	}
	return strings.Join(parts, "   ")
}

func (r Rule) describeMatch() string {
	if r.API != "" {
		return "api " + r.API
	}
	var words []string
	switch r.Webhook {
	case "":
	case anyWebhook:
		words = append(words, "any webhook")
	default:
		words = append(words, "webhook "+r.Webhook)
	}
	for _, key := range patternWords {
		if p := *r.field(key); p != nil {
			words = append(words, key+" "+describePattern(p))
		}
	}
	if words == nil {
		return "any message"
	}
	return strings.Join(words, ", ")
}

func describePattern(p *pattern.Pattern) string {
	if s := p.String(); s == "" || strings.ContainsAny(s, " ,") {
		return strconv.Quote(s)
	}
	return p.String()
}

func (r Rule) describeAction() string {
	if r.API != "" {
		return r.Respond.Describe()
	}
	if r.Webhook != "" {
		return r.Faults.Describe()
	}
	return r.Then.Describe()
}

func (r Rule) describeTimes() string {
	if r.Exhausted() {
		return "used up"
	}
	left, noun := r.Times-r.Used, "message"
	switch {
	case r.API != "":
		noun = "request"
	case r.Webhook != "":
		noun = "webhook"
	}
	if left != 1 {
		noun += "s"
	}
	return fmt.Sprintf("for the next %d %s", left, noun)
}
