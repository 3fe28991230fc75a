package child

import (
	"os/exec"
	"testing"
)

// TestFormatShell lets a shell evaluate the line.
func TestFormatShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	for _, value := range []string{"", "plain", "it's", `a\b "c" $HOME`, "`date`", "two\nlines", "é"} {
		line := Formats()["sh"](Variable{"NAME", value})
		out, err := exec.Command(sh, "-c", line+`; printf %s "$NAME"`).Output()
		if err != nil || string(out) != value {
			t.Errorf("%q is written as %s, which a shell reads as %q, %v", value, line, out, err)
		}
	}
}

func TestFormats(t *testing.T) {
	v := Variable{"NAME", `it's \ "x"`}
	for name, want := range map[string]string{
		"fish":       `set -gx NAME 'it\'s \\ "x"'`,
		"powershell": `$env:NAME = 'it''s \ "x"'`,
		"dotenv":     `NAME="it's \\ \"x\""`,
		"github":     `NAME=it's \ "x"`,
	} {
		if got := Formats()[name](v); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
