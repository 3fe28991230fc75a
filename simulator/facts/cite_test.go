package facts

import (
	"flag"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"twilsim/simulator/quirk"
)

var update = flag.Bool("update", false, "write where each fact is tested into facts.txt")

// root is the repository, seen from this package.
const root = "../.."

// citation is where a fact is cited.
type citation struct {
	path string // in the repository
	line int
	wide bool // in a range of more than four facts, which says less about each
}

// tests reports whether the citing file is a test, a scenario, a probe that a test of package
// conform sends to the simulator, or the data of a test.
func (c citation) tests() bool {
	return strings.HasSuffix(c.path, "_test.go") || strings.HasSuffix(c.path, ".probe") ||
		strings.HasPrefix(c.path, "scenarios/") || strings.Contains(c.path, "/testdata/")
}

var cited = regexp.MustCompile(`\bF-(\d{3})\b(?: to F-(\d{3})\b)?`)

// citations reads every text file of the repository, but for facts.txt, and returns where each fact
// is cited.
func citations(t *testing.T) map[int][]citation {
	t.Helper()
	all := map[int][]citation{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case !entry.Type().IsRegular() || !hasText(name) || name == "simulator/facts/facts.txt":
			return nil
		}
		text, err := os.ReadFile(path.Join(root, name))
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			for _, m := range cited.FindAllStringSubmatch(line, -1) {
				first, _ := strconv.Atoi(m[1])
				last := first
				if m[2] != "" {
					last, _ = strconv.Atoi(m[2])
				}
				for n := first; n <= last; n++ {
					all[n] = append(all[n], citation{path: name, line: i + 1, wide: last-first > 3})
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func hasText(name string) bool {
	return slices.Contains([]string{
		".go", ".txtar", ".txt", ".probe", ".md", ".js", ".py", ".json", ".yaml", ".yml", ".css",
		".html",
	}, path.Ext(name))
}

// TestCitations: every fact that is cited anywhere in the repository exists.
func TestCitations(t *testing.T) {
	all := citations(t)
	if len(all) < 400 {
		t.Errorf("only %d facts are cited; does this test still read the repository?", len(all))
	}
	for number, places := range all {
		if _, ok := Lookup(number); ok || strings.HasPrefix(places[0].path, "simulator/facts/") {
			continue // the tests here ask for facts that do not exist
		}
		for _, c := range places {
			t.Errorf("%s:%d: cites F-%03d, and there is no such fact", c.path, c.line, number)
		}
	}
}

// TestImplemented: the test or scenario that each implemented fact names cites it.
func TestImplemented(t *testing.T) {
	all := citations(t)
	for f := range All() {
		if f.Status != Implemented || cites(all[f.Number], f.Test) {
			continue
		}
		if other := evidence(all[f.Number], f.Test); !*update || other == "" {
			t.Errorf("%s is implemented, but %s does not cite it (another that does: %q); "+
				"after a test has moved, run: go test ./simulator/facts -update",
				f.ID(), f.Test, other)
		} else {
			rewrite(t, f, other)
		}
	}
}

func cites(places []citation, file string) bool {
	return slices.ContainsFunc(places, func(c citation) bool { return c.path == file && c.tests() })
}

// evidence returns the file that shows a fact best: one of the name that it had, then a scenario,
// then any other test, each rather without a wide range. It returns "" if there is none.
func evidence(places []citation, before string) string {
	rank := func(c citation) int {
		switch {
		case path.Base(c.path) == path.Base(before):
			return 0
		case c.wide:
			return 3
		case strings.HasPrefix(c.path, "scenarios/"):
			return 1
		}
		return 2
	}
	best := ""
	bestRank := 4
	for _, c := range places {
		own := strings.HasPrefix(c.path, "simulator/facts/")
		if r := rank(c); c.tests() && !own && r < bestRank {
			best, bestRank = c.path, r
		}
	}
	return best
}

func rewrite(t *testing.T, f Fact, file string) {
	t.Helper()
	text, err := os.ReadFile("facts.txt")
	if err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`(?m)^(` + f.ID() + ` .*) @ .*$`)
	text = head.ReplaceAll(text, []byte("${1} @ "+file))
	if err := os.WriteFile("facts.txt", text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestQuirks: the fact of each switch is configurable and names the switch.
func TestQuirks(t *testing.T) {
	for _, q := range quirk.All() {
		number, err := ParseID(q.Fact)
		if err != nil {
			t.Fatalf("%s: %v", q.Name, err)
		}
		f, _ := Lookup(number)
		if f.Status != Configurable || !strings.Contains(f.Remark, q.Name) {
			t.Errorf("%s is %s: %q, want it configurable with quirk %s",
				q.Fact, f.Status, f.Remark, q.Name)
		}
	}
}

// TestOpenPoints: each open point of section J names the switches that choose.
func TestOpenPoints(t *testing.T) {
	points := 0
	for f := range All() {
		if f.Section.ID != "J" {
			continue
		}
		points++
		names := 0
		for _, q := range quirk.All() {
			if q.Fact == f.ID() && strings.Contains(f.Remark, q.Name) {
				names++
			}
		}
		if f.Status != Configurable || names == 0 {
			t.Errorf("%s is %s: %q, and no switch is about it", f.ID(), f.Status, f.Remark)
		}
	}
	if points == 0 {
		t.Error("section J has no facts")
	}
}
