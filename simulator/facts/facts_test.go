package facts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	got, err := parse(strings.Join([]string{
		"# a comment", "", "source OSC, OAI: https://one.example", "  and https://two.example",
		"section D Message status", "note about all of D",
		"F-003 not simulated: not yet", "  A text `a\\|b`", "  of two lines.",
		"  — OSC, OAI", "  and a third",
		"section D.1 Values", "note c = certain", "columns Status | Meaning", "note i = inferred",
		"F-002 implemented: in part @ scenarios/a.txtar", "  `sent` | taken \\| really", "  — OSC",
		"F-001 advice", "  No row.", "",
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	d := Section{ID: "D", Title: "Message status", Notes: []string{"about all of D"}}
	d1 := Section{
		ID: "D.1", Title: "Values",
		Notes: []string{"about all of D", "c = certain", "i = inferred"},
	}
	want := &sheet{
		sources: []source{{"OSC", "https://one.example and https://two.example"},
			{"OAI", "https://one.example and https://two.example"}},
		facts: []Fact{
			{Number: 1, Section: d1, Status: Advice, Parts: []Part{{Text: "No row."}}},
			{
				Number: 2, Section: d1, Status: Implemented,
				Remark: "in part", Test: "scenarios/a.txtar", Sources: "OSC",
				Parts: []Part{{"Status", "`sent`"}, {"Meaning", "taken | really"}},
			},
			{
				Number: 3, Section: d, Status: NotSimulated,
				Remark: "not yet", Sources: "OSC, OAI and a third",
				Parts: []Part{{Text: "A text `a|b` of two lines."}},
			},
		},
	}
	options := cmp.Options{
		cmp.AllowUnexported(sheet{}, source{}), cmpopts.IgnoreUnexported(Section{}),
	}
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	const begin = "section A a\n"
	for _, tt := range []struct{ name, text, want string }{
		{"unknown word", "fact F-001", `line 1: unknown word "fact"`},
		{"source without address", "\nsource OSC", `line 2: source "OSC" has no address`},
		{"short number", begin + "F-12 advice\n  x",
			`line 2: "F-12 advice" does not begin with a number such as F-154`},
		{"no number", begin + "F-abc advice\n  x",
			`line 2: "F-abc advice" does not begin with a number such as F-154`},
		{"no status", begin + "F-001\n  x", `line 2: F-001 has the unknown status "", ` +
			`want one of ["implemented" "configurable" "not simulated" "advice"]`},
		{"no section", "F-001 advice\n  x", "line 1: F-001 is in no section"},
		{"no text", begin + "F-001 advice\n  — OSC", "line 2: F-001 has no text"},
		{"implemented without a test", begin + "F-001 implemented\n  x", `line 2: F-001 is ` +
			`implemented with the test "": implemented facts name a test, others do not`},
		{"advice with a test", begin + "F-001 advice @ x_test.go\n  x", `line 2: F-001 is advice ` +
			`with the test "x_test.go": implemented facts name a test, others do not`},
		{"twice", begin + "F-001 advice\n  x\nF-001 advice\n  y", "F-001 is there twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parse(tt.text); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestSheet makes sure that no fact was lost: the two sheets that the file was made from had 686.
func TestSheet(t *testing.T) {
	n := 0
	for f := range All() {
		n++
		if strings.Contains(f.Text(), `\|`) {
			t.Errorf("%s has a bar that was not split: %s", f.ID(), f.Text())
		}
		nameless := func(p Part) bool { return p.Name == "" }
		if len(f.Parts) > 1 && slices.ContainsFunc(f.Parts, nameless) {
			t.Errorf("%s has %d parts, not those of its table: %q", f.ID(), len(f.Parts), f.Parts)
		}
	}
	if n < 686 {
		t.Errorf("%d facts, want 686 or more", n)
	}
}

func TestLookup(t *testing.T) {
	f, ok := Lookup(338)
	want := "F-338 F.2 Parameter: `ContentRetention`; " +
		"Type, limits: `retain` | `discard`; Notes: 30029"
	if got := f.ID() + " " + f.Section.ID + " " + f.Text(); !ok || got != want {
		t.Errorf("got %q, %v, want %q", got, ok, want)
	}
	for _, number := range []int{-1, 0, 502, 600, 899, 999} {
		if f, ok := Lookup(number); ok {
			t.Errorf("fact %d exists: %v", number, f)
		}
	}
}

func TestMarks(t *testing.T) {
	for _, tt := range []struct {
		number int
		want   []string
	}{
		{154, nil},
		{17, []string{"observed"}},
		{31, []string{"inferred"}},
		{58, []string{"unconfirmed"}}, // with more words in the brackets
		{164, []string{"unconfirmed"}},
		{428, []string{"unconfirmed"}},
		{721, []string{"observed", "unconfirmed"}},
	} {
		f, ok := Lookup(tt.number)
		diff := cmp.Diff(tt.want, f.Marks(), cmpopts.SortSlices(strings.Compare))
		if !ok || diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.ID(), diff)
		}
	}
}

func TestParseID(t *testing.T) {
	for s, want := range map[string]int{
		"F-154": 154, "f-154": 154, "F154": 154, "154": 154, "F-001": 1, "7": 7, "F-9999": 9999,
		"F-0": 0,
	} {
		if got, err := ParseID(s); err != nil || got != want {
			t.Errorf("%s is %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "F-", "0", "30003", "stop", "F-+15", "F--15", "F-15x",
	} {
		if got, err := ParseID(s); err == nil {
			t.Errorf("%q is taken for %d", s, got)
		}
	}
}

func TestSearch(t *testing.T) {
	for _, tt := range []struct {
		words []string
		want  string // the first numbers
	}{
		{[]string{"REVOKE", "optout"}, "F-441"},
		{[]string{"stop keyword"}, "F-015 F-441"}, // F-441 has keyword in its section's title only
		{[]string{"stop", "KEYWORD"}, "F-015 F-441"},
		{[]string{"<redirect>"}, "F-098 F-114"},
		{[]string{"30003"}, "F-237"},
		{[]string{"f-154"}, "F-154"},
		{[]string{"xyzzy"}, ""}, {nil, ""}, {[]string{" "}, ""},
	} {
		var got []string
		for _, f := range Search(tt.words...) {
			got = append(got, f.ID())
		}
		all := strings.Join(got, " ")
		if !strings.HasPrefix(all, tt.want) || (tt.want == "") != (all == "") {
			t.Errorf("%q finds %q, want %q first", tt.words, got, tt.want)
		}
	}
}

// TestCoverage: the counts add up to all facts.
func TestCoverage(t *testing.T) {
	want := map[Status]int{}
	for f := range All() {
		want[f.Status]++
	}
	got := map[Status]int{}
	for _, c := range Coverage() {
		sum := 0
		for status, n := range c.ByStatus {
			got[status] += n
			sum += n
		}
		if sum != c.Total || sum == 0 {
			t.Errorf("section %s has %d facts, and %d with a status", c.Section.ID, c.Total, sum)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facts by status (-want +got):\n%s", diff)
	}
}

// TestGaps: every fact that is not simulated says what happens instead, itself or by its section.
func TestGaps(t *testing.T) {
	for f := range All() {
		if f.Status == NotSimulated && f.Remark == "" {
			t.Errorf("%s is not simulated, and nothing says what happens instead: %s",
				f.ID(), f.Text())
		}
	}
}

func ExampleLookup() {
	f, _ := Lookup(168)
	fmt.Println(f.ID(), f.Status, f.Text())
	fmt.Println(f.Sources)
	// Output:
	// F-168 implemented `sent` may be the last state when no delivery receipt arrives.
	// OSC, TRK
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzParse: no file breaks the parser, and what it accepts is complete.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "  x", "section", "columns", "note", "source a: b", "F-001",
		"section A a\nF-001 advice\n  x | y",
		"section A\nF-999 implemented: a @ b\n  x\n  — y\n  z",
		"section A a\nF-001 advice: @ \n  x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parse(text)
		if err != nil {
			return
		}
		for _, fact := range s.facts {
			known := slices.Contains(Statuses(), fact.Status)
			if fact.Section.ID == "" || len(fact.Parts) == 0 || !known {
				t.Errorf("%q gives %+v", text, fact)
			}
		}
	})
}
