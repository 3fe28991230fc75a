package lazy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func TestRegexp(t *testing.T) {
	digits := Regexp(`^[0-9]+$`)
	first, again := digits(), digits()
	if !digits().MatchString("12") || digits().MatchString("x") || first != again {
		t.Error("the expression is not that of the argument, or compiled twice")
	}
}

// TestPackageVariables checks that no package compiles a regular expression when it is initialized.
// Tests and the programs that make releases may.
func TestPackageVariables(t *testing.T) {
	files := 0
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "packaging" || d.Name() == "node_modules" ||
			d.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if v, ok := decl.(*ast.GenDecl); ok && v.Tok == token.VAR && compiles(v) {
				t.Errorf("%s: a package variable calls regexp.MustCompile; use lazy.Regexp", name)
			}
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("read %d files: %v", files, err)
	}
}

// compiles reports whether a declaration calls regexp.MustCompile, except in a function.
func compiles(v *ast.GenDecl) (found bool) {
	ast.Inspect(v, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectorExpr:
			found = found || n.Sel.Name == "MustCompile"
		}
		return true
	})
	return found
}
