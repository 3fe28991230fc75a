package facts

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed facts.txt
var text string

// sheet is the parsed file.
type sheet struct {
	facts   []Fact // by number
	sources []source
}

// source is where facts come from. Several keys can share an address.
type source struct{ key, address string }

// load parses the embedded file at the first call. A file that cannot be parsed is a defect of this
// package, which its tests find.
var load = sync.OnceValue(func() *sheet {
	s, err := parse(text)
	if err != nil {
		panic("facts.txt: " + err.Error())
	}
	return s
})

// entry is a line that begins in the first column together with the indented lines below it. In the
// lines below a fact, the one that begins with a dash begins the sources.
type entry struct {
	line    int // of the file, from 1
	head    string
	body    string
	sources string
}

// entries splits the file. Lines of one text are joined with a space.
func entries(text string) []entry {
	var all []entry
	for i, line := range strings.Split(text, "\n") {
		rest, indented := strings.CutPrefix(line, "  ")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !indented || len(all) == 0:
			all = append(all, entry{line: i + 1, head: line})
		default:
			all[len(all)-1].add(rest)
		}
	}
	return all
}

func (e *entry) add(line string) {
	keys, isSource := strings.CutPrefix(line, "— ")
	switch {
	case isSource && e.sources == "":
		e.sources = keys
	case e.sources != "":
		e.sources += " " + line
	default:
		e.body = strings.TrimSpace(e.body + " " + line)
	}
}

// parse reads the grammar that the head of facts.txt explains.
func parse(text string) (*sheet, error) {
	s := &sheet{}
	var section Section
	notes := map[string][]string{} // of the sections without a point, which those with one inherit
	gaps := map[string]string{}    // as notes
	for _, e := range entries(text) {
		word, rest, _ := strings.Cut(e.head, " ")
		var err error
		switch {
		case word == "source":
			err = s.addSource(strings.TrimSpace(rest + " " + e.body))
		case word == "section":
			section = Section{}
			section.ID, section.Title, _ = strings.Cut(rest, " ")
			chapter, _, _ := strings.Cut(section.ID, ".")
			section.Notes, section.gap = notes[chapter], gaps[chapter]
		case word == "note":
			section.Notes = append(slices.Clip(section.Notes), strings.TrimSpace(rest+" "+e.body))
			notes[section.ID] = section.Notes
		case word == "gap":
			section.gap = strings.TrimSpace(rest + " " + e.body)
			gaps[section.ID] = section.gap
		case word == "columns":
			section.columns = strings.Split(rest, " | ")
		case strings.HasPrefix(word, "F-"):
			err = s.addFact(e, section)
		default:
			err = fmt.Errorf("unknown word %q", word)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", e.line, err)
		}
	}
	slices.SortFunc(s.facts, func(a, b Fact) int { return a.Number - b.Number })
	for i := 1; i < len(s.facts); i++ {
		if s.facts[i].Number == s.facts[i-1].Number {
			return nil, fmt.Errorf("%s is there twice", s.facts[i].ID())
		}
	}
	return s, nil
}

func (s *sheet) addSource(line string) error {
	keys, address, found := strings.Cut(line, ": ")
	if !found {
		return fmt.Errorf("source %q has no address", line)
	}
	for key := range strings.SplitSeq(keys, ", ") {
		s.sources = append(s.sources, source{key, address})
	}
	return nil
}

func (s *sheet) addFact(e entry, section Section) error {
	id, rest, _ := strings.Cut(e.head, " ")
	number, err := strconv.Atoi(strings.TrimPrefix(id, "F-"))
	if err != nil || len(id) != len("F-154") {
		return fmt.Errorf("%q does not begin with a number such as F-154", e.head)
	}
	rest, test, _ := strings.Cut(rest, " @ ")
	status, remark, _ := strings.Cut(rest, ": ")
	f := Fact{
		Number: number, Section: section, Status: Status(status), Remark: remark, Test: test,
		Sources: e.sources,
	}
	if f.Status == NotSimulated && f.Remark == "" {
		f.Remark = section.gap
	}
	switch {
	case !slices.Contains(Statuses(), f.Status):
		return fmt.Errorf("%s has the unknown status %q, want one of %q",
			f.ID(), f.Status, Statuses())
	case section.ID == "":
		return fmt.Errorf("%s is in no section", f.ID())
	case e.body == "":
		return fmt.Errorf("%s has no text", f.ID())
	case (f.Status == Implemented) != (f.Test != ""):
		return fmt.Errorf("%s is %s with the test %q: implemented facts name a test, others do not",
			f.ID(), f.Status, f.Test)
	}
	f.Parts = parts(e.body, section.columns)
	s.facts = append(s.facts, f)
	return nil
}

// parts splits a text at its bars. A text without bars is a fact of its own among the rows of a
// table, and has no columns.
func parts(body string, columns []string) []Part {
	cells := strings.Split(body, " | ")
	list := make([]Part, len(cells))
	for i, cell := range cells {
		list[i].Text = strings.ReplaceAll(cell, `\|`, "|")
		if len(cells) > 1 && i < len(columns) {
			list[i].Name = columns[i]
		}
	}
	return list
}
