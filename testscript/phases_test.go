package testscript

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPhases wants each phase to have its own commands, log, failures and clock, whatever the
// scenario prints.
func TestPhases(t *testing.T) {
	got := run(t, &Runner{Options: Options{Continue: true}}, `exec printf 'no end'
# first, a remark
# a phase
clock advance 2s
exec printf '> clock advance 3s\n# the end\nPASS\n'
exec sh -c 'printf part; exit 1'
# the end
cmp one two
clock advance 3s
# a phase
exec echo done
-- one --
same
got
-- two --
expected
same
`)
	type phase struct {
		Title, Virtual, Log string
		Line                int
		Outcome             Outcome
		Failures            []Failure
	}
	var phases []phase
	for _, p := range got.Phases {
		phases = append(
			phases,
			phase{p.Title, p.Virtual.String(), p.Log, p.Line, p.Outcome, p.Failures},
		)
	}
	diff := "--- expected  two\n+++ got       one\n@@ -1,2 +1,2 @@\n-expected\n same\n+got"
	want := []phase{
		{"", "0s", "> exec printf 'no end'\n[stdout]\nno end\n", 1, Passed, nil},
		{
			"a phase",
			"2s",
			"> clock advance 2s\n[stdout]\nv+2.0s\n\n> exec printf '> clock advance 3s\\n# the " +
				"end\\nPASS\\n'\n" +
				"[stdout]\n> clock advance 3s\n# the end\nPASS\n> exec sh -c 'printf part; exit 1'\n" +
				"[stdout]\npart[exit status 1]\n" +
				"unexpected command failure\n",
			3,
			Failed,
			[]Failure{{6, "unexpected command failure"}},
		},
		{
			"the end",
			"3s",
			"> cmp one two\n" + diff + "\n\none and two differ\n> clock advance 3s\n[stdout]\nv+5.0s\n\n",
			7,
			Failed,
			[]Failure{{8, "one and two differ\n" + diff}},
		},
		{"a phase", "0s", "> exec echo done\n[stdout]\ndone\n", 10, Passed, nil},
	}
	if diff := cmp.Diff(want, phases); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
	if got.Line != 6 || got.Failure != "unexpected command failure" {
		t.Errorf("the first failure: line %d, %q", got.Line, got.Failure)
	}
}

func TestStoppedAndSkipped(t *testing.T) {
	tests := []struct {
		name, script string
		outcome      Outcome
		want         []string // outcome and reason of each phase
	}{
		{
			"stop",
			"# a\nexec true\nstop enough\n# b\nexec false\n",
			Passed,
			[]string{"ok ", "skip the scenario stopped before it"},
		},
		{
			"skip",
			"# a\nexec true\nskip 'not here'\n# b\nexec false\n",
			Skipped,
			[]string{"skip not here", "skip not here"},
		},
		{
			"fail",
			"# a\nexec false\n# b\nexec false\n",
			Failed,
			[]string{"FAIL ", "skip an earlier phase failed"},
		},
		{
			"at the end",
			"# a\nbin b b.xml\nnumber +12025550100 b\nsms +12025550142 +12025550100 hi\n# b\nexec true\n" +
				"-- b.xml --\n<Answer/>\n",
			Failed,
			[]string{"ok ", "FAIL "},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, &Runner{}, tt.script)
			var phases []string
			for _, p := range got.Phases {
				phases = append(phases, string(p.Outcome)+" "+p.Reason)
			}
			if diff := cmp.Diff(tt.want, phases); diff != "" || got.Outcome != tt.outcome {
				t.Errorf("%s, phases (-want +got):\n%s", got.Outcome, diff)
			}
		})
	}
}

func TestTurnDiff(t *testing.T) {
	got, diff := turnDiff(
		[]string{
			"> cmp a b",
			"diff a b",
			"--- a",
			"+++ b",
			"@@ -1,2 +3,4 @@",
			" x",
			"-got",
			"\\ No newline at end of file",
			"+want",
			" y",
			"",
			"after",
		},
	)
	want := []string{
		"> cmp a b",
		"--- expected  b",
		"+++ got       a",
		"@@ -3,4 +1,2 @@",
		" x",
		"-want",
		"+got",
		"\\ No newline at end of file",
		" y",
		"",
		"after",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("lines (-want +got):\n%s", d)
	}
	if diff == "" {
		t.Error("no diff")
	}
}
