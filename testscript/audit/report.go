package audit

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// WriteLine writes a result in a line for people, and what is wrong below it. An error of w is not
// reported: it is a terminal's.
func (r Result) WriteLine(w io.Writer) {
	fmt.Fprintf(w, "%-8s  %s  %s  (%s)\n", r.Outcome, r.ID, r.Title, r.Fact)
	if r.Text != "" {
		fmt.Fprintf(w, "          %s\n", r.Text)
	}
	switch {
	case r.File != "":
		fmt.Fprintf(w, "          file %s\n", r.File)
	case r.Text != "" && r.Scenario == "" && r.Outcome != NotSeen:
		fmt.Fprintf(w, "          a scenario cannot show this: --only %s makes this check alone\n", r.ID)
	}
}

// writeText writes the results and how many there are of each outcome.
func writeText(w io.Writer, results []Result) {
	for _, r := range results {
		r.WriteLine(w)
	}
	WriteTotals(w, results)
}

// WriteTotals writes how many results there are of each outcome. Outcomes that did not occur are
// left out.
func WriteTotals(w io.Writer, results []Result) {
	counts := map[Outcome]int{}
	for _, r := range results {
		counts[r.Outcome]++
	}
	var parts []string
	for _, o := range []Outcome{OK, Fail, Warn, NotSeen} {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[o], o))
		}
	}
	fmt.Fprintln(w, strings.Join(parts, ", "))
}

// WriteJSON writes a line for each result. < and > stay as they are, because texts quote TwiML.
func WriteJSON(w io.Writer, results []Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, r := range results {
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Skipped   *junitMessage `xml:"skipped"`
	Failure   *junitMessage `xml:"failure"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
}

// WriteJUnit writes the results as JUnit XML: what was not seen is skipped, and a warning passes.
func WriteJUnit(w io.Writer, results []Result) error {
	suite := struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}{Name: "twilsim audit", Tests: len(results)}
	for _, r := range results {
		c := junitCase{Name: r.ID + " " + r.Title, Classname: "audit"}
		switch r.Outcome {
		case Fail:
			suite.Failures++
			c.Failure = &junitMessage{r.Text}
		case NotSeen:
			suite.Skipped++
			c.Skipped = &junitMessage{r.Text}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	return e.Encode(suite)
}

// The parts of SARIF 2.1.0 that code hosts read.
type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifRule struct {
		ID    string            `json:"id"`
		Short sarifText         `json:"shortDescription"`
		Usual map[string]string `json:"defaultConfiguration"`
	}
	sarifResult struct {
		RuleID    string    `json:"ruleId"`
		Level     string    `json:"level"`
		Message   sarifText `json:"message"`
		Locations []any     `json:"locations"`
	}
)

// WriteSARIF writes what is wrong as SARIF, with a rule for each check. uri is what was audited.
// There is no line to point at: the audit sees the app from outside, so every result is at uri.
func WriteSARIF(w io.Writer, uri string, results []Result) error {
	rules, found := []sarifRule{}, []sarifResult{}
	for _, r := range results {
		rules = append(rules, sarifRule{ID: r.ID, Short: sarifText{r.Title},
			Usual: map[string]string{"level": string(r.Severity)}})
		if r.Outcome != Fail && r.Outcome != Warn {
			continue
		}
		found = append(found, sarifResult{RuleID: r.ID, Level: string(r.Severity),
			Message: sarifText{r.Text + " (" + r.Fact + ")"},
			Locations: []any{map[string]any{"physicalLocation": map[string]any{
				"artifactLocation": map[string]string{"uri": uri}}}}})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(map[string]any{
		"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"runs": []any{map[string]any{
			"tool":    map[string]any{"driver": map[string]any{"name": "twilsim", "rules": rules}},
			"results": found,
		}},
	})
}
