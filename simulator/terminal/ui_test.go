package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var cleanTests = []struct{ name, in, want string }{
	{"plain", "hi +12025550142", "hi +12025550142"},
	{"umlaut and emoji", "Grüße 👨‍👩‍👧 👍🏽", "Grüße 👨‍👩‍👧 👍🏽"},
	{"escape sequence", "\x1b[2J\x1b]0;title\a", `\x1b[2J\x1b]0;title\a`},
	{"C1 control", "\u009b31m", `\u009b31m`},
	{"line breaks", "one\r\ntwo\tthree", `one\r\ntwo\tthree`},
	{"right to left override", "a\u202eb", `a\u202eb`},
	{"zero width", "a\u200bb", `a\u200bb`},
	{"no UTF-8", "a\xffb", `a\xffb`},
	{"replacement character", "a\ufffdb", "a\ufffdb"},
	{"NUL", "\x00", `\x00`},
}

func TestClean(t *testing.T) {
	for _, tt := range cleanTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// FuzzClean wants one line of valid UTF-8 that a second cleaning leaves alone.
func FuzzClean(f *testing.F) {
	for _, tt := range cleanTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\x07\x08\n\r\t\x1b\x7f\u009b\u202e") {
			t.Errorf("clean(%q) = %q, which a terminal obeys", s, got)
		}
		if again := Clean(got); again != got {
			t.Errorf("clean(%q) = %q, and cleaned again %q", s, got, again)
		}
	})
}

func TestPrintfCleans(t *testing.T) {
	var out bytes.Buffer
	u := &UI{Out: &out}
	u.Printf("%s %s %v %s\n", "a\x1b", fmt.Errorf("b\x1b"), Safe("\x1b[0m"), Quoted(`c"\`+"\x1b"))
	if diff := cmp.Diff("a\\x1b b\\x1b \x1b[0m \"c\\\"\\\\\\x1b\"\n", out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSetColor(t *testing.T) {
	for _, tt := range []struct {
		name     string
		flag     string
		env      map[string]string
		terminal bool
		want     bool
	}{
		{"terminal", "auto", nil, true, true},
		{"pipe", "auto", nil, false, false},
		{"NO_COLOR", "auto", map[string]string{"NO_COLOR": "1"}, true, false},
		{"NO_COLOR over FORCE_COLOR", "auto", map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"},
			true, false},
		{"dumb", "auto", map[string]string{"TERM": "dumb"}, true, false},
		{"FORCE_COLOR", "auto", map[string]string{"FORCE_COLOR": "1"}, false, true},
		{"FORCE_COLOR off", "auto", map[string]string{"FORCE_COLOR": "0"}, false, false},
		{"CLICOLOR_FORCE", "auto", map[string]string{"CLICOLOR_FORCE": "1"}, false, true},
		{"always", "always", map[string]string{"NO_COLOR": "1"}, false, true},
		{"never", "never", map[string]string{"FORCE_COLOR": "1"}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := &UI{IsTerminal: tt.terminal}
			u.SetColor(tt.flag, func(name string) string { return tt.env[name] })
			if u.color != tt.want {
				t.Errorf("color = %v, want %v", u.color, tt.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	body := "a body that is longer than the line"
	for _, tt := range []struct {
		name  string
		width int
		want  string
	}{
		{"pipe", 0, "ID  BODY\nW1  " + body + "\n"},
		{"terminal", 20, "ID  BODY\nW1  a body that i...\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			g := &Table{Head: []string{"ID", "BODY"}}
			g.Add("W1", body)
			(&UI{Out: &out, width: tt.width}).Table(g)
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestVirtualTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "v+0.0s", 500 * time.Millisecond: "v+0.5s", 2 * time.Second: "v+2.0s",
		1250 * time.Millisecond: "v+1.25s",
		time.Hour:               "v+3600.0s", 1001 * time.Millisecond: "v+1.001s", 48*time.Hour +
			28*time.Minute: "v+2d00h28m",
		24*time.Hour + 5500*time.Millisecond: "v+1d00h00m05.5s", 24*time.Hour - time.Second: "v+86399.0s",
		-time.Second: "v+0.0s",
	} {
		if got := VirtualTime(d); got != want {
			t.Errorf("virtualTime(%v) = %s, want %s", d, got, want)
		}
	}
}

// TestDayOf checks that a time has its day if that is not today.
func TestDayOf(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC)
	u := &UI{UTC: true}
	for at, want := range map[time.Time]string{
		now: "", now.Add(-20 * time.Minute): "", now.Add(-time.Hour): "2026-02-28 ",
		now.Add(24 * time.Hour): "2026-03-02 ",
	} {
		if got := u.dayOf(at, now); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

// TestWriters checks what is printed through writers.
func TestWriters(t *testing.T) {
	var out bytes.Buffer
	ui := &UI{Out: &out, Err: &out}
	fmt.Fprintln(ui.Notes(), "called http://me:secret@h")
	fmt.Fprintln(ui.Clean(), "\tcalled http://me:secret@h \x7f\u202e")
	fmt.Fprintln(ui.CleanJSON(), "{\"a\":\"http://me:secret@h \x7f\u202e\"}")
	want := "called http://me:xxxxx@h\n" + "\tcalled http://me:xxxxx@h \\x7f\\u202e\n" +
		`{"a":"http://me:xxxxx@h \u007f\u202e"}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
