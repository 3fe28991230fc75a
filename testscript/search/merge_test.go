package search

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

// merge merges texts and returns the result and the exit code.
func merge(t *testing.T, texts ...string) (string, int) {
	t.Helper()
	t.Chdir(t.TempDir())
	var names []string
	for i, text := range texts {
		names = append(names, "file"+string(rune('1'+i)))
		if err := os.WriteFile(names[i], []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	err := Merge(terminal.New(strings.NewReader(""), &out, &out, func(string) string { return "" }),
		names)
	if exit, ok := err.(*failure.Error); ok {
		return out.String() + exit.What, exit.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), 0
}

// TestMergeShards checks that three shards find together what one machine finds.
func TestMergeShards(t *testing.T) {
	findings := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, `{"type":"finding"`) {
				b.WriteString(line)
			}
		}
		return b.String()
	}
	parts := make([]string, 3)
	for i := range parts {
		parts[i], _ = run(t, story, "--depth=2", "--shard="+string(rune('1'+i))+"/3", "--as-json")
	}
	whole, _ := run(t, story, "--depth=2", "--as-json")
	merged, code := merge(t, parts...)
	if code != failure.No || findings(merged) != findings(whole) || findings(whole) == "" {
		t.Errorf("exit %d:\n%s\nwant:\n%s", code, findings(merged), findings(whole))
	}
}

func TestMergeOthers(t *testing.T) {
	suite := func(name, inner string) string {
		return `<?xml version="1.0"?><testsuites><testsuite name="` + name + `">` + inner +
			`</testsuite></testsuites>`
	}
	got, code := merge(t, suite("b", `<testcase name="x"/>`),
		suite("a", `<testcase><failure message="m"/></testcase>`))
	if code != failure.No || strings.Index(got, `name="a"`) > strings.Index(got, `name="b"`) {
		t.Errorf("exit %d: %s", code, got)
	}
	got, code = merge(t, `{"seen":{"use/texts":false,"opt-out/STOP":false}}`,
		`{"seen":{"opt-out/STOP":true,"opt-out/HELP":true}}`)
	if code != 0 || !strings.Contains(got, `"opt-out/STOP": true`) ||
		!strings.Contains(got, `"opt-out/HELP": true`) {
		t.Errorf("exit %d: %s", code, got)
	}
	for _, texts := range [][]string{{"nothing"}, {suite("a", ""), `{"seen":{}}`},
		{"<?xml version"}, {`{"a":1}`}} {
		if got, code := merge(t, texts...); code != failure.Usage {
			t.Errorf("%q: exit %d: %s", texts, code, got)
		}
	}
}
