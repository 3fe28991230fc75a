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
