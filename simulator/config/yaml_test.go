package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDepth checks that a file that is nested without end is refused before it is parsed.
func TestDepth(t *testing.T) {
	blocks := func(indent, line string) func(int) string {
		return func(n int) string {
			var b strings.Builder
			for i := range n {
				b.WriteString(strings.Repeat(indent, i) + line + "\n")
			}
			return b.String()
		}
	}
	repeat := func(open, end string) func(int) string {
		return func(n int) string {
			return "a: " + strings.Repeat(open, n) + "1" + strings.Repeat(end, n)
		}
	}
	for name, nested := range map[string]func(int) string{
		"brackets": repeat("[", "]"), "braces": repeat("{a: ", "}"), "both": repeat("[{a: ", "}]"),
		"not closed": repeat("[", ""), "blocks": blocks(" ", "a:"),
		"maps in lists": blocks("  ", "- a:"),
		"dashes":        func(n int) string { return strings.Repeat("- ", n) + "1" },
	} {
		for _, n := range []int{maxDepth + 1, 20 * maxDepth} {
			if _, err := parseYAML("x.yaml", []byte(nested(n))); err == nil ||
				!strings.Contains(err.Error(), "nested deeper") {
				t.Errorf("%s, %d: %v", name, n, err)
			}
		}
		if _, err := parseYAML("x.yaml", []byte(nested(maxDepth/3))); err != nil &&
			name != "not closed" {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := strings.Repeat("- a: [b, {c: d}]\n  e: '[[[['\n", 1000)
	if _, err := parseYAML("x.yaml", []byte(wide)); err != nil {
		t.Errorf("a long file: %v", err)
	}
}

// TestLongText checks that no more of a file is read than its limit.
func TestLongText(t *testing.T) {
	name := filepath.Join(t.TempDir(), "long.yaml")
	for n, ok := range map[int]bool{maxText: true, maxText + 1: false} {
		if err := os.WriteFile(name, []byte(strings.Repeat("#", n)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRules(name); (err == nil) != ok {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}
