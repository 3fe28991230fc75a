package fault

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestKinds checks that each row of the table is complete and agrees with itself.
func TestKinds(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(string(k.Kind), func(t *testing.T) {
			list, err := Parse(k.Example)
			if err != nil {
				t.Fatal(err)
			}
			f := list[0]
			if len(list) != 1 || f.Kind != k.Kind || list.String() != k.Example || f.Describe() == "" {
				t.Errorf("the example %q is %+v, written %q, described %q", k.Example, f, list, f.Describe())
			}
			word, _, _ := strings.Cut(string(k.Kind), "[")
			if !strings.HasPrefix(k.Form, word) || k.Help == "" || strings.HasSuffix(k.Help, ".") {
				t.Errorf("form %q, help %q", k.Form, k.Help)
			}
			for _, purpose := range Purposes() {
				if err := list.Misfit(purpose); err != nil &&
					(k.Webhooks == "" || strings.Contains(k.Webhooks, "="+purpose)) {
					t.Errorf("it fits %q, but: %v", k.Webhooks, err)
				}
			}
		})
	}
}

func TestList(t *testing.T) {
	list, err := Parse("late:1m,cut,signature:stale,param,param:A%2Cb=c+d%0A=")
	if err != nil {
		t.Fatal(err)
	}
	want := List{
		{Kind: Late, Wait: time.Minute}, {Kind: Cut, Bytes: -1},
		{Kind: BadSignature, Signature: SignatureStale},
		{Kind: Param, Name: "FutureParameter", Value: "1"}, {Kind: Param, Name: "A,b", Value: "c d\n="},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("Parse (-want +got)\n%s", diff)
	}
	ruled := list.ForRule("r3")
	const words = "late:1m,cut,signature:stale,param:FutureParameter=1,param:A%2Cb=c+d%0A%3D"
	if got := ruled.Note(); got != "rule r3 "+words || list.Rule() != "" {
		t.Errorf("Note = %q, and the first list has rule %q", got, list.Rule())
	}
	if f, ok := ruled.Get(Cut); !ok || f.Bytes != -1 || f.Rule != "r3" {
		t.Errorf("Get(Cut) = %+v, %v", f, ok)
	}
	if f, ok := ruled.Get(Drop); ok {
		t.Errorf("Get(Drop) = %+v", f)
	}
	if none := (List)(nil); none.Note() != "" || none.Rule() != "" || !none.Fit(Webhook{}) {
		t.Errorf("the empty list has note %q, rule %q", none.Note(), none.Rule())
	}
}

func TestListJSON(t *testing.T) {
	type exchange struct {
		Faults List `json:"fault,omitempty"`
	}
	list, err := Parse("delay:5s,cut")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		in   exchange
		want string
	}{
		{exchange{}, `{}`},
		{exchange{list.ForRule("r1")}, `{"fault":{"rule":"r1","what":"delay:5s,cut"}}`},
	} {
		data, err := json.Marshal(tt.in)
		if err != nil || string(data) != tt.want {
			t.Errorf("json.Marshal = %s, %v, want %s", data, err, tt.want)
		}
		var again exchange
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.in, again); diff != "" {
			t.Errorf("%s (-first +again)\n%s", data, diff)
		}
	}
	var bad exchange
	err = json.Unmarshal([]byte(`{"fault":{"rule":"r1","what":"dorp"}}`), &bad)
	if err == nil || err.Error() != `fault: unknown fault "dorp", did you mean drop?` {
		t.Errorf("a bad fault gives the error %v", err)
	}
}

// FuzzParse checks that faults come back from their words, and that Describe says something.
func FuzzParse(f *testing.F) {
	for _, k := range Kinds() {
		f.Add(string(k.Kind))
		f.Add(k.Example)
	}
	f.Add("late:1m,cut,signature:stale,param,param:A%2Cb=c+d%0A=")
	f.Add("delay:1d12h,duplicate:100,cut:0")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(list.String())
		if diff := cmp.Diff(list, again); err != nil || diff != "" {
			t.Errorf("%q: %v (-first +again)\n%s", s, err, diff)
		}
		if text := list.Describe(); text == "" || strings.ContainsAny(text, "\n\x1b\x00") {
			t.Errorf("%q is described as %q", s, text)
		}
	})
}
