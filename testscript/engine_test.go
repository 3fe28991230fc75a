package testscript

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// testEngineRun returns an engineRun with a fixed key for the text of a scenario.
func testEngineRun(text, file string) (*engineRun, error) {
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		return nil, err
	}
	s, err := readScript(file)
	return &engineRun{script: s, key: "KEY", file: "/tmp/copy"}, err
}

func TestEngineCopy(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"a command", "exec true", "[1] [run1] exec true\n[2] "},
		{"a comment, space, and no end of line", "# hello\n\n\texec true # why",
			"\n\n[3] \t[run3] exec true # why\n[4] "},
		{
			"conditions",
			"[unix] [!windows]  ! exec false",
			"[1] [unix] [!windows]  [run1] ! exec false\n[2] ",
		},
		{"a condition alone", "exec true\n[unix]", "[1] [run1] exec true\n[2] [unix]\n[3] "},
		{
			"a bracket that is not a condition",
			"stdout [a]\n[a]b c",
			"[1] [run1] stdout [a]\n[2] [run2] [a]b c\n[3] ",
		},
		{
			"lines of Windows",
			"exec true\r\nexec false\r\n",
			"[1] [run1] exec true\r\n[2] [run2] exec false\r\n[3] ",
		},
		{"files", "exec true\n-- a --\nexec true\n-- b --\n", "[1] [run1] exec true\n[2] "},
	}
	short := strings.NewReplacer("twilsim-line:KEY:", "", "twilsim-run:", "run")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := testEngineRun(tt.script, filepath.Join(t.TempDir(), "a.txtar"))
			if err != nil {
				t.Fatal(err)
			}
			got := e.copy(e.script.archive)
			want := "[0] twilsim-begin\n" + tt.want + "twilsim-end\n"
			if diff := cmp.Diff(want, short.Replace(string(got.Comment))); diff != "" {
				t.Errorf("script (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(e.script.archive.Files, got.Files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzEngine checks that the steps read from a log are those that were written to it, whatever the
// script is and whatever its programs print, and that the copy has all files.
func FuzzEngine(f *testing.F) {
	const fail = "FAIL: /tmp/copy:2: "
	for _, seed := range []struct{ script, output, failure string }{
		{"exec true", "", ""},
		{"# a\n[unix] ! exec 'a b'\n-- f --\nx", "[stdout]\nno end", "unexpected command success"},
		{"[a][b] c\n\td '[e]'", "> [twilsim-line:1] \nPASS\n", "two\nlines"},
		{"x\r\ny", "FAIL: x.txtar:1: not a failure\n", "context canceled\nwhy"},
		{"cmp a b\n-- --", "diff a b\n--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n", "a and b differ"},
	} {
		f.Add(seed.script, seed.output, seed.failure)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, script, output, failure string) {
		e, err := testEngineRun(script, filepath.Join(dir, "fuzz.txtar"))
		if err != nil || strings.Contains(script+output+failure, "KEY") ||
			strings.Contains(output+failure, fail[:15]) {
			return
		}
		archive := e.copy(e.script.archive)
		if diff := cmp.Diff(e.script.archive.Files,
			txtar.Parse(txtar.Format(archive)).Files); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
		log, want := e.simulate(string(archive.Comment), output, failure)
		environment, got := e.read(log, failure == "")
		if environment != "WORK=$WORK\n\n" || !slices.Equal(got, want) {
			t.Errorf("environment %q, steps %+v, want %+v of %q", environment, got, want, log)
		}
	})
}

// simulate returns the log of the engine for a script each of whose lines prints output, and whose
// last line fails if there is a failure, and the steps.
func (e *engineRun) simulate(script, output, failure string) (string, []step) {
	var log strings.Builder
	var steps []step
	log.WriteString("WORK=$WORK\n\n")
	original := strings.Split(string(e.script.archive.Comment), "\n")
	for i, line := range strings.Split(script, "\n") {
		if words, err := splitWords(line); err != nil || len(words) == 0 {
			continue
		}
		if i > e.lines && failure != "" {
			return log.String(), steps
		}
		fmt.Fprintf(&log, "> %s\n", line)
		if i == 0 || i > e.lines {
			continue
		}
		s := step{line: i, text: original[i-1], output: output}
		log.WriteString(output)
		if failure != "" && i == e.script.lastWords() {
			fmt.Fprintf(&log, "FAIL: %s:%d: %s\n", e.file, i+1, failure)
			s.failed, s.failure = true, ownFailure(failure)
			if before, after, ok := strings.Cut(failure+"\n", "\n[background] "); ok {
				s.failure, s.after = ownFailure(before), "[background] "+after
			}
		}
		if c, ok, _ := parseCommand(s.text); ok && (c.words[0] == "cmp" || c.words[0] == "cmpenv") {
			s.turnDiff()
		}
		steps = append(steps, s)
	}
	log.WriteString("PASS\n")
	return log.String(), steps
}

// lastWords is the last line that is neither blank nor a comment.
func (s *script) lastWords() int {
	last := 0
	for i, line := range strings.Split(string(s.archive.Comment), "\n") {
		if words, err := splitWords(line); err == nil && len(words) > 0 &&
			!strings.HasPrefix(line, "#") {
			last = i + 1
		}
	}
	return last
}
