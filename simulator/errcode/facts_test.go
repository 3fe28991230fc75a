package errcode

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"twilsim/simulator/facts"
)

// factRow is a fact of one of the tables of codes: F-237, 30003, its title and so on.
type factRow struct {
	section string // "C.4", "E.2"
	fact    string
	cells   []string // the code column and what follows it
}

var (
	single   = regexp.MustCompile(`^\d{5}$`)
	rangeOf  = regexp.MustCompile(`(\d{5})–(\d{5})`)
	codeWord = regexp.MustCompile(`\b\d{5}\b`)
)

// TestFacts compares the table with the facts: which codes exist, and what is known about each
// where the facts are exact.
func TestFacts(t *testing.T) {
	seen := 0
	for _, row := range factRows() {
		seen += row.check(t)
	}
	if seen < 180 {
		t.Errorf("only %d codes found in the facts; does this test still read their tables?", seen)
	}
	checkGeneral(t)
}

// factRows returns the rows of the tables in C.4 and E.1 to E.4.
func factRows() []factRow {
	var rows []factRow
	for f := range facts.All() {
		coded := f.Section.ID == "C.4" || strings.HasPrefix(f.Section.ID, "E.")
		if !coded || len(f.Parts) == 1 {
			continue
		}
		row := factRow{section: f.Section.ID, fact: f.ID()}
		for _, part := range f.Parts {
			row.cells = append(row.cells, part.Text)
		}
		rows = append(rows, row)
	}
	return rows
}

// codes returns the codes that the row names one by one. A range counts only where the row has its
// titles (63008–63012 and 63052–63059). Toll-free verification and the like are left out, as the
// package comment says.
func (r factRow) codes() []int {
	var codes []int
	named := rangeOf.ReplaceAllStringFunc(r.cells[0], func(s string) string {
		m := rangeOf.FindStringSubmatch(s)
		first, _ := strconv.Atoi(m[1])
		last, _ := strconv.Atoi(m[2])
		for code := first; code <= last && r.section == "E.4"; code++ {
			codes = append(codes, code)
		}
		return ""
	})
	if strings.Contains(r.cells[1], "Toll-Free verification rejections") {
		return nil
	}
	for _, word := range codeWord.FindAllString(named, -1) {
		code, _ := strconv.Atoi(word)
		codes = append(codes, code)
	}
	return codes
}

func (r factRow) check(t *testing.T) int {
	if r.fact == "F-311" { // "not in the dictionary"
		return 0
	}
	codes := r.codes()
	for _, code := range codes {
		got, ok := Lookup(code)
		if !ok {
			t.Errorf("%s names %d, which is not in the table", r.fact, code)
			continue
		}
		if code != 63007 && got.Fact != r.fact { // 63007 has two rows, F-230 and F-289
			t.Errorf("%d cites %s, but is named by %s", code, got.Fact, r.fact)
		}
		r.checkColumns(t, got)
	}
	if single.MatchString(r.cells[0]) && r.section != "E.4" { // the titles of E.4 are short
		r.checkTitle(t, codes[0])
	}
	return len(codes)
}

func (r factRow) checkTitle(t *testing.T, code int) {
	title, warning := strings.CutSuffix(r.column("title"), " (WARNING)")
	title = strings.TrimSuffix(title, " (RCS)")
	got, _ := Lookup(code)
	if got.Title != title {
		t.Errorf("%d has title %q, but %s says %q", code, got.Title, r.fact, title)
	}
	if warning && got.Level != Warning {
		t.Errorf("%d has level %s, but %s says warning", code, got.Level, r.fact)
	}
	if cause := strings.ReplaceAll(r.column("cause"), "`", ""); cause != Cause(code) {
		t.Errorf("%d has cause %q, but %s says %q", code, Cause(code), r.fact, cause)
	}
}

// column returns the cell under a name; the tables have their columns in different places.
func (r factRow) column(name string) string {
	columns := map[string][]string{
		"C.4": {"code", "level", "title", "cause"},
		"E.1": {"code", "title", "sync"},
		"E.2": {"code", "title", "final"},
		"E.3": {"code", "title"},
		"E.4": {"code", "title", "final"},
	}
	for i, c := range columns[r.section] {
		if c == name {
			return r.cells[i]
		}
	}
	return ""
}

var (
	syncCell  = regexp.MustCompile(`^\**(\d{3})\**( i\b)?`)
	finalCell = regexp.MustCompile(`^\**(failed|undelivered)\b(.*)$`)
)

func (r factRow) checkColumns(t *testing.T, got Info) {
	if level := r.column("level"); level != "" && strings.ToUpper(string(got.Level)) != level {
		t.Errorf("%d has level %s, but %s says %s", got.Code, got.Level, r.fact, level)
	}
	if m := syncCell.FindStringSubmatch(r.column("sync")); m != nil && r.fact != "F-228" {
		if m[1] != strconv.Itoa(got.HTTP) || got.Inferred != (m[2] != "") {
			t.Errorf("%d is refused with %d, inferred %v, but %s says %q",
				got.Code, got.HTTP, got.Inferred, r.fact, m[0])
		}
	}
	if r.column("final") != "" {
		r.checkFinal(t, got)
	}
}

func (r factRow) checkFinal(t *testing.T, got Info) {
	// F-306 says "alert or failed"; others give one status for each of their codes.
	if r.fact == "F-306" || strings.Contains(r.column("final"), " / ") {
		return
	}
	m := finalCell.FindStringSubmatch(r.column("final"))
	if m == nil {
		if got.Final != "" {
			t.Errorf("%d ends %s, but %s says %q", got.Code, got.Final, r.fact, r.column("final"))
		}
		return
	}
	sure := strings.HasPrefix(strings.TrimLeft(m[2], "* "), "c")
	if got.Final != m[1] || got.Inferred == sure {
		t.Errorf("%d ends %s, inferred %v, but %s says %q",
			got.Code, got.Final, got.Inferred, r.fact, m[0])
	}
}

// checkGeneral checks the codes of F-377, whose text has all of them in one line, separated by
// points.
func checkGeneral(t *testing.T) {
	f, _ := facts.Lookup(377)
	for entry := range strings.SplitSeq(f.Text(), " · ") {
		word, title, _ := strings.Cut(entry, " ")
		title, warning := strings.CutSuffix(title, " (WARNING)")
		code, err := strconv.Atoi(word)
		if err != nil {
			t.Fatalf("cannot read %q in F-377", entry)
		}
		got, _ := Lookup(code)
		if got.Title != title || got.Fact != "F-377" || (got.Level == Warning) != warning {
			t.Errorf("%d is %+v, but F-377 says %q", code, got, entry)
		}
	}
}
