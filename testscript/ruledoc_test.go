package testscript

import (
	"os"
	"strings"
	"testing"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
)

// TestRuleDoc checks that the manual explains all words and all faults of rules.
func TestRuleDoc(t *testing.T) {
	data, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, manual, found := strings.Cut(string(data), "\n// # rule\n")
	manual, _, ends := strings.Cut(manual, "\n// # send\n")
	if !found || !ends {
		t.Fatal("doc.go has no section about rule")
	}
	for _, w := range carrier.Words() {
		text := "[" + w.Name + "]"
		if !w.Flag() {
			text = w.Name + "="
		}
		if !strings.Contains(manual, text) {
			t.Errorf("doc.go does not have the word %s of rules", text)
		}
	}
	for _, k := range fault.Kinds() {
		if !strings.Contains(manual, k.Form) {
			t.Errorf("doc.go does not have the fault %s", k.Form)
		}
	}
}
