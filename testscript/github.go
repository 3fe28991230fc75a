package testscript

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// WriteAnnotations writes the result's failures as GitHub workflow commands, which mark the lines
// in the scenario's file. GitHub knows files by their path below the repository, whose directory
// root is; "" leaves paths as they are.
func (r Result) WriteAnnotations(out io.Writer, root string) {
	for _, p := range r.Phases {
		for _, f := range p.Failures {
			title := r.Name
			if p.Title != "" {
				title += ": " + p.Title
			}
			fmt.Fprintf(
				out,
				"::error file=%s,line=%d,title=%s::%s\n",
				commandProperty(below(r.File, root)),
				f.Line,
				commandProperty(title),
				commandData(f.Text),
			)
		}
	}
}

// below returns the path of file below root, with slashes, or file itself if it is elsewhere.
func below(file, root string) string {
	if root == "" {
		return filepath.ToSlash(file)
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return filepath.ToSlash(file)
	}
	path, err = filepath.Rel(root, path)
	if err != nil || path == ".." || strings.HasPrefix(path, ".."+string(filepath.Separator)) {
		return filepath.ToSlash(file)
	}
	return filepath.ToSlash(path)
}

// commandData escapes the text after the second :: of a workflow command.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// commandProperty escapes the value of a property of a workflow command.
func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").
		Replace(s)
}

// summaryRows is how many scenarios a step summary lists: GitHub accepts at most 1 MiB.
const summaryRows = 500

// WriteSummary writes the results as Markdown, for GitHub's step summary: a table with the failures
// first, then what failed.
func WriteSummary(out io.Writer, results []Result, summary Summary) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### twilsim: %s\n\n%s\n\n", summary.Word(), markdown(summary.String()))
	b.WriteString("| scenario | outcome | time | virtual |\n| --- | --- | --- | --- |\n")
	shown := 0
	for _, failed := range []bool{true, false} {
		for _, r := range results {
			if (r.Failure != "") != failed {
				continue
			}
			if shown++; shown <= summaryRows {
				fmt.Fprintf(
					&b,
					"| %s | %s | %s s | %s |\n",
					markdown(r.Name),
					r.Outcome,
					seconds(r.Time),
					short(r.Virtual),
				)
			}
		}
	}
	if more := shown - summaryRows; more > 0 {
		fmt.Fprintf(&b, "\n%d more are not listed.\n", more)
	}
	for _, r := range results {
		r.writeDetails(&b)
	}
	b.WriteString("\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// detailBytes is how much a step summary shows of one failure.
const detailBytes = 4 << 10

// writeDetails writes a failure as a block of code that the reader opens. Half of what GitHub
// accepts is left for the table and for what other steps write.
func (r Result) writeDetails(b *strings.Builder) {
	if r.Failure == "" || b.Len() > 512<<10 {
		return
	}
	text := fmt.Sprintf("%s:%d\n%s", r.File, r.Line, r.Failure)
	if r.Again != "" {
		text += "\n\n" + r.Again
	}
	text = shorten(text, detailBytes)
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(
		b,
		"\n<details><summary>%s</summary>\n\n%stext\n%s\n%s\n\n</details>\n",
		markdown(r.Name),
		fence,
		text,
		fence,
	)
}

// shorten cuts s to n bytes at most, at a whole character, and says so.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return fmt.Sprintf("%s\n... %d bytes more", strings.ToValidUTF8(s[:n], ""), len(s)-n)
}

// markdown escapes what Markdown and HTML would read in a line of text.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if r < 0x80 && strings.ContainsRune("\\`*_{}[]<>()#|~&!@", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
