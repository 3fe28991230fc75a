package carrier

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ms makes the tables below short.
func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// step is a step with one callback that leaves with the status.
func step(status Status, code int, at time.Duration) Step {
	return Step{Status: status, Code: code, At: at, Send: at, Copies: 1}
}

var goodScripts = []struct {
	script string
	want   Script
	short  string // the canonical form
	person string // Describe
	end    time.Duration
}{
	{"sent,delivered",
		Script{step(Sent, 0, ms(500)), step(Delivered, 0, ms(1000))},
		"sent,delivered", "sent 0.5s, delivered 1s", ms(1000)},
	{"sent@500ms,undelivered:30003@2s", // ux.md 7
		Script{step(Sent, 0, ms(500)), step(Undelivered, 30003, ms(2000))},
		"sent,undelivered:30003@2s", "sent 0.5s, undelivered 30003 2s", ms(2000)},
	{"sent*2@1s>5s,delivered@4s", // ux.md 7
		Script{{Sent, 0, ms(1000), ms(5000), 2, false}, step(Delivered, 0, ms(4000))},
		"sent@1s>5s*2,delivered@4s", "sent 1s (callback twice, at 5s), delivered 4s", ms(5000)},
	{"sent@1s>4s,delivered@2s",
		Script{{Sent, 0, ms(1000), ms(4000), 1, false}, step(Delivered, 0, ms(2000))},
		"sent@1s>4s,delivered@2s", "sent 1s (callback at 4s), delivered 2s", ms(4000)},
	{"sent,delivered*3",
		Script{step(Sent, 0, ms(500)), {Delivered, 0, ms(1000), ms(1000), 3, false}},
		"sent,delivered*3", "sent 0.5s, delivered 1s (callback 3 times)", ms(1000)},
	{"~sent>9s,delivered",
		Script{{Sent, 0, ms(500), ms(9000), 1, true}, step(Delivered, 0, ms(1000))},
		"~sent>9s,delivered", "sent 0.5s (callback lost), delivered 1s", ms(1000)},
	{"sent", Script{step(Sent, 0, ms(500))}, "sent", "sent 0.5s", ms(500)},
	{"undelivered", Script{step(Undelivered, 30008, ms(500))}, "undelivered", "undelivered 30008 0.5s",
		ms(500)},
	{"failed:30008", Script{step(Failed, 30008, ms(500))}, "failed", "failed 30008 0.5s", ms(500)},
	// F-313
	{"sent:30018", Script{step(Sent, 30018, ms(500))}, "sent:30018", "sent 30018 0.5s", ms(500)},
	{"sent@0s>0s*1,delivered@0", Script{step(Sent, 0, 0), step(Delivered, 0, 0)},
		"sent@0s,delivered@0s",
		"sent 0s, delivered 0s", 0},
	{"queued@1d12h,sending@30d,sent,delivered@720h1m,read@40d",
		Script{step(Queued, 0, 36*time.Hour), step(Sending, 0, 720*time.Hour),
			step(Sent, 0, 720*time.Hour+ms(500)),
			step(Delivered, 0, 720*time.Hour+time.Minute), step(Read, 0, 960*time.Hour)},
		"queued@1d12h,sending@30d,sent,delivered@30d1m,read@40d",
		"queued 1d12h, sending 30d, sent 30d500ms, delivered 30d1m, read 40d", 960 * time.Hour},
	{"sent>1.5s@1us*100", Script{{Sent, 0, time.Microsecond, ms(1500), 100, false}},
		"sent@1us>1.5s*100",
		"sent 0.000001s (callback 100 times, at 1.5s)", ms(1500)},
	{"canceled@1h0m0s", Script{step(Canceled, 0, time.Hour)}, "canceled@1h", "canceled 1h", time.Hour},
}

func TestParseScript(t *testing.T) {
	for _, tt := range goodScripts {
		t.Run(tt.script, func(t *testing.T) {
			got, err := ParseScript(tt.script)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseScript (-want +got)\n%s", diff)
			}
			if got.String() != tt.short {
				t.Errorf("String() = %q, want %q", got, tt.short)
			}
			if got.Describe() != tt.person {
				t.Errorf("Describe() = %q, want %q", got.Describe(), tt.person)
			}
			if got.Duration() != tt.end {
				t.Errorf("Duration() = %v, want %v", got.Duration(), tt.end)
			}
		})
	}
}

func TestEmptyScript(t *testing.T) {
	var s Script
	if s.String() != "" || s.Duration() != 0 || s.Describe() != "no change" || s.Check(Queued) != nil {
		t.Errorf("the empty script is %q, %v, %q, %v", s, s.Duration(), s.Describe(), s.Check(Queued))
	}
}

const statusList = "queued sending sent delivered undelivered failed read canceled"

var badScripts = []struct {
	script string
	offset int
	what   string
	try    string
}{
	{"", 0, "a status is missing", "one of " + statusList},
	{"sent,", 5, "a status is missing", "one of " + statusList},
	{"sent,,delivered", 5, "a status is missing", "one of " + statusList},
	{"~", 1, "a status is missing", "one of " + statusList},
	{"~~sent", 1, "a status is missing", "one of " + statusList},
	{":30003", 0, "a status is missing", "one of " + statusList},
	{"sent,delivrd", 5, `unknown status "delivrd"`, "delivered   (statuses: " + statusList + ")"},
	{"Sent", 0, `unknown status "Sent"`, "sent   (statuses: " + statusList + ")"},
	{"sent, delivered", 5, `unknown status " delivered"`,
		"delivered   (statuses: " + statusList + ")"},
	{"~banana@2s", 1, `unknown status "banana"`, "one of " + statusList},
	{"accepted,sent", 0, "a script cannot set the status accepted",
		"one of " + statusList},
	{"sent~", 4, `"~" in the middle of a step`, "~ in front of the status"},
	{"sent@1s~,delivered", 7, `"~" in the middle of a step`, "~ in front of the status"},
	{"sent,undelivered:3003@2s", 17, `"3003" is not a code of five digits`,
		"30003   (Unreachable destination handset)"},
	{"sent,undelivered:", 17, `"" is not a code of five digits`, "a code of five digits, as 30003"},
	{"sent,undelivered:x", 17, `"x" is not a code of five digits`, "a code of five digits, as 30003"},
	{"sent,undelivered:+30003", 17, `"+30003" is not a code of five digits`,
		"30003   (Unreachable destination handset)"},
	{"sent,undelivered:30093", 17, "unknown error code 30093",
		"30003   (Unreachable destination handset)"},
	{"sent,undelivered:30047", 17, "unknown error code 30047",
		"30046   (Message delivery not confirmed)"},
	// F-311
	{"sent,undelivered:63004", 17, "unknown error code 63004",
		"63003   (Channel could not find To address)"},
	{"sent@", 5, "a time is missing", "2s, or 500ms, 1h30m, 30d"},
	{"sent@2", 5, `"2" has no unit`, "2s"},
	{"sent@2x", 5, `"2x" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@-2s", 5, `"-2s" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@+2s", 5, `"+2s" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@1d-2h", 5, `"1d-2h" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@1.5d", 5, `"1.5d" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@2h1d", 5, `"2h1d" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@3651d", 5, `"3651d" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent@99999999h", 5, `"99999999h" is not a time`,
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)"},
	{"sent>3", 5, `"3" has no unit`, "3s"},
	{"sent*0", 5, `"0" is not a number of copies`, "1 to 100"},
	{"sent*101", 5, `"101" is not a number of copies`, "1 to 100"},
	{"sent*", 5, `"" is not a number of copies`, "1 to 100"},
	{"sent*+2", 5, `"+2" is not a number of copies`, "1 to 100"},
	{"sent@1s@2s", 7, `a second "@" in one step`, "each part once"},
	{"sent*2>1s*2", 9, `a second "*" in one step`, "each part once"},
	{"failed:30001:30002", 12, `a second ":" in one step`, "each part once"},
	{"sent@2s,delivered@1s", 18, "@1s is earlier than the step before it, at 2s",
		"@2s or later, or the steps in the order of their time"},
	{"sent,delivered@499ms", 15, "@499ms is earlier than the step before it, at 500ms",
		"@500ms or later, or the steps in the order of their time"},
	{"sent@3s>2s", 8, "the callback leaves at 2s, before the status changes at 3s", ">3s or later"},
	{"sent>2s@3s", 5, "the callback leaves at 2s, before the status changes at 3s", ">3s or later"},
	{"sent>499ms", 5, "the callback leaves at 499ms, before the status changes at 500ms",
		">500ms or later"},
}

func TestParseScriptErrors(t *testing.T) {
	for _, tt := range badScripts {
		t.Run(tt.script, func(t *testing.T) {
			got, err := ParseScript(tt.script)
			var bad *ScriptError
			if !errors.As(err, &bad) {
				t.Fatalf("ParseScript = %v, %v, want a *ScriptError", got, err)
			}
			want := &ScriptError{Script: tt.script, Offset: tt.offset, What: tt.what, Try: tt.try}
			if diff := cmp.Diff(want, bad); diff != "" {
				t.Errorf("ParseScript (-want +got)\n%s", diff)
			}
		})
	}
}

func TestScriptErrorText(t *testing.T) {
	tests := []struct{ script, want string }{
		{"sent,delivrd", `unknown status "delivrd"
  sent,delivrd
       ^
  try     delivered   (statuses: ` + statusList + `)`},
		{"sent,", `a status is missing
  sent,
       ^
  try     one of ` + statusList},
		{"söt\x1b[2J,sent@2", `unknown status "söt\x1b[2J"
  söt?[2J,sent@2
  ^
  try     one of ` + statusList}, // a terminal must not obey it
	}
	for _, tt := range tests {
		_, err := ParseScript(tt.script)
		if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.script, diff)
		}
	}
	// the caret counts characters
	err := &ScriptError{Script: "ö\xff,x", Offset: 4, What: "what", Try: "try"}
	if want := "what\n  ö\ufffd,x\n     ^\n  try     try"; err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		script  string
		initial Status
		want    error
	}{
		{"sent", Queued, nil}, // F-168
		{"sent,delivered", Queued, nil},
		{"sending,sent,delivered,read", Queued, nil},
		{"sent,undelivered", Queued, nil},
		{"failed", Queued, nil},
		{"sending,failed", Queued, nil},
		{"queued,sent,delivered", Accepted, nil},
		{"failed:21610", Accepted, nil}, // F-232
		{"canceled", Accepted, nil},
		{"queued,sent", Scheduled, nil},
		{"canceled", Scheduled, nil},
		{"undelivered", Queued, &IllegalError{Queued, Undelivered, []Status{Sending, Sent, Failed}}},
		{"queued,sent", Queued, &IllegalError{Queued, Queued, []Status{Sending, Sent, Failed}}},
		{"sent,failed", Queued, &IllegalError{Sent, Failed, []Status{Delivered, Undelivered}}},
		{"sent,delivered,undelivered", Queued, &IllegalError{Delivered, Undelivered, []Status{Read}}},
		{"sent,undelivered,delivered", Queued, &IllegalError{Undelivered, Delivered, nil}},
		{"sent,delivered,read,sent", Queued, &IllegalError{Read, Sent, nil}},
		{"sent", Accepted, &IllegalError{Accepted, Sent, []Status{Queued, Failed, Canceled}}},
		{"failed", Scheduled, &IllegalError{Scheduled, Failed, []Status{Queued, Canceled}}},
	}
	for _, tt := range tests {
		t.Run(string(tt.initial)+":"+tt.script, func(t *testing.T) {
			script, err := ParseScript(tt.script)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, script.Check(tt.initial)); diff != "" {
				t.Errorf("Check (-want +got)\n%s", diff)
			}
		})
	}
}

func TestIllegalErrorText(t *testing.T) {
	tests := []struct {
		err  *IllegalError
		want string
	}{
		{&IllegalError{Queued, Delivered, nextStatuses(Queued)},
			"a message that is queued cannot become delivered, only sending, sent or failed"},
		{&IllegalError{Delivered, Sent, nextStatuses(Delivered)},
			"a message that is delivered cannot become sent, only read"},
		{&IllegalError{Failed, Sent, nil},
			"a message that is failed cannot become sent: nothing follows failed"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// FuzzParseScript checks three properties: String's text is read back as the same script, it is
// stable, and the offset of an error is inside the script.
func FuzzParseScript(f *testing.F) {
	for _, tt := range goodScripts {
		f.Add(tt.script)
	}
	for _, tt := range badScripts {
		f.Add(tt.script)
	}
	f.Fuzz(func(t *testing.T, s string) {
		script, err := ParseScript(s)
		var bad *ScriptError
		if errors.As(err, &bad) {
			if bad.Offset < 0 || bad.Offset > len(s) || bad.What == "" || bad.Try == "" {
				t.Errorf("%q gives %+v", s, bad)
			}
			if lines := strings.Count(bad.Error(), "\n"); lines != 3 {
				t.Errorf("%q gives an error of %d lines", s, lines+1)
			}
			return
		}
		again, err := ParseScript(script.String())
		if err != nil {
			t.Fatalf("%q became %q, which is none: %v", s, script, err)
		}
		if diff := cmp.Diff(script, again); diff != "" {
			t.Errorf("%q became %q (-first +again)\n%s", s, script, diff)
		}
		if again.String() != script.String() {
			t.Errorf("%q became %q and then %q", s, script, again)
		}
	})
}

func BenchmarkParseScript(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseScript("sent@500ms,undelivered:30003@2s"); err != nil {
			b.Fatal(err)
		}
	}
}
