package carrier

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/errcode"
)

func TestOutcomes(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, o := range Outcomes() {
		if !kebab.MatchString(o.Name) || seen[o.Name] || o.Text == "" {
			t.Errorf("outcome %+v: the name must be new and in kebab case, the text there", o)
		}
		seen[o.Name] = true
		if err := o.Script.Check(Queued); err != nil { // F-167
			t.Errorf("%s is illegal from queued: %v", o.Name, err)
		}
		again, err := ParseScript(o.Script.String())
		if len(o.Script) > 0 && (err != nil || !slices.Equal(again, o.Script)) {
			t.Errorf("%s has script %s, which is read as %v, %v", o.Name, o.Script, again, err)
		}
		got, err := LookupOutcome(o.Name)
		if diff := cmp.Diff(o, got); err != nil || diff != "" {
			t.Errorf("LookupOutcome(%q): %v (-want +got)\n%s", o.Name, err, diff)
		}
	}
}

// TestOutcomesCoverTheFacts compares the outcomes with the dictionary of codes: each code with
// which facts E.2, E.3 and E.4 end a message has exactly one outcome that ends with it.
func TestOutcomesCoverTheFacts(t *testing.T) {
	without := map[int]string{
		14107: "the rate limit of reply loops, F-101",
		21610: "opted-out, among those without a delivery code",
		21703: "a matter of the Messaging Service",
		30038: "inbound, F-265",
		30039: "inbound, F-266",
		30630: "unconfirmed twin of 21610, F-283",
	}
	var want []string
	for row := range errcode.All() {
		if row.Final != "" && without[row.Code] == "" {
			want = append(want, row.Final+" "+row.Title)
		}
	}
	var got []string
	for _, o := range Outcomes()[len(plain):] {
		last := o.Script[len(o.Script)-1]
		if last.Code != o.Code || o.Final() != last.Status || o.Refuse != 0 {
			t.Errorf("%s is about %d but ends %s %d", o.Name, o.Code, last.Status, last.Code)
		}
		got = append(got, string(o.Final())+" "+o.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-facts +got)\n%s", diff)
	}
}

func TestLookupOutcome(t *testing.T) {
	tests := []struct{ name, script, final string }{ // the names of design.md 5
		{"delivered", "sent,delivered", "delivered"},
		{"sent-only", "sent", "sent"},
		{"unreachable", "sent,undelivered:30003@2s", "undelivered"},
		{"blocked", "sent,undelivered:30004@2s", "undelivered"},
		{"unknown", "sent,undelivered:30005@2s", "undelivered"},
		{"landline", "sent,undelivered:30006@2s", "undelivered"},
		{"filtered", "sent,undelivered:30007@2s", "undelivered"},
		{"unknown-error", "sent,undelivered@2s", "undelivered"}, // 30008 goes without saying
		{"queue-overflow", "failed:30001@1s", "failed"},
		{"suspended", "failed:30002@1s", "failed"},
		{"unregistered", "sent,undelivered:30034@2s", "undelivered"},
		{"expired", "failed:30036@1s", "failed"},
		{"duplicated", "sent,delivered*2", "delivered"},
		{"reordered", "sent>2s,delivered", "delivered"},
		{"late", "sent,delivered@30s", "delivered"},
		{"lost-final", "sent,~delivered", "delivered"},
		{"stuck", "", "queued"},
		{"opted-out", "failed:21610@1s", "failed"},
		{"rate-limited", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := LookupOutcome(tt.name)
			if err != nil {
				t.Fatal(err)
			}
			if got.Script.String() != tt.script || string(got.Final()) != tt.final {
				t.Errorf("%s is %q and ends %q, want %q and %q", tt.name, got.Script, got.Final(), tt.script,
					tt.final)
			}
		})
	}
}

func TestLookupOutcomeErrors(t *testing.T) {
	tests := []struct{ name, want string }{
		{"unreachabel", `unknown outcome "unreachabel", did you mean unreachable?`},
		{"xyzzyxyzzy", `unknown outcome "xyzzyxyzzy" (some outcomes: delivered, unreachable, ` +
			`filtered, stuck)`},
	}
	for _, tt := range tests {
		if _, err := LookupOutcome(tt.name); err == nil || err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

func TestOutcomesAreCopies(t *testing.T) {
	Outcomes()[0].Script[0].Code = 1
	o, _ := LookupOutcome("delivered")
	o.Script[0].Code = 1
	if again, _ := LookupOutcome("delivered"); again.Script[0].Code != 0 {
		t.Error("a caller changed the table")
	}
}

func TestParseThen(t *testing.T) {
	tests := []struct {
		in       string
		want     Then
		describe string
	}{
		{"delivered", Then{Name: "delivered", Script: mustParse("sent,delivered")},
			"delivered: sent 0.5s, delivered 1s"},
		{"stuck", Then{Name: "stuck"}, "stuck: no change"},
		{"rate-limited", Then{Name: "rate-limited", Refuse: 20429}, "rate-limited: refused with 20429"},
		{"opted-out", Then{Name: "opted-out", Script: mustParse("failed:21610@1s"), Refuse: 21610},
			"opted-out: refused with 21610"},
		{"sent", Then{Script: mustParse("sent")}, "sent 0.5s"},
		{"sent,undelivered:30003@2s", Then{Script: mustParse("sent,undelivered:30003@2s")},
			"sent 0.5s, undelivered 30003 2s"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := ParseThen(tt.in)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("ParseThen: %v (-want +got)\n%s", err, diff)
			}
			if got.String() != tt.in || got.Describe() != tt.describe {
				t.Errorf("it is %q, %q, want %q, %q", got, got.Describe(), tt.in, tt.describe)
			}
		})
	}
}

func TestParseThenErrors(t *testing.T) {
	tests := []struct{ in, what, try string }{
		{"unreachabel", `unknown status or outcome "unreachabel"`, "unreachable"},
		{"delivrd", `unknown status or outcome "delivrd"`, "delivered"},
		{"xyzzyxyzzy", `unknown status or outcome "xyzzyxyzzy"`,
			"an outcome such as delivered or unreachable, or a script such as sent,undelivered:30003@2s"},
		{"sent,delivrd", `unknown status "delivrd"`, "delivered   (statuses: " + statusList + ")"},
		{"", "a status is missing", "one of " + statusList},
	}
	for _, tt := range tests {
		_, err := ParseThen(tt.in)
		var bad *ScriptError
		if !errors.As(err, &bad) || bad.What != tt.what || bad.Try != tt.try {
			t.Errorf("ParseThen(%q): %v, want %s, %s", tt.in, err, tt.what, tt.try)
		}
	}
}

// TestMagic checks the table of magic recipients.
func TestMagic(t *testing.T) {
	want := strings.TrimSpace(`
01 delivered: sent,delivered
02 sent, no receipt: sent
03 30003 unreachable: sent,undelivered:30003@2s
04 30004 blocked: sent,undelivered:30004@2s
05 30005 unknown handset: sent,undelivered:30005@2s
06 30006 landline: sent,undelivered:30006@2s
07 30007 filtered: sent,undelivered:30007@2s
08 30008 unknown: sent,undelivered@2s
10 refused: 21610: failed:21610@1s refuse 21610
11 delivered after 30 s: sent,delivered@30s
12 callback sent twice: sent,delivered*2
13 callbacks out of order: sent>2s,delivered
14 last callback lost: sent,~delivered
15 stuck in queued:
20 refused: 429 / 20429: refuse 20429`)
	var lines []string
	for _, m := range MagicTable() {
		line := m.Digits + " " + m.Text + ": " + m.Outcome.Script.String()
		if m.Outcome.Refuse != 0 {
			line = fmt.Sprint(strings.TrimRight(line, " "), " refuse ", m.Outcome.Refuse)
		}
		lines = append(lines, strings.TrimRight(line, " "))
		got, ok := Magic(m.Number)
		if diff := cmp.Diff(m.Outcome, got); !ok || diff != "" || m.Number != "+150055501"+m.Digits {
			t.Errorf("Magic(%s): %v (-want +got)\n%s", m.Number, ok, diff)
		}
	}
	if diff := cmp.Diff(want, strings.Join(lines, "\n")); diff != "" {
		t.Errorf("MagicTable (-want +got)\n%s", diff)
	}
	for _, number := range []string{"", "+15005550001", "+15005550006", "+15005550100", "+15005550109",
		"+150055501030", "15005550103",
		"+12025550142", "+1500555010"} {
		if o, ok := Magic(number); ok {
			t.Errorf("Magic(%q) = %s, want none", number, o.Name)
		}
	}
}

func TestHandsetState(t *testing.T) {
	want := map[HandsetState]string{"on": "delivered 0", "rcs": "delivered 0",
		"off": "undelivered 30003", "landline": "undelivered 30006",
		"gone": "undelivered 30005", "opted-out": "failed 21610"}
	got := map[HandsetState]string{}
	for _, s := range HandsetStates() {
		again, err := ParseHandsetState(string(s))
		if err != nil || again != s {
			t.Errorf("ParseHandsetState(%q) = %q, %v", s, again, err)
		}
		script := s.Outcome().Script
		last := script[len(script)-1]
		got[s] = fmt.Sprint(last.Status, " ", last.Code)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states (-want +got)\n%s", diff)
	}
	for in, want := range map[string]string{
		"of":    `unknown handset state "of", did you mean off?`,
		"opted": `unknown handset state "opted", did you mean opted-out?`,
		"xyzzy": `unknown handset state "xyzzy", want on, rcs, off, landline, gone or opted-out`,
	} {
		if _, err := ParseHandsetState(in); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
