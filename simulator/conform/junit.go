package conform

import (
	"encoding/xml"
	"io"
	"strings"
)

// junitSuite is the report that CI servers read: a case for each probe.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string     `xml:"name,attr"`
	Classname string     `xml:"classname,attr"` // the facts
	Failure   *junitText `xml:"failure"`
	Skipped   *junitText `xml:"skipped"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes results as JUnit XML. A probe that differs is a failure, an unknown one is
// skipped.
func WriteJUnit(w io.Writer, results []Result) error {
	suite := junitSuite{Name: "twilsim conform", Tests: len(results)}
	for _, r := range results {
		c := junitCase{Name: r.Probe, Classname: strings.Join(r.Facts, " ")}
		switch r.Verdict {
		case Differs:
			suite.Failures++
			c.Failure = &junitText{"the answer differs from the fact", r.Request + "\n" + r.Diff}
		case Unknown:
			suite.Skipped++
			c.Skipped = &junitText{Message: r.Reason}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "\t")
	if err := e.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
