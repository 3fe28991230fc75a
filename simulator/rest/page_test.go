package rest

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func letters(n int) (all []string) {
	for i := range n {
		all = append(all, string(rune('a'+i%26))+string(rune('0'+i/26)))
	}
	return all
}

// TestTurn pages forward by the tokens, and backward again.
func TestTurn(t *testing.T) {
	id := func(s string) string { return s }
	for _, n := range []int{0, 1, 4, 5, 6, 60} {
		all := letters(n)
		var seen []string
		token := ""
		for range n/5 + 1 {
			items, more, _, err := turn(all, paging{size: 5, token: token}, id)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, items...)
			if !more {
				break
			}
			token = "PA" + items[len(items)-1]
		}
		if diff := cmp.Diff(all, seen); diff != "" {
			t.Errorf("%d items (-want +got):\n%s", n, diff)
		}
	}
	back, more, less, err := turn(letters(20), paging{size: 5, token: "PBk0"}, id)
	if err != nil || !more || !less || !slices.Equal(back, []string{"f0", "g0", "h0", "i0", "j0"}) {
		t.Errorf("backward: %q %v %v %v", back, more, less, err)
	}
	if _, _, _, err := turn(letters(20), paging{size: 5, token: "PAzz"}, id); err == nil { // F-389
		t.Error("an unknown token is taken")
	}
	if items, _, _, _ := turn(letters(20), paging{size: 5, number: 2}, id); items[0] != "k0" {
		t.Errorf("the third page without a token begins at %q", items[0])
	}
}

// FuzzPaging: no parameters break a page, and it is never larger than asked for.
func FuzzPaging(f *testing.F) {
	for _, s := range []string{"", "PageSize=3", "PageSize=1000", "PageSize=1001", "PageSize=-1&Page=-5",
		"Page=999999999999999999&PageSize=7",
		"PageToken=PAb0", "PageToken=PB", "PageToken=P", "Page=4611686018427387904&PageSize=3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		query, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		asked, err := parsePaging(query)
		if err != nil {
			return
		}
		items, _, _, err := turn(letters(60), asked, func(s string) string { return s })
		if err == nil && len(items) > asked.size {
			t.Errorf("%d items of %d", len(items), asked.size)
		}
	})
}

func TestSpan(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	noon := at("2026-03-01T12:00:00Z")
	for _, tt := range []struct { // F-386
		query string
		time  time.Time
		want  bool
	}{
		{"", noon, true}, {"", time.Time{}, true},
		{"D=2026-03-01", noon, true}, {"D=2026-03-01", at("2026-03-02T00:00:00Z"), false},
		{"D=2026-03-01", at("2026-02-28T23:59:59Z"), false},
		{"D<=2026-03-01", at("2026-03-01T23:59:59Z"), true}, {"D<=2026-03-01", at("2026-03-02T00:00:00Z"), false},
		{"D>=2026-03-01", at("2026-03-01T00:00:00Z"), true}, {"D>=2026-03-01", at("2026-02-28T23:59:59Z"), false},
		{"D>=2026-03-01&D<=2026-03-01", noon, true}, {"D>=2026-03-02&D<=2026-03-01", noon, false},
		{"D=2026-03-01T12:00:00Z", noon, true}, {"D=2026-03-01T12:00:01Z", noon, false},
		{"D=2026-03-01", time.Time{}, false},
	} {
		form, err := url.ParseQuery(strings.NewReplacer("<", "%3C", ">", "%3E").Replace(tt.query))
		if err != nil {
			t.Fatal(err)
		}
		span, err := (&request{form: form}).span("D")
		if err != nil || span.has(tt.time) != tt.want {
			t.Errorf("%s has %s: %v, %v", tt.query, tt.time, span.has(tt.time), err)
		}
	}
	if _, err := (&request{form: url.Values{"D": {"soon"}}}).span("D"); err == nil {
		t.Error("a date that is none is taken")
	}
}
