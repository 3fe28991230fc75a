package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"twilsim/simulator/shell"
)

var words = []struct{ in, want string }{
	{"", "''"},
	{"scenarios/sms_reply.txtar", "scenarios/sms_reply.txtar"},
	{"a=b@c%2B,d:e+f-g", "a=b@c%2B,d:e+f-g"},
	{"node server.js", "'node server.js'"},
	{"it's", `'it'\''s'`},
	{"'", `''\'''`},
	{"~code *", "'~code *'"},
	{"ü", "'ü'"},
}

func TestWord(t *testing.T) {
	for _, tt := range words {
		if got := shell.Word(tt.in); got != tt.want {
			t.Errorf("Word(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

// FuzzWord has a shell read the word back.
func FuzzWord(f *testing.F) {
	for _, tt := range words {
		f.Add(tt.in)
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		f.Skipf("no sh here: %v", err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "\x00") {
			return // no argument holds one
		}
		for _, word := range []string{shell.Word(s), shell.Quote(s)} {
			got, err := exec.CommandContext(t.Context(), sh, "-c", "printf %s "+word).Output()
			if err != nil || string(got) != s {
				t.Errorf("%s is read as %q, want %q (%v)", word, got, s, err)
			}
		}
	})
}
