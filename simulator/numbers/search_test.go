package numbers

import (
	"slices"
	"strings"
	"testing"

	"twilsim/simulator/address"
)

// TestSearch: what a search finds has what was asked for, and nothing that somebody owns (F-775).
func TestSearch(t *testing.T) {
	stock := New(7)
	for _, tt := range []struct {
		name string
		q    Query
		want func(n Number) bool
		few  bool // fewer than the limit is fine
	}{
		{"US", Query{Country: "US", Type: Local},
			func(n Number) bool { return address.Locate(n.PhoneNumber).Country == "US" }, false},
		{"Canada", Query{Country: "CA", Type: Local},
			func(n Number) bool { return address.Locate(n.PhoneNumber).Country == "CA" }, false},
		{"toll-free", Query{Country: "US", Type: TollFree},
			func(n Number) bool { return address.IsTollFree(n.PhoneNumber) && n.Region == "" }, false},
		{"British mobile", Query{Country: "GB", Type: Mobile},
			func(n Number) bool { return strings.HasPrefix(n.PhoneNumber, "+447700900") }, false},
		{"an area code", Query{Country: "US", Type: Local, AreaCode: "415"},
			func(n Number) bool { return strings.HasPrefix(n.PhoneNumber, "+1415555") }, false},
		{"a region", Query{Country: "US", Type: Local, Region: "ca"},
			func(n Number) bool { return n.Region == "CA" }, false},
		{"a locality", Query{Country: "GB", Type: Local, Locality: "london"},
			func(n Number) bool { return n.Locality == "London" }, false},
		{"letters", Query{Country: "US", Type: Local, Contains: "TEST"},
			func(n Number) bool { return strings.Contains(n.PhoneNumber, "8378") }, true},
		{"an end", Query{Country: "US", Type: Local, Contains: "77$"},
			func(n Number) bool { return strings.HasSuffix(n.PhoneNumber, "77") }, false},
		{"a beginning", Query{Country: "US", Type: Local, Contains: "+1415*55"},
			func(Number) bool { return false }, true}, // never: an error
	} {
		t.Run(tt.name, func(t *testing.T) {
			found, err := stock.Search(tt.q, 20)
			if tt.name == "a beginning" {
				if err == nil {
					t.Error("a star between digits is not refused (F-776)")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 || !tt.few && len(found) < 20 {
				t.Fatalf("found %d", len(found))
			}
			if i := slices.IndexFunc(found, func(n Number) bool { return !tt.want(n) }); i >= 0 {
				t.Errorf("found %+v", found[i])
			}
			again, _ := New(7).Search(tt.q, 20)
			if !slices.Equal(found, again) {
				t.Error("the same seed gives other numbers")
			}
			first := found[0].PhoneNumber
			tt.q.Taken = func(number string) bool { return number == first }
			rest, _ := stock.Search(tt.q, 20)
			if slices.ContainsFunc(rest, func(n Number) bool { return n.PhoneNumber == first }) {
				t.Error("found a number that somebody owns")
			}
		})
	}
	one, _ := stock.Search(Query{Country: "US", Type: Local}, 5)
	other, _ := New(8).Search(Query{Country: "US", Type: Local}, 5)
	if slices.Equal(one, other) {
		t.Error("two seeds give the same numbers")
	}
}

// TestUnique: a stock offers no number twice.
func TestUnique(t *testing.T) {
	for _, c := range Countries() {
		for _, kind := range c.Types {
			seen := map[string]bool{}
			for number := range New(3).all(c.Code, kind) {
				if seen[number] {
					t.Fatalf("%s %s: %s twice", c.Code, kind, number)
				}
				seen[number] = true
			}
			if len(seen) < 100 {
				t.Errorf("%s %s: only %d numbers", c.Code, kind, len(seen))
			}
		}
	}
}

// TestPattern checks what Contains matches and refuses (F-776).
func TestPattern(t *testing.T) {
	const number = "+14155558378"
	for _, tt := range []struct {
		pattern, want string
	}{
		{"", "yes"}, {"8378", "yes"}, {"TEST", "yes"}, {"test", "yes"}, {"5556", "no"},
		{"555*", "yes"}, {"****", "yes"}, {"415%78", "yes"}, {"78%415", "no"},
		{"+1415", "yes"}, {"+415", "no"}, {"8378$", "yes"}, {"837$", "no"},
		{"+14155558378$", "yes"}, {"+1415%8378$", "yes"}, {"+1415%8377$", "no"},
		{"*8378$", "yes"}, {"4", "refused"}, {"4*5", "refused"}, {"+$", "refused"},
		{"4-5", "refused"}, {"12345678901234567", "refused"}, {"ü5", "refused"},
	} {
		t.Run(tt.pattern, func(t *testing.T) {
			p, err := parsePattern(tt.pattern)
			got := "no"
			switch {
			case err != nil:
				got = "refused"
			case p.matches(number):
				got = "yes"
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// FuzzPattern: any pattern is refused or matched without a panic.
func FuzzPattern(f *testing.F) {
	f.Add("415%78")
	f.Add("+**$")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parsePattern(s); err == nil {
			p.matches("+447700900123")
		}
	})
}
