package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var filterTests = []struct {
	name       string
	args       []string
	parameters bool
	want       []string
}{
	{"none", nil, false, nil},
	{"one argument", []string{"to:+1202* status:undelivered since:5m"}, false,
		[]string{"to:+1202*", "status:undelivered", "since:5m"}},
	{"several", []string{"to=+1202*", "status!=sent"}, false, []string{"to=+1202*", "status!=sent"}},
	{"a space in a value", []string{`to:+1* body:~code \d{6}`}, false,
		[]string{"to:+1*", `body:~code \d{6}`}},
	{"a colon in a value", []string{"body:see http://x.example: yes"}, false,
		[]string{"body:see http://x.example: yes"}},
	{"a parameter", []string{"http:>=400 MessageStatus=sent"}, true,
		[]string{"http:>=400", "MessageStatus=sent"}},
	{"no parameter of a message", []string{"body:Dear Ann: hi"}, false, []string{"body:Dear Ann: hi"}},
}

func TestFilterWords(t *testing.T) {
	for _, tt := range filterTests {
		t.Run(tt.name, func(t *testing.T) {
			got := filterWords(tt.args, []string{"to", "status", "body", "http"}[:3], tt.parameters)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzFilterWords wants nothing to be lost but the space between conditions.
func FuzzFilterWords(f *testing.F) {
	for _, tt := range filterTests {
		f.Add(strings.Join(tt.args, " "))
	}
	f.Fuzz(func(t *testing.T, arg string) {
		words := filterWords([]string{arg}, []string{"to", "status", "body"}, true)
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := squeeze(strings.Join(words, " ")); got != squeeze(arg) {
			t.Errorf("filterWords(%q) = %q", arg, words)
		}
	})
}
