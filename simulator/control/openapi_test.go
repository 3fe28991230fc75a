package control

import (
	"encoding/json"
	"strings"
	"testing"

	"twilsim/simulator/carrier"
)

// document is openapi.json as far as these tests read it.
type document struct {
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct{ Description string }
		}
	}
}

func newDocument(t *testing.T) document {
	t.Helper()
	data, err := newOpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestNotes: every line of openapi.txt is about a type or a field that exists.
func TestNotes(t *testing.T) {
	doc := newDocument(t)
	anyField := map[string]bool{}
	for _, s := range doc.Components.Schemas {
		for field := range s.Properties {
			anyField[field] = true
		}
	}
	for about := range notes() {
		name, field, isField := strings.Cut(about, ".")
		s, isType := doc.Components.Schemas[name]
		_, has := s.Properties[field]
		if isField && !has || !isField && !isType && !anyField[name] {
			t.Errorf("openapi.txt has a line about %s, which does not exist", about)
		}
	}
}

// TestRuleSchema: a rule has the words of package carrier, with the help of the command.
func TestRuleSchema(t *testing.T) {
	properties := newDocument(t).Components.Schemas["Rule"].Properties
	for _, p := range carrier.Properties() {
		if got := properties[p.Name].Description; got != p.Description {
			t.Errorf("%s is described as %q, want %q", p.Name, got, p.Description)
		}
	}
	if len(properties) != len(carrier.Properties()) {
		t.Errorf("a rule has %d words, want %d", len(properties), len(carrier.Properties()))
	}
}
