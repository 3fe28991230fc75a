package search

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"twilsim/simulator/failure"
	"twilsim/simulator/mask"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
	"twilsim/testscript/coverage"
	"twilsim/testscript/explore"
)

// MergeHelp is the help of twilsim merge.
const MergeHelp = `Combine what several machines wrote that shared a run, a search or an audit with
--shard: JUnit reports, coverage as JSON, and the findings that explore --json printed. The files
are told apart by what is in them; all must be of one kind. Findings are joined by ID, coverage by
item. The result goes to standard output, in the same form.

Exit codes: 0, 1 if there is a failure or a finding, 2 if a file is of another kind.`

// Merge combines files and writes the result. The kind is that of the first file. Nothing is
// written if any file is wrong, and the exit code is that which one machine would have had.
func Merge(ui *terminal.UI, names []string) error {
	var files [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return misuse("ls -l "+shell.Word(name), "cannot read %s: %v", name, reason.Of(err))
		}
		files = append(files, data)
	}
	kind := kindOf(files[0])
	for i, data := range files {
		switch got := kindOf(data); {
		case got == "":
			return misuse("", "%s is neither a JUnit report, nor coverage as JSON, nor what explore "+
				"--json printed",
				names[i])
		case got != kind:
			return misuse("", "%s is %s, and %s is %s", names[i], got, names[0], kind)
		}
	}
	merge := map[string]func(io.Writer, []string, [][]byte) (bool, error){
		junitKind: mergeJUnit, coverageKind: mergeCoverage, findingsKind: mergeFindings}[kind]
	var out bytes.Buffer
	failed, err := merge(&out, names, files)
	if err != nil {
		return misuse("", "%v", err)
	}
	if _, err := io.WriteString(ui.Out, harmless(mask.Text(out.String()))); err != nil {
		return err
	}
	if failed {
		return &failure.Error{Code: failure.No}
	}
	return nil
}

// The kinds of files.
const (
	junitKind    = "a JUnit report"
	coverageKind = "coverage"
	findingsKind = "findings"
)

// kindOf looks at the beginning only; "" is none of them. explore writes type first in each line.
func kindOf(data []byte) string {
	switch head := strings.TrimSpace(string(data[:min(len(data), 200)])); {
	case strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "<testsuite"):
		return junitKind
	case strings.HasPrefix(head, `{"type":`):
		return findingsKind
	case strings.HasPrefix(head, "{"):
		return coverageKind
	}
	return ""
}

// element is any element of a JUnit report. Its content is kept as it is, so what other programs
// add to a report survives.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Content []byte     `xml:",innerxml"`
}

// mergeJUnit puts the suites of all reports into one, in the order of their names. A report is a
// single testsuite or a list of them, as there is no standard.
func mergeJUnit(w io.Writer, names []string, files [][]byte) (failed bool, err error) {
	var suites []element
	for i, data := range files {
		var root element
		if err := xml.Unmarshal(data, &root); err != nil {
			return false, fmt.Errorf("%s: %w", names[i], err)
		}
		if root.XMLName.Local == "testsuite" {
			suites = append(suites, root)
			continue
		}
		var inner struct {
			Suites []element `xml:"testsuite"`
		}
		if err := xml.Unmarshal(data, &inner); err != nil {
			return false, fmt.Errorf("%s: %w", names[i], err)
		}
		suites = append(suites, inner.Suites...)
	}
	slices.SortStableFunc(suites, func(a, b element) int {
		return strings.Compare(a.attr("name"), b.attr("name"))
	})
	fmt.Fprint(w, xml.Header, "<testsuites name=\"twilsim\">\n")
	e := xml.NewEncoder(w)
	for _, s := range suites {
		failed = failed || bytes.Contains(s.Content, []byte("<failure")) ||
			bytes.Contains(s.Content, []byte("<error"))
		if err := e.Encode(s); err != nil {
			return false, err
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "</testsuites>")
	return failed, nil
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// mergeCoverage never fails for what is missing: limits are for run, which knows them.
func mergeCoverage(w io.Writer, names []string, files [][]byte) (failed bool, err error) {
	seen := coverage.Seen{}
	for i, data := range files {
		r, err := coverage.ReadReport(data)
		if err != nil {
			return false, fmt.Errorf("%s: %w", names[i], err)
		}
		seen.Merge(r.Seen)
	}
	return false, coverage.NewReport(seen).WriteJSON(w)
}

// mergeFindings joins searches by scenario and findings by ID. Every machine plays all single
// deviations, so that their runs count once.
func mergeFindings(w io.Writer, names []string, files [][]byte) (failed bool, err error) {
	reports := map[string]*explore.Report{}
	for i, data := range files {
		if err := addFindings(reports, data); err != nil {
			return false, fmt.Errorf("%s: %w", names[i], err)
		}
	}
	var all []*explore.Report
	for _, r := range reports {
		failed = failed || len(r.Findings) > 0
		slices.SortFunc(r.Findings, func(a, b *explore.Finding) int {
			return strings.Compare(a.ID, b.ID)
		})
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *explore.Report) int {
		return strings.Compare(a.Scenario, b.Scenario)
	})
	return failed, explore.WriteJSON(w, all)
}

// addFindings adds the lines of one file. A finding comes behind the line of its search, as explore
// writes them. Lines of other types, of a newer version say, are ignored.
func addFindings(reports map[string]*explore.Report, data []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var kind struct{ Type, Scenario string }
		if err := json.Unmarshal(lines.Bytes(), &kind); err != nil {
			return err
		}
		switch kind.Type {
		case "search":
			var r explore.Report
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return err
			}
			if known, ok := reports[r.Scenario]; ok {
				known.Join(&r)
			} else {
				reports[r.Scenario] = &r
			}
		case "finding":
			var f explore.Finding
			if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
				return err
			}
			r, ok := reports[f.Scenario]
			if !ok {
				return fmt.Errorf("finding %s has no search of %s before it", f.ID, f.Scenario)
			}
			r.Take(&f)
		}
	}
	return lines.Err()
}
