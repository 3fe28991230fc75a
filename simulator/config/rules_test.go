package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
)

var rulesTests = []struct {
	name string
	yaml string
	want []string // each rule in words
	err  string
}{
	{"empty", "", nil, ""},
	{"comments alone", "# nothing\n", nil, ""},
	{"a number keeps its plus", "- to: +12025550142\n  then: unreachable\n",
		[]string{"to=+12025550142 then=unreachable"}, ""},
	{"quoted", "- to: \"+44*\"\n  then: 'sent,delivered*3'\n",
		[]string{"to='+44*' then='sent,delivered*3'"}, ""},
	{"on one line", "- {then: stuck, times: 2, chance: 20%}\n",
		[]string{"then=stuck times=2 chance=20%"}, ""},
	{"flags", "- then: stuck\n  race: true\n  overlap: false\n", []string{"then=stuck race"}, ""},
	{"api", "- api: POST:Messages\n  respond: 500\n", []string{"api=POST:Messages respond=500"}, ""},
	{"webhooks", "- webhook: status\n  fault: delay:5s,cut\n  to: +1*\n",
		[]string{"webhook=status to='+1*' fault=delay:5s,cut"}, ""},
	{"a list of faults", "- {webhook: '*', fault: [duplicate, 'param:A=b']}\n",
		[]string{"webhook='*' fault=duplicate:2,param:A=b"}, ""},
	{"a list in a list", "- {webhook: '*', fault: [[drop]]}\n", nil,
		"r.yaml:1:25: fault: want one value"},
	{"wrong fault", "- webhook: status\n  fault: dely:5s\n", nil,
		`r.yaml:2:10: fault: unknown fault "dely:5s"`},
	{"fault alone", "- fault: drop\n", nil,
		"r.yaml:1:3: a rule about webhooks needs both webhook and fault"},
	{"lost callback", "- then: ~sent,delivered\n", []string{"then='~sent,delivered'"}, ""},
	{"disabled", "- {api: POST:Messages, respond: 500, disabled: true}\n",
		[]string{"api=POST:Messages respond=500 disabled"}, ""},
	{"no list", "then: stuck\n", nil, "r.yaml:1:"},
	{"no mapping", "- stuck\n", nil, "r.yaml:1:3: a rule is a mapping"},
	{"a list as a value", "- then: [stuck]\n", nil, "r.yaml:1:9: then: want one value"},
	{"a flag with a value", "- then: stuck\n  race: yes\n", nil,
		`r.yaml:2:9: race: want true or false, not "yes"`},
	{"unknown key", "- then: stuck\n  tims: 2\n", nil, `r.yaml:2:3: unknown word "tims" in a rule`},
	{"wrong value", "- then: stuck\n  times: 0\n", nil,
		`r.yaml:2:10: times: "0" is not a number of times`},
	{"wrong script", "- then: sent,delivrd\n", nil, `r.yaml:1:9: then: unknown status "delivrd"`},
	{"twice", "- then: sent\n  then: stuck\n", nil, "r.yaml:2:3: "},
	{"no YAML", "- then: 'sent\n", nil, "r.yaml:1:"},
	{"without keys", "- {}\n", nil, "r.yaml:1:3: the rule does nothing"},
	{"does nothing", "- to: +1*\n", nil, "r.yaml:1:3: the rule does nothing"},
}

func TestParseRules(t *testing.T) {
	for _, tt := range rulesTests {
		t.Run(tt.name, func(t *testing.T) {
			rules, err := parseRules("r.yaml", []byte(tt.yaml))
			if tt.err != "" {
				var e *Error
				if !errors.As(err, &e) || !strings.HasPrefix(e.What, tt.err) {
					t.Fatalf("got %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, rule := range rules {
				got = append(got, rule.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzParseRules checks that a file is either refused with an Error or has rules that can be
// written.
func FuzzParseRules(f *testing.F) {
	for _, tt := range rulesTests {
		f.Add(tt.yaml)
	}
	f.Fuzz(func(t *testing.T, yaml string) {
		rules, err := parseRules("r.yaml", []byte(yaml))
		if err != nil {
			if e := new(Error); !errors.As(err, &e) || e.What == "" {
				t.Errorf("%q: %v is not an Error that says what is wrong", yaml, err)
			}
			return
		}
		for _, rule := range rules {
			if len(rule.Words()) == 0 {
				t.Errorf("%q: a rule without words", yaml)
			}
		}
	})
}

// TestRulesAsYAML: what an export writes is read back, whatever the values hold.
func TestRulesAsYAML(t *testing.T) {
	for _, words := range [][]string{
		{"to=+44*", "then=sent*2@1s>5s,delivered@4s", "times=2", "chance=20%", "race"},
		{"body=~\": {}#'\U0001F600 <&>", "then=~sent,delivered", "disabled"},
		{"webhook=*", "fault=delay:5s,param:A=b"}, {"api=POST:Messages", "respond=500"},
	} {
		want, err := carrier.ParseRule(words)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseRules("r.yaml", []byte(want.YAML()))
		if err != nil || len(got) != 1 || got[0].String() != want.String() {
			t.Errorf("%s is read as %v, %v", want.YAML(), got, err)
		}
	}
}
