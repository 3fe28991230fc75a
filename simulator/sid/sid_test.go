package sid_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/sid"
)

func ExampleSource() {
	s := sid.New(1)
	fmt.Println(s.Next("AC"))
	fmt.Println(s.Next("SM"))
	fmt.Println(s.AuthToken())
	fmt.Println(s.UUID())
	// Output:
	// AC43fc7bae061a2b3ecfd7c8bd6b4ed37d
	// SMb293d3c215b3cdce91a0e4f01ac04c53
	// 73b4b0ff2059bdfa421ff15292c1efac
	// d164d129-3fc3-48d8-b08c-ff972d183a6a
}

// story is the identifiers that one run takes from a source for a message from a handset and its
// reply.
func story(s *sid.Source) []string {
	got := []string{s.AuthToken(), s.UUID()}
	for _, prefix := range []string{"AC", "SM", "SM", "MM", "PN", "MG", "ME", "SM"} {
		got = append(got, s.Next(prefix))
	}
	shop := s.Fork("shop")
	got = append(got, shop.Next("AC"), shop.Next("SM"), shop.Fork("till").Next("SM"))
	return append(got, fmt.Sprint(s.Rand("rule r1").Perm(8)), fmt.Sprint(s.Rand("rule r2").Perm(8)))
}

func TestSameSeedSameBytes(t *testing.T) {
	want := story(sid.New(7))
	if diff := cmp.Diff(want, story(sid.New(7))); diff != "" {
		t.Errorf("second run differs (-want +got):\n%s", diff)
	}
	if other := story(sid.New(8)); slices.ContainsFunc(other[:10],
		func(id string) bool { return slices.Contains(want, id) }) {
		t.Errorf("seeds 7 and 8 share an identifier:\n%q\n%q", want, other)
	}
	if diff := cmp.Diff(story(sid.New(0)), story(new(sid.Source))); diff != "" {
		t.Errorf("the zero Source is not that of seed 0 (-want +got):\n%s", diff)
	}
}

func TestBeginRun(t *testing.T) {
	before := func(run uint64) []string {
		s := sid.New(7)
		numbers := []string{s.Next("PN"), s.Fork("test").Next("AC")}
		s.BeginRun(run)
		return append(append(numbers, story(s)...), s.AuthToken())
	}
	first, again, second := before(1), before(1), before(2)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same run differs (-want +got):\n%s", diff)
	}
	plain := story(sid.New(7))
	for i, id := range second {
		stays := i < 2 || i == 2 || i >= len(second)-3 // numbers, tokens and chance
		if (id == first[i]) != stays {
			t.Errorf("identifier %d is %s in run 1 and %s in run 2", i, first[i], id)
		}
		if !stays && slices.Contains(plain, id) {
			t.Errorf("identifier %d, %s, is one of the seed alone", i, id)
		}
	}
}

func TestIdentifiersDiffer(t *testing.T) {
	seen := map[string]bool{}
	s := sid.New(1)
	for _, s := range []*sid.Source{s, s.Fork("a"), s.Fork("b"), s.Fork("a").Fork("b"),
		s.Fork("")} {
		for range 1000 {
			for _, id := range []string{s.Next("SM")[2:], s.Next("MM")[2:], s.Next(""), s.UUID(),
				s.AuthToken()} {
				if seen[id] {
					t.Fatalf("%s came twice", id)
				}
				seen[id] = true
			}
		}
	}
}

// TestStreamsAreIndependent checks that using one stream does not change another.
func TestStreamsAreIndependent(t *testing.T) {
	quiet, busy := sid.New(1), sid.New(1)
	var want, got []string
	for range 10 {
		want = append(want, quiet.Next("SM"))

		busy.Next("MM")
		busy.Next("S")
		busy.Next("uuid")
		busy.UUID()
		busy.AuthToken()
		busy.Rand("SM").Uint64()
		busy.Fork("SM").Next("SM")
		got = append(got, busy.Next("SM"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SM SIDs were shifted (-want +got):\n%s", diff)
	}
}

func TestShape(t *testing.T) {
	s := sid.New(1)
	tests := []struct {
		name string
		next func() string
		want string
	}{
		{"F-001 message", func() string { return s.Next("SM") }, `^SM[0-9a-f]{32}$`},
		{"no prefix", func() string { return s.Next("") }, `^[0-9a-f]{32}$`},
		{"F-034 idempotency token", s.UUID,
			`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`},
		{"F-478 auth token", s.AuthToken, `^[0-9a-f]{32}$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := regexp.MustCompile(tt.want)
			for range 200 {
				if got := tt.next(); !want.MatchString(got) {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
		})
	}
}

func TestConcurrentUse(t *testing.T) {
	const goroutines, each = 8, 200
	s, ids := sid.New(1), make(chan string, goroutines*each)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range each {
				ids <- s.Next("SM")
				s.UUID()
			}
		})
	}
	wg.Wait()
	close(ids)
	var got, want []string
	for id := range ids {
		got = append(got, id)
	}
	for alone := sid.New(1); len(want) < len(got); {
		want = append(want, alone.Next("SM"))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("goroutines together got other SIDs than one alone (-want +got):\n%s", diff)
	}
}

var validTests = []struct {
	name, id, prefix string
	want             bool
}{
	{"account", "AC" + strings.Repeat("0a", 16), "AC", true},
	{"upper-case digits", "AC" + strings.Repeat("0A", 16), "AC", true},
	{"another prefix", "SM" + strings.Repeat("0a", 16), "MM", false},
	{"lower-case prefix", "ac" + strings.Repeat("0a", 16), "AC", false},
	{"too short", "AC" + strings.Repeat("0a", 15) + "0", "AC", false},
	{"too long", "AC" + strings.Repeat("0a", 16) + "0", "AC", false},
	{"not hexadecimal", "AC" + strings.Repeat("0g", 16), "AC", false},
	{"hole in the middle", "AC" + strings.Repeat("0", 15) + "/" + strings.Repeat("0", 16), "AC",
		false},
	{"32 bytes of other letters", "AC" + strings.Repeat("é", 16), "AC", false},
	{"prefix only", "AC", "AC", false},
	{"empty", "", "", false},
	{"no prefix", strings.Repeat("0a", 16), "", true},
}

func TestValid(t *testing.T) {
	for _, tt := range validTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sid.Valid(tt.id, tt.prefix); got != tt.want {
				t.Errorf("Valid(%q, %q) = %v, want %v", tt.id, tt.prefix, got, tt.want)
			}
		})
	}
}

// FuzzValid compares Valid with the pattern of Twilio's OpenAPI description.
func FuzzValid(f *testing.F) {
	for _, tt := range validTests {
		f.Add(tt.id, tt.prefix)
	}
	f.Fuzz(func(t *testing.T, id, prefix string) {
		want := strings.HasPrefix(id, prefix) &&
			regexp.MustCompile(`\A[0-9a-fA-F]{32}\z`).MatchString(id[len(prefix):])
		if got := sid.Valid(id, prefix); got != want {
			t.Errorf("Valid(%q, %q) = %v, want %v", id, prefix, got, want)
		}
	})
}

func BenchmarkNext(b *testing.B) {
	s := sid.New(1)
	b.ReportAllocs()
	for b.Loop() {
		s.Next("SM")
	}
}
