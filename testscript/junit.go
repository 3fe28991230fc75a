package testscript

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// junitSuites is the document's root. The format has no standard; these are the elements that
// Jenkins, GitLab and GitHub's actions read. File and line belong to a case, so that they can point
// at it.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"` // seconds
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	ID         int             `xml:"id,attr"`
	Time       string          `xml:"time,attr"`      // seconds
	Timestamp  string          `xml:"timestamp,attr"` // UTC
	File       string          `xml:"file,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	SystemOut  *junitOutput    `xml:"system-out"`
}

type junitCase struct {
	Name      string       `xml:"name,attr"`
	Classname string       `xml:"classname,attr"`
	Time      string       `xml:"time,attr"` // seconds
	File      string       `xml:"file,attr"`
	Line      int          `xml:"line,attr"`
	Skipped   *junitResult `xml:"skipped"`
	Error     *junitResult `xml:"error"`
	Failure   *junitResult `xml:"failure"`
	SystemOut *junitOutput `xml:"system-out"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// junitResult is why a case was skipped or failed.
type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

type junitOutput struct {
	Text string `xml:",cdata"`
}

// WriteJUnit writes the results as JUnit XML: a test suite for each scenario, a test case for each
// phase. Characters that XML cannot hold become U+FFFD.
func WriteJUnit(out io.Writer, results []Result, summary Summary) error {
	all := junitSuites{Name: "twilsim", Time: seconds(summary.Time)}
	names := unique{}
	for i, r := range results {
		s := r.suite()
		s.ID, s.Name = i, names.of(s.Name)
		all.add(s)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "\t")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}

func (all *junitSuites) add(s junitSuite) {
	all.Suites = append(all.Suites, s)
	all.Tests += s.Tests
	all.Failures += s.Failures
	all.Errors += s.Errors
	all.Skipped += s.Skipped
}

// suite is the scenario's test suite.
func (r Result) suite() junitSuite {
	s := junitSuite{
		Name: printable(r.Name), File: printable(r.File), Time: seconds(r.Time),
		Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{
			{
				Name:  "seed",
				Value: fmt.Sprint(r.Seed),
			}, {Name: "virtual_time", Value: short(r.Virtual)},
		},
	}
	names := unique{}
	for _, p := range r.Phases {
		c := r.testcase(p)
		c.Name = names.of(c.Name)
		s.add(c)
	}
	if evidence := r.evidence(); evidence != "" {
		s.SystemOut = &junitOutput{Text: printable(evidence)}
	}
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// testcase is a phase. One that failed or is broken has at least one failure.
func (r Result) testcase(p Phase) junitCase {
	c := junitCase{
		Name: printable(
			p.name(),
		), Classname: printable(r.Name), Time: seconds(p.Time), File: printable(r.File), Line: p.Line,
	}
	switch p.Outcome {
	case Failed:
		c.Failure = r.junitFailure(p, "scenario")
	case Broken:
		c.Error = r.junitFailure(p, "syntax")
	case Skipped:
		c.Skipped = &junitResult{Message: printable(p.Reason)}
	}
	if p.Log != "" {
		c.SystemOut = &junitOutput{Text: printable(p.Log)}
	}
	return c
}

// junitFailure describes the phase's failures: the message is the first line of the first one, the
// text has all of them.
func (r Result) junitFailure(p Phase, kind string) *junitResult {
	message, _, _ := strings.Cut(p.Failures[0].Text, "\n")
	var texts []string
	for _, f := range p.Failures {
		texts = append(texts, fmt.Sprintf("%s:%d: %s", r.File, f.Line, f.Text))
	}
	return &junitResult{
		Message: printable(message),
		Type:    kind,
		Text:    printable(strings.Join(texts, "\n")),
	}
}

// name returns the phase's name in reports.
func (p Phase) name() string {
	if p.Title == "" {
		return fmt.Sprintf("line %d", p.Line)
	}
	return p.Title
}

// unique makes names unique.
type unique map[string]bool

// of returns the name, followed by a number if it was used before: name#01, as in go test.
func (u unique) of(name string) string {
	got := name
	for n := 1; u[got]; n++ {
		got = fmt.Sprintf("%s#%02d", name, n)
	}
	u[got] = true
	return got
}

// printable replaces characters that XML cannot hold: a message's body may contain any.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}
