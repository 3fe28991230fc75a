package control

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/messaging"
)

func TestAddRule(t *testing.T) {
	tests := []struct {
		name, body  string
		status      int
		answer, try string // answer is the rule, or the error
	}{
		{"by its words", `{"words":["to=+1202*","then=sent,delivered","times=2"]}`, 201,
			`{"id":"r1","to":"+1202*","then":"sent,delivered","times":2}`, ""},
		{"as it is answered", `{"to":"+44*","then":"sent@1s>5s,delivered@4s","chance":"20%"}`, 201,
			`{"id":"r1","to":"+44*","then":"sent@1s>5s,delivered@4s","chance":"20%"}`, ""},
		{"with an ID, which is the server's to give", `{"id":"r7","used":3,"then":"stuck"}`, 201,
			`{"id":"r1","then":"stuck"}`, ""},
		{"about the API", `{"words":["api=POST:Messages","respond=500"]}`, 201,
			`{"id":"r1","api":"POST:Messages","respond":"500"}`, ""},
		{"about webhooks", `{"words":["webhook=status","fault=delay:5s,duplicate","status=sent"]}`, 201,
			`{"id":"r1","webhook":"status","status":"sent","fault":"delay:5s,duplicate:2"}`, ""},
		{"about webhooks, as it is answered",
			`{"webhook":"*","to":"+1*","path":"/x","url":"~y","fault":"drop","times":1}`, 201,
			`{"id":"r1","webhook":"*","to":"+1*","path":"/x","url":"~y","fault":"drop","times":1}`, ""},
		{"misspelt fault", `{"webhook":"status","fault":"cute"}`, 400,
			`fault: unknown fault "cute", did you mean cut?`, ""},
		{"misspelt status", `{"words":["then=sent,delivrd"]}`, 400,
			`then: unknown status "delivrd" at "delivrd"`,
			"delivered   (statuses: queued sending sent delivered undelivered failed read canceled)"},
		{"misspelt outcome", `{"then":"unreachabel"}`, 400,
			`then: unknown status or outcome "unreachabel"`, "unreachable"},
		{"misspelt word", `{"words":["fo=x","then=stuck"]}`, 400,
			`unknown word "fo" in a rule, did you mean to?`, ""},
		{"misspelt member", `{"form":"x","then":"stuck"}`, 400,
			`unknown member "form" in a rule, did you mean from?`, ""},
		{"words and more", `{"words":["then=stuck"],"to":"x"}`, 400, `unknown field "to"`,
			"one of words"},
		{"wrong type", `{"to":1,"then":"stuck"}`, 400, `field "to" has the wrong type: number`,
			"string"},
		{"illegal", `{"then":"delivered,sent"}`, 400,
			"then: a message that is queued cannot become delivered, only sending, sent or failed (the " +
				"word illegal lets it through)",
			"add illegal to allow it"},
		{"nothing", ``, 400,
			"the rule does nothing, want then=… such as then=unreachable, webhook=… and fault=…, " +
				"api=… and respond=…, or code=…", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, messaging.Options{})
			status, body := w.ask("POST", "/rules", tt.body)
			got, try := strings.TrimSpace(body), ""
			if status != 201 {
				e := errorOf(t, body)
				got, try = e.Message, e.Try
			}
			if diff := cmp.Diff([]any{tt.status, tt.answer, tt.try}, []any{status, got,
				try}); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if kept := len(w.account.Rules.List()) == 1; kept != (status == 201) {
				t.Errorf("answered %d, and the rule is kept: %v", status, kept)
			}
		})
	}
}

func rulesOf(rules []carrier.Rule) []string {
	words := []string{}
	for _, r := range rules {
		words = append(words, r.ID+" "+r.String())
	}
	return words
}

func TestReplaceAndRemoveRules(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, then := range []string{"stuck", "late", "blocked"} {
		if _, err := w.client.AddRule(t.Context(), []string{"then=" + then}); err != nil {
			t.Fatal(err)
		}
	}
	left, err := w.client.RemoveRule(t.Context(), "r2")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"r1 then=stuck", "r3 then=blocked"},
		rulesOf(left.Rules)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	kept, err := w.client.ReplaceRules(t.Context(), []carrier.Rule{left.Rules[1], left.Rules[0]})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"r3 then=blocked", "r1 then=stuck"},
		rulesOf(kept.Rules)); diff != "" {
		t.Errorf("moved (-want +got):\n%s", diff)
	}
	if read, err := w.client.Rules(t.Context()); err != nil || cmp.Diff(rulesOf(kept.Rules),
		rulesOf(read.Rules)) != "" {
		t.Errorf("read %v, %v", read, err)
	}
	tests := []struct {
		name, method, path, body string
		status                   int
		message                  string
	}{
		{"one is wrong", "PUT", "/rules", `{"rules":[{"then":"late"},{"words":["then=lat"]}]}`, 400,
			`rule 2: then: unknown status or outcome "lat"`},
		{"one is not an object", "PUT", "/rules", `{"rules":["then=late"]}`, 400,
			"rule 1: a rule is not a JSON object"},
		{"none given", "PUT", "/rules", `{}`, 400, `the field "rules" is missing`},
		{"unknown", "DELETE", "/rules/r9", "", 404, `no rule "r9", there are r3 r1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := w.ask(tt.method, tt.path, tt.body)
			if e := errorOf(t, body); status != tt.status || e.Message != tt.message {
				t.Errorf("got %d %q, want %d %q", status, e.Message, tt.status, tt.message)
			}
			if diff := cmp.Diff([]string{"r3 then=blocked", "r1 then=stuck"},
				rulesOf(w.account.Rules.List())); diff != "" {
				t.Errorf("the rules changed (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := w.client.ReplaceRules(t.Context(), nil); err != nil ||
		len(w.account.Rules.List()) != 0 {
		t.Errorf("%d rules are left, %v", len(w.account.Rules.List()), err)
	}
	if _, body := w.ask("GET", "/rules", ""); strings.TrimSpace(body) != `{"rules":[]}` {
		t.Errorf("no rules are %s", body)
	}
}

func TestOutcomesAndMagic(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	outcomes, err := call[outcomes](t.Context(), w.client, "GET", "/outcomes", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Outcome{
		Name: "unreachable", Script: "sent,undelivered:30003@2s", Final: "undelivered", Code: 30003,
		Text: "Unreachable destination handset", Retry: "later",
	}
	i := slices.IndexFunc(outcomes.Outcomes, func(o Outcome) bool { return o.Name == want.Name })
	if i < 0 {
		t.Fatalf("no %s among %d outcomes", want.Name, len(outcomes.Outcomes))
	}
	if diff := cmp.Diff(want, outcomes.Outcomes[i]); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	magic, err := call[magicNumbers](t.Context(), w.client, "GET", "/magic", nil)
	if err != nil {
		t.Fatal(err)
	}
	first := MagicNumber{Digits: "01", Number: "+15005550101", Outcome: "delivered",
		Text: "delivered"}
	if diff := cmp.Diff(first, magic.Magic[0]); diff != "" {
		t.Errorf("magic (-want +got):\n%s", diff)
	}
}
