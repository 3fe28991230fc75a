package display

import (
	"strconv"
	"strings"

	"twilsim/simulator/facts"
	"twilsim/simulator/quirk"
	"twilsim/simulator/terminal"
)

// factJSON is a fact as --json prints it. The fields of [facts.Fact] are not those of our JSON: it
// has methods, and its section is a struct.
type factJSON struct {
	Fact    string       `json:"fact"`
	Section string       `json:"section"`
	Title   string       `json:"title"` // of the section
	Status  facts.Status `json:"status"`
	Remark  string       `json:"remark,omitempty"`
	Test    string       `json:"test,omitempty"`
	Text    string       `json:"text"`
	Marks   []string     `json:"marks"`
	Sources string       `json:"sources,omitempty"`
}

func encodeFact(u *terminal.UI, f facts.Fact) error {
	return u.Encode(factJSON{
		Fact: f.ID(), Section: f.Section.ID, Title: f.Section.Title, Status: f.Status,
		Remark: f.Remark,
		Test:   f.Test, Text: f.Text(), Marks: append([]string{}, f.Marks()...), Sources: f.Sources,
	})
}

// Fact prints a fact about Twilio.
func Fact(u *terminal.UI, f facts.Fact) error {
	if u.JSON {
		return encodeFact(u, f)
	}
	u.Printf("%s   %s %s\n", f.ID(), f.Section.ID, f.Section.Title)
	u.Printf("  fact      %s\n", f.Text())
	for _, note := range f.Section.Notes {
		u.Printf("  note      %s\n", note)
	}
	status := string(f.Status)
	if f.Remark != "" {
		status += ": " + f.Remark
	}
	for _, r := range []struct{ label, text string }{
		{"status", status}, {"test", f.Test}, {"marks", strings.Join(f.Marks(), " ")},
		{"sources", f.Sources},
	} {
		if r.text != "" {
			u.Printf("  %-9s %s\n", r.label, r.text)
		}
	}
	return nil
}

// coverageJSON is a section as --coverage --json prints it.
type coverageJSON struct {
	Section  string               `json:"section"`
	Title    string               `json:"title"`
	Total    int                  `json:"total"`
	ByStatus map[facts.Status]int `json:"by_status"`
	// facts that are not simulated, with nothing said about what happens instead
	Unreported int `json:"unreported"`
}

// FactCoverage prints how many facts of each section have which status.
func FactCoverage(u *terminal.UI) error {
	t := &terminal.Table{Head: []string{"SECTION", "FACTS", "IMPLEMENTED", "CONFIGURABLE",
		"NOT SIMULATED", "ADVICE", "UNREPORTED", "TITLE"}}
	sum := facts.Count{ByStatus: map[facts.Status]int{}}
	for _, n := range facts.Coverage() {
		if u.JSON {
			if err := u.Encode(coverageJSON{n.Section.ID, n.Section.Title, n.Total,
				n.ByStatus, n.Unreported}); err != nil {
				return err
			}
		}
		t.Add(coverageRow(n)...)
		sum.Total += n.Total
		sum.Unreported += n.Unreported
		for status, k := range n.ByStatus {
			sum.ByStatus[status] += k
		}
	}
	if !u.JSON {
		sum.Section = facts.Section{ID: "all"}
		t.Add(coverageRow(sum)...)
		u.Table(t)
	}
	return nil
}

func coverageRow(n facts.Count) []string {
	cells := []string{n.Section.ID, strconv.Itoa(n.Total)}
	for _, status := range facts.Statuses() {
		cells = append(cells, strconv.Itoa(n.ByStatus[status]))
	}
	return append(cells, strconv.Itoa(n.Unreported), n.Section.Title)
}

// quirkJSON is a switch as --json prints it.
type quirkJSON struct {
	Name    string   `json:"name"`
	Fact    string   `json:"fact"`
	Default string   `json:"default"`
	Strict  string   `json:"strict"`
	Values  []string `json:"values"` // null for any text
	Help    string   `json:"help"`
}

// Quirks prints the switches for what the sources leave open.
func Quirks(u *terminal.UI) error {
	for _, q := range quirk.All() {
		if u.JSON {
			err := u.Encode(quirkJSON{q.Name, q.Fact, q.Default, q.Strict, q.Values, q.Help})
			if err != nil {
				return err
			}
			continue
		}
		values := strings.Join(q.Values, "|")
		if q.Values == nil {
			values = "TEXT"
		}
		u.Printf("%s=%s\n    %s   %s\n", q.Name, values, q.Fact, q.Help)
		if q.Strict != q.Default {
			u.Printf("    --strict sets %s\n", q.Strict)
		}
	}
	return nil
}

// Facts prints a list of facts.
func Facts(u *terminal.UI, found []facts.Fact) error {
	if u.JSON {
		for _, f := range found {
			if err := encodeFact(u, f); err != nil {
				return err
			}
		}
	} else if err := terminal.List(u, found, []terminal.Column[facts.Fact]{
		{Head: "FACT", Value: facts.Fact.ID},
		{Head: "STATUS", Value: func(f facts.Fact) string { return string(f.Status) }},
		{Head: "SECTION", Value: func(f facts.Fact) string { return f.Section.ID }},
		{Head: "TEXT", Value: facts.Fact.Text},
	}); err != nil {
		return err
	}
	u.Progressf("%s\n", terminal.Count(len(found), "fact"))
	return nil
}
