package explore

import (
	"encoding/xml"
	"fmt"
	"io"
)

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Name    string       `xml:"name,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Line      int           `xml:"line,attr,omitempty"`
	Failure   *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the reports as JUnit XML: a suite for each scenario, with a case for each depth
// at which nothing was found and one for each finding.
func WriteJUnit(w io.Writer, reports []*Report) error {
	all := junitSuites{Name: "twilsim explore"}
	for _, r := range reports {
		suite := junitSuite{Name: r.Scenario}
		for depth := 1; depth <= min(r.Depth, 3); depth++ {
			if !r.found(depth) {
				suite.Cases = append(suite.Cases,
					junitCase{Name: fmt.Sprintf("no failure with %s", count(depth, "deviation")),
						Classname: r.Scenario})
			}
		}
		for _, f := range r.Findings {
			suite.Failures++
			suite.Cases = append(suite.Cases, junitCase{
				Name: f.ID + " " + f.Schedule, Classname: r.Scenario, Line: f.Line,
				Failure: &junitFailure{Message: f.Sentence, Text: f.Text},
			})
		}
		suite.Tests = len(suite.Cases)
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// found reports whether there is a finding with so many deviations, 3 for 3 and more.
func (r *Report) found(depth int) bool {
	for _, f := range r.Findings {
		if min(len(f.Run.Schedule), 3) == depth {
			return true
		}
	}
	return false
}
