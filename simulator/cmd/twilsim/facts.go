package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/facts"
	"twilsim/simulator/quirk"
	"twilsim/simulator/terminal"
)

func newFacts(c *cli) *cobra.Command {
	var coverage, quirks bool
	cmd := &cobra.Command{
		Use:   "facts NUMBER... | WORD... | --coverage | --quirks",
		Short: "show or search the numbered facts about Twilio that twilsim is built on",
		Long: `Shows facts about Twilio by their number, or searches them for words. Alerts, errors and the code cite these numbers. Each fact
has a status: implemented (with a test or scenario that cites it), configurable, not simulated, or advice (about clients).
The marks say how far it is known: unconfirmed, observed (in a capture, not documented) or inferred. It needs no simulator.`,
		Example: `twilsim facts F-154
twilsim facts stop keyword
twilsim facts --coverage`,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case quirks && !coverage && len(args) == 0:
				return c.listQuirks()
			case quirks || coverage == (len(args) > 0):
				return misuse("name the number of a fact, words to search for, or --coverage").
					try("twilsim facts F-154").try("twilsim facts stop keyword").try("twilsim facts --coverage")
			case coverage:
				return c.factCoverage()
			}
			return c.facts(args)
		},
	}
	cmd.Flags().BoolVar(&coverage, "coverage", false, "count the facts of each section by status")
	cmd.Flags().BoolVar(&quirks, "quirks", false, "list the switches for what no source settles")
	return cmd
}

// facts shows the facts that args name if all are numbers, and searches for them if not.
func (c *cli) facts(args []string) error {
	var found []facts.Fact
	for _, arg := range args {
		number, err := facts.ParseID(arg)
		if err != nil {
			return c.searchFacts(args)
		}
		f, ok := facts.Lookup(number)
		if !ok {
			return misuse("there is no fact %q", arg).try("twilsim facts WORD").try("twilsim facts --coverage")
		}
		found = append(found, f)
	}
	for _, f := range found {
		if err := c.printFact(f); err != nil {
			return err
		}
	}
	return nil
}

// factJSON is a fact as --json prints it.
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

func (c *cli) encodeFact(f facts.Fact) error {
	return c.ui.Encode(factJSON{
		Fact: f.ID(), Section: f.Section.ID, Title: f.Section.Title, Status: f.Status, Remark: f.Remark,
		Test: f.Test, Text: f.Text(), Marks: append([]string{}, f.Marks()...), Sources: f.Sources,
	})
}

func (c *cli) printFact(f facts.Fact) error {
	if c.ui.JSON {
		return c.encodeFact(f)
	}
	u := c.ui
	u.Printf("%s   %s %s\n", f.ID(), f.Section.ID, f.Section.Title)
	u.Printf("  fact      %s\n", f.Text())
	for _, note := range f.Section.Notes {
		u.Printf("  note      %s\n", note)
	}
	status := string(f.Status)
	if f.Remark != "" {
		status += ": " + f.Remark
	}
	for _, r := range []row{{"status", status}, {"test", f.Test}, {"marks", strings.Join(f.Marks(), " ")}, {"sources", f.Sources}} {
		if r.text != "" {
			u.Printf("  %-9s %s\n", r.label, r.text)
		}
	}
	return nil
}

func (c *cli) searchFacts(words []string) error {
	found := facts.Search(words...)
	if len(found) == 0 {
		return fail(exitNo, "no fact has all of these words: %s", strings.Join(words, " ")).
			try("fewer words, or only their beginnings").try("twilsim facts --coverage")
	}
	if c.ui.JSON {
		for _, f := range found {
			if err := c.encodeFact(f); err != nil {
				return err
			}
		}
	} else if err := terminal.List(c.ui, found, []terminal.Column[facts.Fact]{
		{Head: "FACT", Value: facts.Fact.ID},
		{Head: "STATUS", Value: func(f facts.Fact) string { return string(f.Status) }},
		{Head: "SECTION", Value: func(f facts.Fact) string { return f.Section.ID }},
		{Head: "TEXT", Value: facts.Fact.Text},
	}); err != nil {
		return err
	}
	c.ui.Progressf("%s\n", terminal.Count(len(found), "fact"))
	return nil
}

// coverageJSON is a section as --coverage --json prints it.
type coverageJSON struct {
	Section  string               `json:"section"`
	Title    string               `json:"title"`
	Total    int                  `json:"total"`
	ByStatus map[facts.Status]int `json:"by_status"`
}

func (c *cli) factCoverage() error {
	t := &terminal.Table{Head: []string{"SECTION", "FACTS", "IMPLEMENTED", "CONFIGURABLE", "NOT SIMULATED", "ADVICE", "TITLE"}}
	sum := facts.Count{ByStatus: map[facts.Status]int{}}
	for _, n := range facts.Coverage() {
		if c.ui.JSON {
			if err := c.ui.Encode(coverageJSON{n.Section.ID, n.Section.Title, n.Total, n.ByStatus}); err != nil {
				return err
			}
		}
		t.Add(coverageRow(n)...)
		sum.Total += n.Total
		for status, k := range n.ByStatus {
			sum.ByStatus[status] += k
		}
	}
	if !c.ui.JSON {
		sum.Section = facts.Section{ID: "all"}
		t.Add(coverageRow(sum)...)
		c.ui.Table(t)
	}
	return nil
}

func coverageRow(n facts.Count) []string {
	cells := []string{n.Section.ID, strconv.Itoa(n.Total)}
	for _, status := range facts.Statuses() {
		cells = append(cells, strconv.Itoa(n.ByStatus[status]))
	}
	return append(cells, n.Section.Title)
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

// listQuirks prints the switches for what the sources leave open.
func (c *cli) listQuirks() error {
	for _, q := range quirk.All() {
		if c.ui.JSON {
			err := c.ui.Encode(quirkJSON{q.Name, q.Fact, q.Default, q.Strict, q.Values, q.Help})
			if err != nil {
				return err
			}
			continue
		}
		values := strings.Join(q.Values, "|")
		if q.Values == nil {
			values = "TEXT"
		}
		c.ui.Printf("%s=%s\n    %s   %s\n", q.Name, values, q.Fact, q.Help)
		if q.Strict != q.Default {
			c.ui.Printf("    --strict sets %s\n", q.Strict)
		}
	}
	return nil
}
