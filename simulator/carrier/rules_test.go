package carrier

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// never fails the test when a chance is drawn.
func never(t *testing.T) func() float64 {
	return func() float64 {
		t.Error("a chance was drawn")
		return 0
	}
}

func always(chance float64) func() float64 { return func() float64 { return chance } }

// idsOf lists the rules as "r1 then=sent".
func idsOf(rules []Rule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.ID+" "+r.String())
	}
	return out
}

func TestMatchFields(t *testing.T) {
	m := Message{To: "+12025550142", From: "+12025550100", Body: "get free money", Service: "MG01",
		Direction: "outbound-reply"}
	tests := []struct {
		words []string
		want  bool
	}{
		{nil, true},
		{[]string{"to=+1202*"}, true},
		{[]string{"to=+44*"}, false},
		{[]string{"from=+12025550100"}, true},
		{[]string{"from=+12025550101"}, false},
		{[]string{"body=~fr.e"}, true},
		{[]string{"body=free"}, false},
		{[]string{"service=MG01"}, true},
		{[]string{"service="}, false},
		{[]string{"direction=outbound-*"}, true},
		{[]string{"direction=outbound-api"}, false},
		{[]string{"to=+1202*", "body=*free*", "service=MG*"}, true},
		{[]string{"to=+1202*", "body=*cheap*", "service=MG*"}, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.words), func(t *testing.T) {
			var rules Rules
			rules.Add(mustRule(t, append(tt.words, "then=stuck")...))
			if _, got := rules.Match(m, never(t)); got != tt.want {
				t.Errorf("Match = %v, want %v", got, tt.want)
			}
			if _, ok := rules.Response("POST", "/2010-04-01/Accounts/AC1/Messages.json",
				never(t)); ok {
				t.Error("a rule about messages took a request")
			}
		})
	}
}

// TestMatchOrder checks that the first matching rule decides, without those that are used up or
// whose chance says no.
func TestMatchOrder(t *testing.T) {
	var rules Rules
	rules.Add(mustRule(t, "api=POST:Messages", "respond=500"))
	rules.Add(mustRule(t, "to=+44*", "then=failed"))
	rules.Add(mustRule(t, "to=+1*", "then=filtered", "chance=20%"))
	rules.Add(mustRule(t, "to=+1*", "then=unreachable", "times=2"))
	rules.Add(mustRule(t, "then=delivered"))

	m := Message{To: "+12025550142"}
	var got []string
	for _, chance := range []float64{0.2, 0.19, 0.9, 0.9, 0} {
		r, _ := rules.Match(m, always(chance))
		got = append(got, fmt.Sprint(r.ID, " ", r.Used))
	}
	if diff := cmp.Diff([]string{"r4 1", "r3 1", "r4 2", "r5 1", "r3 2"}, got); diff != "" {
		t.Errorf("rules that matched (-want +got)\n%s", diff)
	}
	if r, ok := rules.Match(Message{To: "+33"}, never(t)); !ok || r.ID != "r5" {
		t.Errorf("got %s, want r5 without a chance drawn", r.ID)
	}
	if list := rules.List(); !list[3].Exhausted() ||
		list[3].Describe() != "to +1*   unreachable: sent 0.5s, undelivered 30003 2s   used up" {
		t.Errorf("r4 is %s", list[3].Describe())
	}
}

func TestMatchNothing(t *testing.T) {
	var rules Rules
	if r, ok := rules.Match(Message{}, nil); ok || r.ID != "" {
		t.Errorf("no rules, but %v", r)
	}
	if r, ok := rules.Response("POST", "/", nil); ok || r.ID != "" {
		t.Errorf("no rules, but %v", r)
	}
}

func TestResponse(t *testing.T) {
	const create, one = "/2010-04-01/Accounts/AC1/Messages.json",
		"/2010-04-01/Accounts/AC1/Messages/SM1.json"
	tests := []struct {
		api, method, path string
		want              bool
	}{
		{"POST:Messages", "POST", create, true},
		{"POST:Messages", "POST", "/2010-04-01/Accounts/AC1/Messages", true},     // F-382
		{"POST:Messages", "POST", "/2010-04-01/Accounts/AC1/Messages.xml", true}, // F-382
		{"POST:Messages", "GET", create, false},
		{"POST:Messages", "POST", one, false},
		{"POST:Messages/*", "POST", one, true},
		{"POST:Messages/*", "POST", create, false},
		{"POST:Messages/SM1", "POST", one, true},
		{"*:Messages", "GET", create, true},
		{"*:Message?", "GET", create, true},
		{"*:Services/*/PhoneNumbers", "POST", "/v1/Services/MG1/PhoneNumbers", true},
		{"*:Services/*/PhoneNumbers", "POST", "/v1/Services/MG1/ShortCodes", false},
		{"*:Services/*/PhoneNumbers", "POST", "/PhoneNumbers", false},
		{"*:Services", "POST", "/v1/Services/", true},
		{"*:a/b/c/d", "POST", "/v1", false},
	}
	for _, tt := range tests {
		t.Run(tt.api+" "+tt.method+" "+tt.path, func(t *testing.T) {
			var rules Rules
			rules.Add(mustRule(t, "then=failed"))
			rules.Add(mustRule(t, "api="+tt.api, "respond=429"))
			r, got := rules.Response(tt.method, tt.path, never(t))
			if got != tt.want || got && (r.Respond != Response{Status: 429} || r.Used != 1) {
				t.Errorf("Response = %v, %v, want %v", r, got, tt.want)
			}
			if m, _ := rules.Match(Message{}, never(t)); m.ID != "r1" {
				t.Errorf("a message met %s, want r1", m.ID)
			}
		})
	}
}

func TestRulesList(t *testing.T) {
	var rules Rules
	// Add sets the ID and the count
	a := rules.Add(Rule{ID: "r9", Used: 3, Then: Then{Name: "stuck"}})
	rules.Add(mustRule(t, "then=failed"))
	rules.Add(mustRule(t, "then=late"))
	if a.ID != "r1" || a.Used != 0 {
		t.Errorf("Add returned %+v", a)
	}
	rules.Match(Message{}, nil)
	if err := rules.Remove("r2"); err != nil {
		t.Error(err)
	}
	d := rules.Add(mustRule(t, "then=read")) // an ID is not used twice
	if diff := cmp.Diff([]string{"r1 then=stuck", "r3 then=late", "r4 then=read"},
		idsOf(rules.List())); diff != "" {
		t.Errorf("List (-want +got)\n%s", diff)
	}

	list := rules.List()
	got := rules.Replace([]Rule{d, {ID: "r4", Then: Then{Name: "late"}},
		{ID: "x", Used: 5, Then: Then{Name: "sent-only"}}, list[0]})
	want := []string{"r4 then=read", "r5 then=late", "r6 then=sent-only", "r1 then=stuck"}
	if diff := cmp.Diff(want, idsOf(got)); diff != "" || got[3].Used != 1 || got[2].Used != 0 {
		t.Errorf("Replace (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(want, idsOf(rules.List())); diff != "" {
		t.Errorf("List after Replace (-want +got)\n%s", diff)
	}

	rules.Reset()
	if again := rules.Add(mustRule(t, "then=failed")); again.ID != "r1" || len(rules.List()) != 1 {
		t.Errorf("after Reset: %v", idsOf(rules.List()))
	}
}

// TestRuleNumbers checks that a new rule gets a number above all earlier ones, including those that
// came with Replace.
func TestRuleNumbers(t *testing.T) {
	var rules Rules
	add := func(want string) {
		t.Helper()
		if r := rules.Add(mustRule(t, "then=failed")); r.ID != want {
			t.Errorf("Add gives %s, want %s", r.ID, want)
		}
	}
	named := func(id string) Rule { return mustRule(t, "then=failed").withID(id, 0) }
	rules.Replace([]Rule{named("r3"), named(""), named("r7"), named("")})
	if diff := cmp.Diff([]string{"r3 then=failed", "r8 then=failed", "r7 then=failed",
		"r9 then=failed"}, idsOf(rules.List())); diff != "" {
		t.Errorf("Replace (-want +got)\n%s", diff)
	}
	add("r10")
	rules.Replace([]Rule{named("r2")}) // a lower number does not count back
	add("r11")
	rules.Replace(nil)
	add("r12")
	// not IDs that Rules could have given
	rules.Replace([]Rule{named("r0"), named("r-1"), named("r013"), named("x20"), named("20")})
	add("r18")
}

func TestRemoveErrors(t *testing.T) {
	var rules Rules
	check := func(want string) {
		t.Helper()
		if err := rules.Remove("r99"); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	check(`no rule "r99", there are no rules`)
	rules.Add(mustRule(t, "then=failed"))
	rules.Add(mustRule(t, "then=failed"))
	check(`no rule "r99", there are r1 r2`)
	for range 10 {
		rules.Add(mustRule(t, "then=failed"))
	}
	check(`no rule "r99", there are r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 and 2 more`)
}

// TestRulesConcurrently checks that a rule with a limit applies exactly so often while the list is
// read and changed.
func TestRulesConcurrently(t *testing.T) {
	var rules Rules
	rules.Add(mustRule(t, "then=failed", "times=50"))
	var wg sync.WaitGroup
	taken := make([]int, 8)
	for i := range taken {
		wg.Go(func() {
			for range 20 {
				if _, ok := rules.Match(Message{}, nil); ok {
					taken[i]++
				}
				rules.List()
				r := rules.Add(mustRule(t, "to=nobody", "then=failed"))
				if err := rules.Remove(r.ID); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range taken {
		total += n
	}
	if total != 50 {
		t.Errorf("the rule applied %d times, want 50", total)
	}
}

// BenchmarkMatch matches a message that only the last of 100 rules is about.
func BenchmarkMatch(b *testing.B) {
	var rules Rules
	for i := range 98 {
		rules.Add(mustRule(b, fmt.Sprintf("to=+1202555%04d", i), "then=failed"))
	}
	rules.Add(mustRule(b, "to=+44*", "then=failed"))
	rules.Add(mustRule(b, "then=delivered"))
	m := Message{To: "+12025559999", Body: "code 123456"}
	b.ReportAllocs()
	for b.Loop() {
		if r, _ := rules.Match(m, nil); r.ID != "r100" {
			b.Fatal(r.ID)
		}
	}
}

func TestRaces(t *testing.T) {
	var l Rules
	for _, words := range []string{"to=+1202* then=sent", "then=sent race times=1", "then=stuck"} {
		r, err := ParseRule(strings.Fields(words))
		if err != nil {
			t.Fatal(err)
		}
		l.Add(r)
	}
	one := func() float64 { return 0 }
	got := []bool{l.Races(Message{To: "+12025550142"}), l.Races(Message{To: "+13125550142"})}
	l.Match(Message{To: "+13125550142"}, one)
	got = append(got, l.Races(Message{To: "+13125550142"})) // the rule is used up
	if want := []bool{false, true, false}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRulesReportChanges checks that each change of the rules is reported. A change that is not
// reported is not stored, and the next start does not have it.
func TestRulesReportChanges(t *testing.T) {
	rule := mustRule(t, "then=delivered")
	for _, tt := range []struct {
		name   string
		change func(*Rules)
	}{
		{"Add", func(l *Rules) { l.Add(rule) }},
		{"AddFirst", func(l *Rules) { l.AddFirst(rule) }},
		{"Change", func(l *Rules) { _, _ = l.Change("r1", rule) }},
		{"Disable", func(l *Rules) { _ = l.Disable("r1", true) }},
		{"Move", func(l *Rules) { _ = l.Move("r1", 1) }},
		{"Remove", func(l *Rules) { _ = l.Remove("r1") }},
		{"Replace", func(l *Rules) { l.Replace(nil) }},
		{"Reset", func(l *Rules) { l.Reset() }},
		{"Match", func(l *Rules) { l.Match(Message{}, never(t)) }},
	} {
		var rules Rules
		changes := 0
		rules.OnChange(func() { changes++ })
		rules.Add(rule)
		rules.Add(rule)
		changes = 0
		if tt.change(&rules); changes != 1 {
			t.Errorf("%s reports %d changes, want 1", tt.name, changes)
		}
	}
}

// TestDisable: a rule that is disabled decides nothing, of whatever kind, until it is enabled.
func TestDisable(t *testing.T) {
	var rules Rules
	rules.Add(mustRule(t, "then=failed", "race"))
	rules.AddFirst(mustRule(t, "api=POST:Messages", "respond=500"))
	for _, id := range []string{"r1", "r2"} {
		if err := rules.Disable(id, true); err != nil {
			t.Error(err)
		}
	}
	_, about := rules.Match(Message{}, nil)
	_, fails := rules.Response("POST", "/2010-04-01/Accounts/AC1/Messages.json", nil)
	if about || fails || rules.Races(Message{}) || len(rules.Candidates(Message{})) > 0 {
		t.Error("a disabled rule applies")
	}
	if err := rules.Disable("r1", false); err != nil {
		t.Error(err)
	}
	if _, about := rules.Match(Message{}, nil); !about || rules.Disable("r9", true) == nil {
		t.Error("the rule does not apply again, or one that does not exist is disabled")
	}
}
