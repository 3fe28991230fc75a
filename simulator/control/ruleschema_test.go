package control

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
)

// TestRuleSchema checks that the schema of a rule in openapi.json has the words of package carrier.
func TestRuleSchema(t *testing.T) {
	type property struct {
		Type        string   `json:"type"`
		Description string   `json:"description"`
		Enum        []string `json:"enum"`
		Minimum     *int     `json:"minimum"`
		Pattern     string   `json:"pattern"`
	}
	var document struct {
		Components struct {
			Schemas struct {
				Rule struct {
					Properties map[string]property `json:"properties"`
				}
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(openAPIDocument, &document); err != nil {
		t.Fatal(err)
	}
	want := map[string]property{}
	for _, p := range carrier.Properties() {
		want[p.Name] = property{p.Type, p.Description, p.Enum, p.Minimum, p.Pattern}
	}
	if diff := cmp.Diff(want, document.Components.Schemas.Rule.Properties); diff != "" {
		t.Errorf("the schema of a rule differs from carrier.Properties (-want +got)\n%s", diff)
	}
}
