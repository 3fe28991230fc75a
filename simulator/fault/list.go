package fault

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// List is everything that goes wrong with one webhook, as one rule asked for it. Each kind occurs
// at most once, Param once for each name. The empty List changes nothing.
type List []Fault

// Parse reads one fault or several with commas between them: delay:5s,duplicate:3.
func Parse(s string) (List, error) {
	var list List
	for word := range strings.SplitSeq(s, ",") {
		f, err := parseOne(word)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, list.check()
}

func parseOne(word string) (Fault, error) {
	name, value, hasValue := strings.Cut(word, ":")
	names := make([]string, len(kinds))
	for i, k := range kinds {
		if names[i] = string(k.Kind); names[i] == name {
			return k.parse(value, hasValue)
		}
	}
	if near := suggest.Nearest(name, names); near != "" {
		return Fault{}, fmt.Errorf("unknown fault %q, did you mean %s?", word,
			near+strings.TrimPrefix(word, name))
	}
	return Fault{}, fmt.Errorf("unknown fault %q, want some of: %s", word,
		strings.Join(Examples(), " "))
}

// check refuses faults that exclude each other. It runs once, when the words are read, so those who
// apply faults need not look for contradictions.
func (l List) check() error {
	var seen []string
	var departs []Kind
	for _, f := range l {
		key, info := f.key(), f.info()
		switch {
		case slices.Contains(seen, key):
			return fmt.Errorf("%s is given twice, want it once", key)
		case info.alone && len(l) > 1:
			return fmt.Errorf("%s leaves nothing for another fault to change, want it alone", f.Kind)
		}
		seen = append(seen, key)
		if info.departs {
			departs = append(departs, f.Kind)
		}
	}
	if len(departs) > 1 {
		return fmt.Errorf("%s and %s both say when the webhook leaves, want one of them",
			departs[0], departs[1])
	}
	return nil
}

// key identifies what the fault changes: its kind, and for a parameter its name.
func (f Fault) key() string {
	if f.Kind == Param {
		name, _, _ := strings.Cut(f.pair(), "=")
		return string(f.Kind) + ":" + name
	}
	return string(f.Kind)
}

// Misfit returns an error for the first fault that can never happen to the webhooks of one purpose.
func (l List) Misfit(purpose string) error {
	w := Webhook{Purpose: purpose} // any method, and whatever else is best for the faults
	for _, f := range l {
		if !f.Fits(w) {
			return fmt.Errorf("%s cannot happen to webhook=%s, want %s", f.Kind, purpose, f.info().Webhooks)
		}
	}
	return nil
}

// Fit reports whether all faults can happen to the webhook w.
func (l List) Fit(w Webhook) bool {
	return !slices.ContainsFunc(l, func(f Fault) bool { return !f.Fits(w) })
}

// Get returns the first fault of a kind, and whether there is one.
func (l List) Get(kind Kind) (Fault, bool) {
	i := slices.IndexFunc(l, func(f Fault) bool { return f.Kind == kind })
	if i < 0 {
		return Fault{}, false
	}
	return l[i], true
}

// ForRule returns a copy of the list that says which rule asked for the faults.
func (l List) ForRule(id string) List {
	faults := slices.Clone(l)
	for i := range faults {
		faults[i].Rule = id
	}
	return faults
}

// Rule returns the ID of the rule that asked for the faults, "" for none.
func (l List) Rule() string {
	if len(l) == 0 {
		return ""
	}
	return l[0].Rule
}

// String returns the faults as [Parse] reads them, without the rule: delay:5s,cut.
func (l List) String() string { return l.join(Fault.String, ",") }

// Describe returns the faults in a few words for a person: "5s later, cut in the middle".
func (l List) Describe() string { return l.join(Fault.Describe, ", ") }

func (l List) join(text func(Fault) string, separator string) string {
	words := make([]string, len(l))
	for i, f := range l {
		words[i] = text(f)
	}
	return strings.Join(words, separator)
}

// Note returns the rule and the faults: "rule r1 delay:5s,cut"; "" for no faults.
func (l List) Note() string {
	if len(l) == 0 {
		return ""
	}
	return "rule " + l.Rule() + " " + l.String()
}

// listJSON is a list in JSON: {"rule":"r1","what":"delay:5s,cut"}.
type listJSON struct {
	Rule string `json:"rule"`
	What string `json:"what"`
}

// MarshalJSON writes the rule and the faults in the rule's words. The journal keeps the words and
// not the fields: they stay readable when a kind gets new fields.
func (l List) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(listJSON{l.Rule(), l.String()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *List) UnmarshalJSON(data []byte) error {
	var in *listJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*l = nil
	if in == nil {
		return nil
	}
	list, err := Parse(in.What)
	if err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	*l = list.ForRule(in.Rule)
	return nil
}
