package testscript

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// TAP writes results as TAP version 13, which all consumers of TAP understand: a test point for
// each phase, with a YAML block for one that failed. It is not safe for concurrent use.
type TAP struct {
	out    io.Writer
	points int
}

// NewTAP begins a TAP stream.
func NewTAP(out io.Writer) (*TAP, error) {
	_, err := fmt.Fprintln(out, "TAP version 13")
	return &TAP{out: out}, err
}

// Add writes the points of one result. The plan comes at the end, because phases are known only
// then.
func (t *TAP) Add(r Result) error {
	var b strings.Builder
	names := unique{}
	for _, p := range r.Phases {
		t.points++
		if p.Outcome == Failed || p.Outcome == Broken {
			b.WriteString("not ")
		}
		fmt.Fprintf(&b, "ok %d - %s", t.points, tapText(names.of(r.Name+": "+p.name())))
		if p.Outcome == Skipped {
			fmt.Fprintf(&b, " # SKIP %s", oneLine(p.Reason))
		}
		b.WriteString("\n")
		if len(p.Failures) > 0 {
			r.writeDiagnostics(&b, p)
		}
	}
	_, err := io.WriteString(t.out, b.String())
	return err
}

// Close writes the plan, which says how many points there were, and the summary as a comment. If
// scenarios were not run, it writes "Bail out!" instead, because a plan would claim that the report
// is complete.
func (t *TAP) Close(summary Summary) error {
	if summary.NotRun > 0 {
		_, err := fmt.Fprintf(t.out, "# %s\nBail out! %d not run\n", summary, summary.NotRun)
		return err
	}
	_, err := fmt.Fprintf(t.out, "1..%d\n# %s\n", t.points, summary)
	return err
}

// writeDiagnostics writes the YAML block of a phase that failed.
func (r Result) writeDiagnostics(out io.Writer, p Phase) {
	first := p.Failures[0]
	message, _, _ := strings.Cut(first.Text, "\n")
	fmt.Fprintf(out, "  ---\n  message: %s\n  severity: fail\n", yamlString(message))
	fmt.Fprintf(out, "  at:\n    file: %s\n    line: %d\n", yamlString(r.File), first.Line)
	fmt.Fprintf(out, "  duration_ms: %d\n  seed: %d\n", p.Time.Milliseconds(), r.Seed)
	for _, block := range []struct{ name, text string }{
		{"log", cmp.Or(p.Log, texts(p.Failures))}, {"evidence", r.evidence()}, {"again",
			r.Again}, {"trace", r.Trace},
	} {
		if block.text != "" {
			fmt.Fprintf(out, "  %s: %s\n", block.name, yamlBlock(block.text, "    "))
		}
	}
	fmt.Fprintf(out, "  ...\n")
}

func texts(failures []Failure) string {
	var all []string
	for _, f := range failures {
		all = append(all, f.Text)
	}
	return strings.Join(all, "\n")
}

// tapText escapes \ and #, which would begin a directive, as TAP 14 specifies.
func tapText(
	s string,
) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(s))
}

// oneLine replaces white space and control characters by single spaces.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	return strings.Join(
		strings.FieldsFunc(
			s,
			func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) },
		),
		" ",
	)
}

// yamlString is s as a double-quoted YAML string. JSON is YAML.
func yamlString(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string is always JSON
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\x7f", `\u007f`)
}

// yamlBlock is s as a YAML literal block, which is easy to read, or a quoted string if s contains
// characters that a block cannot hold. Empty lines are indented, too, because older consumers of
// TAP end the block at a line without indentation.
func yamlBlock(s, indent string) string {
	if strings.ContainsFunc(s, unreadable) || s == "" || strings.HasPrefix(s, " ") ||
		strings.HasPrefix(s, "\t") ||
		s[0] == '\n' {
		return yamlString(s)
	}
	return "|\n" + indent + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n"+indent)
}

// unreadable reports characters that YAML 1.1 or 1.2 reads as the end of a line or forbids.
func unreadable(r rune) bool {
	return r != '\n' && r != '\t' && !unicode.IsGraphic(r) ||
		strings.ContainsRune("\u2028\u2029\uFEFF\uFFFD", r)
}
