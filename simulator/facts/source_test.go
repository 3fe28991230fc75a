package facts

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goFile is a Go file in a sentence.
var goFile = regexp.MustCompile(`[a-z0-9_/]+\.go\b`)

// TestFilesOfComments: the files that a package comment tells its reader to open exist. They are
// named from the package's directory, or from the root of the repository.
func TestFilesOfComments(t *testing.T) {
	named := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case d.Name() != "doc.go":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.SplitSeq(string(text), "\n") {
			if !strings.HasPrefix(line, "// ") {
				continue
			}
			for _, name := range goFile.FindAllString(line, -1) {
				named++
				_, inPackage := os.Stat(filepath.Join(filepath.Dir(path), name))
				_, inRoot := os.Stat(filepath.Join(root, name))
				if inPackage != nil && inRoot != nil {
					t.Errorf("%s names %s, which does not exist", path, name)
				}
			}
		}
		return nil
	})
	if err != nil || named == 0 {
		t.Errorf("%d names: %v", named, err)
	}
}

// codeSpan is a name in Markdown.
var codeSpan = regexp.MustCompile("`([^`]+)`")

// TestContributing: CONTRIBUTING.md names each package that others import, and no other. What is
// below packaging and scenarios belongs to these two.
func TestContributing(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.SplitSeq(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || !strings.HasPrefix(cells[1], " `") {
			continue
		}
		parent := ""
		for i, span := range codeSpan.FindAllStringSubmatch(cells[1], -1) {
			dir := span[1]
			switch {
			case i == 0:
				parent, _, _ = strings.Cut(dir, "/")
			case !strings.HasPrefix(dir, parent+"/"):
				dir = parent + "/" + dir
			}
			listed[dir] = true
			if info, err := os.Stat(filepath.Join(root, dir)); err != nil || !info.IsDir() {
				t.Errorf("%s is in CONTRIBUTING.md and is not a directory", dir)
			}
		}
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		dir, _ := filepath.Rel(root, filepath.Dir(path))
		dir = filepath.ToSlash(dir)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" ||
			d.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || listed[dir] ||
			strings.HasPrefix(dir, "simulator/packaging/") || strings.HasPrefix(dir, "scenarios/"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err == nil && !strings.Contains("\n"+string(source), "\npackage main\n") {
			listed[dir] = true // one error is enough
			t.Errorf("package %s is missing in CONTRIBUTING.md", dir)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
