package testscript

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twilsim/simulator/console"
	"twilsim/simulator/mask"
)

// TestReportsAreHarmless runs a scenario with a password and characters that control a terminal
// wherever a text can be, and looks for them in each kind of report.
func TestReportsAreHarmless(t *testing.T) {
	const evil = "\u2028\u202e\u009b \x7f http://me:s3cr3t@localhost:9/"
	journals := t.TempDir()
	runner := &Runner{Options: Options{Journal: journals}, Verbose: 2}
	text := "# " + evil + "\napp\nnumber +12025550100 $PUBLIC_URL/sms POST " +
		"fallback=http://me:s3cr3t@localhost:9/\nsms +12025550142 +12025550100 '" + evil + "'\n" +
		"exec echo '" + evil + "'\ngrep '" + evil + "' x\n-- x --\n"
	r := run(t, runner, text)
	if r.Outcome != Failed {
		t.Fatalf("%+v", r)
	}
	reports := map[string]func(*strings.Builder) error{
		"log":    func(b *strings.Builder) error { r.WriteLog(b); return nil },
		"trace":  func(b *strings.Builder) error { return r.WriteTrace(b, console.TracePlace{}) },
		"JUnit":  func(b *strings.Builder) error { return WriteJUnit(b, []Result{r}, Summary{}) },
		"events": func(b *strings.Builder) error { return NewEvents(b).Add(r) },
		"journal": func(b *strings.Builder) error {
			text, err := os.ReadFile(filepath.Join(journals, "a", "scenario.ndjson"))
			b.Write(text)
			return err
		},
		"TAP": func(b *strings.Builder) error {
			tap, err := NewTAP(b)
			return cmp.Or(err, tap.Add(r))
		},
	}
	for name, write := range reports {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		text := b.String()
		for line := range strings.SplitSeq(text, "\n") {
			if i := strings.IndexFunc(strings.ReplaceAll(line, "\t", ""), mask.Harmful); i >= 0 ||
				strings.Contains(line, "s3cr3t") {
				t.Errorf("%s has %q", name, line)
			}
		}
		if !strings.Contains(text, "me:xxxxx@") {
			t.Errorf("%s has no URL:\n%s", name, text)
		}
	}
}

// TestStreamIsHarmless looks for the same in what is printed while a scenario runs.
func TestStreamIsHarmless(t *testing.T) {
	var out strings.Builder
	run(t, &Runner{Verbose: 2, Stream: &out}, "app\nsms +12025550142 +12025550100 "+
		"'\u2028\u202e http://me:s3cr3t@localhost:9/'\nexec false\n")
	text := strings.ReplaceAll(out.String(), "\n", "")
	if i := strings.IndexFunc(text, mask.Harmful); i >= 0 || strings.Contains(text, "s3cr3t") ||
		!strings.Contains(text, "me:xxxxx@") {
		t.Errorf("got %q", text)
	}
}
