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

// FuzzWord checks that a shell reads the word back.
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
			return // an argument cannot contain one
		}
		for _, word := range []string{shell.Word(s), shell.Quote(s)} {
			got, err := exec.CommandContext(t.Context(), sh, "-c", "printf %s "+word).Output()
			if err != nil || string(got) != s {
				t.Errorf("%s is read as %q, want %q (%v)", word, got, s, err)
			}
		}
	})
}

func TestTilde(t *testing.T) {
	t.Setenv("HOME", "/home/ada")
	for path, want := range map[string]string{
		"/home/ada": "~", "/home/ada/x": "~/x", "/home/adam/x": "/home/adam/x", "/tmp": "/tmp", "": "",
	} {
		if got := shell.Tilde(path); got != want {
			t.Errorf("Tilde(%q) is %q, want %q", path, got, want)
		}
	}
}
