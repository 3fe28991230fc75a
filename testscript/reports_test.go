package testscript

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// reported are results of all kinds.
func reported(t *testing.T) []Result {
	t.Helper()
	script, err := readScript(write(t, "# a\nexpct message\n"))
	if err != nil {
		t.Fatal(err)
	}
	results := Malformed(&UsageError{Err: script.check()})
	for _, text := range []string{
		story, "skip 'not # here'\n",
		"# same\nexec true\n# same\nexec true\n# /slash\nexec false\n# same\nexec true\n",
		"exec true\n", "# ]]> # \\ <title> 'quoted'\nexec printf '\\033[31m\\001\\tx\\n\\n]]>'\n" +
			"exec false\n",
	} {
		results = append(results, run(t, &Runner{}, text))
	}
	return append(
		results,
		hostileRun(t),
		run(t, &Runner{Options: Options{Continue: true}},
			"# a\nexec false\n# b\nexec false\nexec false\n"),
	)
}

// summaryOf adds results up as a run does.
func summaryOf(results []Result) Summary {
	var s Summary
	for _, r := range results {
		s.add(r)
		s.Time += r.Time
	}
	return s
}

// outcomes counts the phases that ended so.
func outcomes(results []Result, wanted ...Outcome) int {
	n := 0
	for _, r := range results {
		for _, p := range r.Phases {
			if slices.Contains(wanted, p.Outcome) {
				n++
			}
		}
	}
	return n
}

func TestReports(t *testing.T) {
	results := reported(t)
	if n := outcomes(results, Broken); n != 1 {
		t.Fatalf("%d broken phases, want 1", n)
	}
	checkJUnit(t, results)
	checkTAP(t, results)
	checkEvents(t, results)
}

// FuzzReports holds that every report can be read, whatever names and texts hold.
func FuzzReports(f *testing.F) {
	for _, s := range []string{"", "plain", hostile, "]]>", "a\nb\r\n\tc", "# skip \\#",
		"  - x: |\n   y", "\xff\xfe\ufffe\u2028\ufeff", "%,:/\x7f\u0085"} {
		f.Add("folder/"+s, s, s)
	}
	f.Fuzz(func(t *testing.T, name, title, text string) {
		clean := plain(text)
		results := []Result{
			{
				Scenario: Scenario{Name: name, File: name},
				Outcome:  Failed,
				Line:     1,
				Failure:  clean,
				Saw:      []string{clean},
				Phases: []Phase{
					{
						Title:    plain(title),
						Line:     1,
						Outcome:  Failed,
						Log:      clean,
						Failures: []Failure{{1, clean}},
					},
					{Title: plain(title), Line: 3, Outcome: Skipped, Reason: clean},
					{
						Title:   plain(title),
						Line:    4,
						Outcome: Passed,
						Log:     clean,
						Time:    time.Millisecond,
					},
				},
			},
			{
				Scenario: Scenario{Name: name, File: name},
				Outcome:  Skipped,
				Reason:   clean,
				Phases:   []Phase{{Line: 1, Outcome: Skipped, Reason: clean}},
			},
		}
		checkJUnit(t, results)
		checkTAP(t, results)
		checkEvents(t, results)
		var out strings.Builder
		results[0].WriteAnnotations(&out, "")
		if s := out.String(); strings.Count(s, "\n") != 1 || strings.Contains(s, "\r") ||
			!annotation.MatchString(s) {
			t.Errorf("annotation %q", s)
		}
	})
}

var annotation = regexp.MustCompile(`\A::error file=[^:,]*,line=1,title=[^:,]*::[^\n]*\n\z`)

// element is any element of XML.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) named(name string) []element {
	return slices.DeleteFunc(
		slices.Clone(e.Children),
		func(c element) bool { return c.XMLName.Local != name },
	)
}

// checkJUnit holds a report to the rules of the schemas that Jenkins and Ant have for it.
func checkJUnit(t *testing.T, results []Result) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJUnit(&out, results, summaryOf(results)); err != nil {
		t.Fatal(err)
	}
	var root element
	if err := xml.Unmarshal(out.Bytes(), &root); err != nil { // it refuses characters that XML has not
		t.Fatalf("%v in\n%s", err, out.String())
	}
	checkElement(
		t,
		root,
		"testsuites",
		[]string{"name", "tests", "failures", "errors", "skipped", "time"},
		"testsuite",
	)
	checkCounts(t, root, root.Children)
	checkUnique(t, root.Children)
	for _, s := range root.Children {
		checkElement(
			t,
			s,
			"testsuite",
			[]string{"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "file"},
			"properties",
			"testcase",
			"system-out",
		)
		checkCounts(t, s, nil)
		checkUnique(t, s.named("testcase"))
		for _, c := range s.named("testcase") {
			checkElement(
				t,
				c,
				"testcase",
				[]string{"name", "classname", "time", "line"},
				"skipped",
				"error",
				"failure",
				"system-out",
			)
			if n := len(c.Children) - len(c.named("system-out")); n > 1 {
				t.Errorf("%d outcomes in one test case", n)
			}
			for _, f := range append(c.named("failure"), c.named("error")...) {
				checkElement(t, f, f.XMLName.Local, []string{"type"})
			}
		}
	}
	if got, want := len(results), len(root.Children); got != want {
		t.Errorf("%d suites, want %d", got, want)
	}
	for name, want := range map[string]int{"failures": outcomes(results, Failed),
		"errors":  outcomes(results, Broken),
		"skipped": outcomes(results, Skipped), "tests": outcomes(results, Passed, Failed, Broken,
			Skipped)} {
		if got := root.attr(name); got != strconv.Itoa(want) {
			t.Errorf("%s=%s, want %d", name, got, want)
		}
	}
}

// checkElement wants an element's name, its attributes, and its children in this order.
func checkElement(t *testing.T, e element, name string, attrs []string, children ...string) {
	t.Helper()
	if e.XMLName.Local != name {
		t.Errorf("<%s>, want <%s>", e.XMLName.Local, name)
	}
	for _, a := range attrs {
		if e.attr(a) == "" &&
			!(a == "name" || a == "classname" || a == "file") { // a fuzzed name may be empty
			t.Errorf("<%s> has no %s", name, a)
		}
	}
	if s := e.attr("time"); s != "" {
		if d, err := strconv.ParseFloat(s, 64); err != nil || d < 0 || math.IsInf(d, 0) {
			t.Errorf("<%s time=%q>", name, s)
		}
	}
	last := 0
	for _, c := range e.Children {
		at := slices.Index(children, c.XMLName.Local)
		if at < last {
			t.Errorf(
				"<%s> in <%s> is none of %q, or comes too late",
				c.XMLName.Local,
				name,
				children,
			)
		}
		last = at
	}
}

// checkCounts wants counts to equal the children's: those of suites, or the test cases of e.
func checkCounts(t *testing.T, e element, suites []element) {
	t.Helper()
	for name, child := range map[string]string{"tests": "", "failures": "failure", "errors": "error",
		"skipped": "skipped"} {
		n := 0
		for _, s := range suites {
			m, _ := strconv.Atoi(s.attr(name))
			n += m
		}
		for _, c := range e.named("testcase") {
			if child == "" || len(c.named(child)) > 0 {
				n++
			}
		}
		if e.attr(name) != strconv.Itoa(n) {
			t.Errorf("<%s %s=%q>, but there are %d", e.XMLName.Local, name, e.attr(name), n)
		}
	}
}

func checkUnique(t *testing.T, elements []element) {
	t.Helper()
	var names []string
	for _, e := range elements {
		if slices.Contains(names, e.attr("name")) {
			t.Errorf("two of <%s name=%q>", e.XMLName.Local, e.attr("name"))
		}
		names = append(names, e.attr("name"))
	}
}

var tapPoint = regexp.MustCompile(`^(not )?ok (\d+) - ((?:[^#\\]|\\#|\\\\)*)( # SKIP .*)?$`)

// checkTAP holds a report to TAP's grammar.
func checkTAP(t *testing.T, results []Result) {
	t.Helper()
	var out strings.Builder
	tap, err := NewTAP(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if err := tap.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := tap.Close(summaryOf(results)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	points, failed, skipped, blocks := 0, 0, 0, 0
	for i := 1; i < len(lines); i++ {
		switch m := tapPoint.FindStringSubmatch(lines[i]); {
		case m != nil:
			if points++; m[2] != strconv.Itoa(points) {
				t.Errorf("point %s, want %d", m[2], points)
			}
			if m[1] != "" {
				failed++
			}
			if m[4] != "" {
				skipped++
			}
		case lines[i] == "  ---":
			end := i + slices.Index(lines[i:], "  ...")
			checkDiagnostics(t, lines[i+1:end])
			i = end
			blocks++
		case lines[i] == fmt.Sprintf("1..%d", points), strings.HasPrefix(lines[i], "# "):
		default:
			t.Errorf("line %d is not TAP: %q", i+1, lines[i])
		}
	}
	if lines[0] != "TAP version 13" || !slices.Contains(lines, fmt.Sprintf("1..%d", points)) {
		t.Errorf("no version or no plan:\n%s", out.String())
	}
	want := []int{
		outcomes(results, Passed, Failed, Broken, Skipped),
		outcomes(results, Failed, Broken),
		outcomes(results, Skipped),
		outcomes(results, Failed, Broken),
	}
	if diff := cmp.Diff(want, []int{points, failed, skipped, blocks}); diff != "" {
		t.Errorf("points, failed, skipped, diagnostics (-want +got):\n%s", diff)
	}
}

func checkDiagnostics(t *testing.T, lines []string) {
	t.Helper()
	for i, line := range lines {
		if line != "" && !strings.HasPrefix(line, "  ") {
			t.Errorf("the diagnostics end early: %q", line)
		}
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	var got struct {
		Message string
		At      struct{ Line int }
	}
	if err := yaml.Unmarshal([]byte(strings.Join(lines, "\n")), &got); err != nil ||
		got.At.Line < 1 {
		t.Errorf("the diagnostics: %v in\n%s", err, strings.Join(lines, "\n"))
	}
}

// checkEvents holds a stream to what go doc cmd/test2json says, and lets a reader of go test -json
// count.
func checkEvents(t *testing.T, results []Result) {
	t.Helper()
	var out bytes.Buffer
	events := NewEvents(&out)
	for _, r := range results {
		if err := events.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := events.Close(); err != nil {
		t.Fatal(err)
	}
	state := map[string]string{} // of packages and tests: run, or how they ended
	for line := range bytes.Lines(out.Bytes()) {
		checkEvent(t, line, state)
	}
	for key, s := range state {
		if s == "run" || s == "start" {
			t.Errorf("%s has not ended", key)
		}
	}
	counts := map[string]int{}
	for line := range bytes.Lines(out.Bytes()) {
		var e struct{ Action, Test string }
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Test != "" && slices.Contains([]string{"pass", "fail", "skip"}, e.Action) {
			counts[e.Action]++
		}
	}
	want := map[string]int{}
	for result, kinds := range map[string][]Outcome{"pass": {Passed}, "fail": {Failed, Broken},
		"skip": {Skipped}} {
		want[result] = outcomes(results, kinds...)
		for _, r := range results {
			if slices.Contains(kinds, r.Outcome) {
				want[result]++
			}
		}
		if want[result] == 0 {
			delete(want, result)
		}
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("tests and subtests by how they ended (-want +got):\n%s", diff)
	}
}

// checkEvent wants an event that may come in this state.
func checkEvent(t *testing.T, line []byte, state map[string]string) {
	t.Helper()
	var e struct {
		Time                          time.Time
		Action, Package, Test, Output string
		Elapsed                       *float64
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	key, parent := e.Package+" "+e.Test, e.Package+" "
	if test, _, sub := strings.Cut(e.Test, "/"); sub {
		parent += test
	}
	before, open := state[key], state[key] == "run" || state[key] == "start"
	switch e.Action {
	case "start":
		if before != "" || e.Test != "" {
			t.Errorf("start after %q: %s", before, line)
		}
	case "run":
		if before != "" || state[parent] != "run" && state[parent] != "start" {
			t.Errorf("run after %q, its parent %q: %s", before, state[parent], line)
		}
	case "output":
		if !open || !strings.HasSuffix(e.Output, "\n") || strings.Count(e.Output, "\n") != 1 {
			t.Errorf("output after %q: %s", before, line)
		}
		return
	case "pass", "fail", "skip":
		if !open || e.Elapsed == nil || *e.Elapsed < 0 {
			t.Errorf("end after %q: %s", before, line)
		}
		for other, s := range state {
			if s == "run" && other != key &&
				(e.Test == "" && strings.HasPrefix(other, key) || strings.HasPrefix(other, key+"/")) {
				t.Errorf("%s ends before %s", key, other)
			}
		}
	default:
		t.Errorf("unknown action: %s", line)
	}
	state[key] = e.Action
}

func TestTAPOfARunThatWasCutShort(t *testing.T) {
	var out strings.Builder
	tap, err := NewTAP(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := tap.Close(Summary{NotRun: 3, Seed: 1, Parallel: 1}); err != nil {
		t.Fatal(err)
	}
	const want = "TAP version 13\n# 0 scenarios: 0 passed, 0 failed, 3 not run   0.00s   v 0s   " +
		"seed 1   parallel 1\nBail out! 3 not run\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}
