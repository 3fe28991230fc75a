package carrier

import (
	"strings"

	"twilsim/simulator/fault"
	"twilsim/simulator/wrap"
)

// WordHelp returns a help text with a line for each word that only rules of this kind, or rules of
// all kinds, can have.
//
//	to=PATTERN         messages, or webhooks of messages, to this PATTERN
func WordHelp(kind RuleKind) string {
	var b strings.Builder
	for _, w := range words {
		if common := w.Kinds == AboutAny; w.Kinds&kind != 0 && common == (kind == AboutAny) {
			b.WriteString(wrap.Row("  "+w.form(), 21, w.Help))
		}
	}
	return b.String()
}

// synopsis returns the words of a rule of one kind on one line, those that may be left out in
// brackets: then=SCRIPT [to=PATTERN] [race].
func synopsis(kind RuleKind) string {
	var required, optional []string
	for _, w := range WordsAbout(kind) {
		if w.Required {
			required = append(required, w.form())
		} else {
			optional = append(optional, "["+w.form()+"]")
		}
	}
	return strings.Join(append(required, optional...), " ")
}

// form returns the word with the placeholder of its value.
func (w Word) form() string {
	if w.Flag() {
		return w.Name
	}
	return w.Name + "=" + w.Value
}

// Property is a member of a rule in JSON, for the schema of an OpenAPI document.
type Property struct {
	Name        string
	Type        string   // string, integer or boolean
	Description string   // sentences
	Enum        []string // all values there are; nil for any number of values
	Minimum     *int     // of an integer; nil for none
	Pattern     string   // a regular expression that a string matches; "" for none
}

// Properties returns the members that a rule has in JSON, in the order in which they are written.
func Properties() []Property {
	zero, one := 0, 1
	list := []Property{{Name: "id", Type: "string", Pattern: "^r[0-9]+$",
		Description: "r1, r2 and so on; given by the server."}}
	for _, w := range words {
		if w.Name == "chance" {
			list = append(list, Property{Name: "used", Type: "integer", Minimum: &zero,
				Description: "How often the rule applied."})
		}
		p := Property{Name: w.Name, Type: "string", Description: sentence(w.Help), Enum: w.Values}
		switch {
		case w.List:
			p.Description += " Each is one of " + strings.Join(fault.Examples(), ", ") + "."
		case w.Flag():
			p.Type = "boolean"
		case w.Integer:
			p.Type, p.Minimum = "integer", &one
		}
		list = append(list, p)
	}
	return list
}

// sentence begins a help text with a capital and ends it with a full stop.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }
