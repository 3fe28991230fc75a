package carrier

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"twilsim/simulator/pattern"
	"twilsim/simulator/shell"
)

// Words returns the words that [ParseRule] reads back. ID and Used are not among them.
func (r Rule) Words() []string { return r.join(func(s string) string { return s }) }

// String returns the words as one line for a shell, with single quotes around a value that the
// shell would not leave alone.
func (r Rule) String() string {
	return strings.Join(r.join(func(value string) string {
		if value == "" {
			return "" // to= needs no quotes
		}
		return shell.Word(value)
	}), " ")
}

// YAML returns the words as an item of a list in YAML, as files of rules have them.
//
//   - to: "+44*"
//     then: "unreachable"
func (r Rule) YAML() string {
	var b strings.Builder
	for _, w := range words {
		value, present := w.get(&r)
		if !present {
			continue
		}
		start := "  "
		if b.Len() == 0 {
			start = "- "
		}
		switch {
		case w.Flag():
			value = "true"
		case !w.Integer:
			value = quoteYAML(value)
		}
		b.WriteString(start + w.Name + ": " + value + "\n")
	}
	return b.String()
}

// quoteYAML puts a text into double quotes. A string of JSON is one of YAML as well.
func quoteYAML(text string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // strings cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

func (r Rule) join(write func(value string) string) []string {
	var texts []string
	for _, w := range words {
		switch value, present := w.get(&r); {
		case !present:
		case w.Flag():
			texts = append(texts, w.Name)
		default:
			texts = append(texts, w.Name+"="+write(value))
		}
	}
	return texts
}

// Describe returns the rule in words for a person, without its ID: what it matches, what it does,
// and how often.
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
		{r.Disabled, "disabled"},
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
	var parts []string
	if r.Code != "" {
		parts = append(parts, "codes of Verify")
	}
	switch r.Webhook {
	case "":
	case anyWebhook:
		parts = append(parts, "any webhook")
	default:
		parts = append(parts, "webhook "+r.Webhook)
	}
	for _, w := range words {
		if w.pattern == nil {
			continue
		}
		if p := *w.pattern(&r); p != nil {
			parts = append(parts, w.Name+" "+describePattern(p))
		}
	}
	if parts == nil {
		return "any message"
	}
	return strings.Join(parts, ", ")
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
	if r.Code != "" {
		return "the code is " + r.Code
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
	case r.Code != "":
		noun = "code"
	}
	if left != 1 {
		noun += "s"
	}
	return fmt.Sprintf("for the next %d %s", left, noun)
}
