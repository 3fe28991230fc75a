package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
)

func TestRuleWords(t *testing.T) {
	tests := []struct{ flags, words string }{
		{"--to +1202* --then unreachable --times 2 --chance 20%",
			"to=+1202* then=unreachable chance=20% times=2"},
		{"--webhook status --fault delay:5s --fault duplicate",
			"webhook=status fault=delay:5s,duplicate"},
		{"--webhook inbound --webhook-url */sms --fault cut", "webhook=inbound url=*/sms fault=cut"},
		{"--api POST:Messages --respond 500", "api=POST:Messages respond=500"},
		{"--to +1 --then sent --race", "to=+1 then=sent race"},
		{"--to +1 --then sent --race=false --times 0", "to=+1 then=sent times=0"},
	}
	for _, tt := range tests {
		cmd := &cobra.Command{Use: "add"}
		AddRuleFlags(cmd)
		if err := cmd.ParseFlags(strings.Fields(tt.flags)); err != nil {
			t.Fatal(err)
		}
		got := RuleWords(cmd.Flags())
		want := strings.Fields(tt.words)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.flags, diff)
		}
	}
}

// TestRuleFlagsAreWords checks that every word has a flag and that help does not repeat itself.
func TestRuleFlagsAreWords(t *testing.T) {
	cmd := &cobra.Command{Use: "add"}
	AddRuleFlags(cmd)
	for _, w := range carrier.Words() {
		if cmd.Flags().Lookup(ruleFlag(w)) == nil {
			t.Errorf("the word %s has no flag", w.Name)
		}
	}
}

func TestCompleteRule(t *testing.T) {
	for typed, want := range map[string]string{
		"th": "then=", "then=unreach": "then=unreachable", "webhook=st": "webhook=status", "rac": "race",
	} {
		if got := CompleteRule(typed); !slices.Contains(got, want) {
			t.Errorf("%q is not completed to %s, but to %q", typed, want, got)
		}
	}
	if got := CompleteRule("nonsense="); len(got) > 0 {
		t.Errorf("nonsense= is completed to %q", got)
	}
}
