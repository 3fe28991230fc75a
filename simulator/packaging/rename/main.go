// Rename changes the module path of the tree, for those who publish it:
//
//	go run ./simulator/packaging/rename github.com/me/twilsim
//
// It changes go.mod and tools.mod, the imports, and the path wherever documentation, scripts and
// test data name it. The tree must be a git checkout without changes, so that "git checkout ."
// undoes it.
package main

import (
	"context"
	"errors"
	"fmt"
	"go/format"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"twilsim/simulator/wholefile"
)

func main() {
	if err := run(context.Background(), ".", os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, args []string, stdout io.Writer) error {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		return errors.New("it takes the new module path: go run ./simulator/packaging/rename " +
			"github.com/me/twilsim")
	}
	root, err := output(ctx, dir, "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return fmt.Errorf("this is not a git checkout, so a change could not be undone: git init && "+
			"git add -A && git commit (%w)", err)
	}
	path, err := output(ctx, root, "go", "list", "-m")
	if err != nil {
		return fmt.Errorf("this is not the source tree of a module: %w", err)
	}
	if err := checkPath(ctx, root, path, args[0]); err != nil {
		return err
	}
	if err := checkClean(ctx, root); err != nil {
		return err
	}
	changed, err := rename(ctx, root, path, args[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "renamed %s to %s in %d files; git checkout . undoes it\n", path, args[0],
		changed)
	return nil
}

// checkPath refuses a path that go get could not load.
func checkPath(ctx context.Context, root, from, to string) error {
	first, _, _ := strings.Cut(to, "/")
	switch {
	case to == from:
		return fmt.Errorf("the module is called %s already", to)
	case strings.Contains(to, "://"):
		return fmt.Errorf("bad module path %q: leave out the scheme, as in github.com/me/twilsim", to)
	case !strings.Contains(first, "."):
		return fmt.Errorf("bad module path %q: it must begin with a host, as in github.com/me/twilsim",
			to)
	}
	if _, err := output(ctx, root, "go", "mod", "edit", "-print", "-module="+to); err != nil {
		return fmt.Errorf("bad module path: %w", err)
	}
	return nil
}

func checkClean(ctx context.Context, root string) error {
	status, err := output(ctx, root, "git", "status", "--porcelain")
	if err != nil {
		return err
	}
	if first, _, _ := strings.Cut(status, "\n"); first != "" {
		return fmt.Errorf("the tree has changes (%s): commit or stash them first",
			strings.TrimSpace(first))
	}
	return nil
}

// rename changes all files of the repository, and returns how many. If one cannot be written, those
// before it get their old text back.
func rename(ctx context.Context, root, from, to string) (changed int, err error) {
	list, err := output(ctx, root, "git", "ls-files", "-z")
	if err != nil {
		return 0, err
	}
	names := strings.Split(strings.TrimRight(list, "\x00"), "\x00")
	replace := replacer(from, to, folders(names))
	var undo []func() error
	for _, name := range names {
		back, err := rewrite(filepath.Join(root, name), replace)
		if err != nil {
			for _, back := range slices.Backward(undo) {
				err = errors.Join(err, back())
			}
			return 0, fmt.Errorf("nothing was renamed: %w", err)
		}
		if back != nil {
			undo = append(undo, back)
		}
	}
	return len(undo), nil
}

// folders are the folders at the root that have Go packages.
func folders(names []string) []string {
	var found []string
	for _, name := range names {
		folder, _, below := strings.Cut(name, "/")
		if below && strings.HasSuffix(name, ".go") && !slices.Contains(found, regexp.QuoteMeta(folder)) {
			found = append(found, regexp.QuoteMeta(folder))
		}
	}
	return found
}

// replacer returns what changes a text. The name of the module is a word of the documentation and
// the name of the command, too; so only its packages, its own line in go.mod, and the replace and
// require directives of other modules are changed.
func replacer(from, to string, folders []string) func(text string) string {
	name := regexp.QuoteMeta(from)
	packages := regexp.MustCompile(`(^|[^\w./@~-])` + name + `/(` + strings.Join(folders, "|") + `)\b`)
	module := regexp.MustCompile(`(?m)^(module\s+)` + name + `$`)
	directive := regexp.MustCompile(`((?:^|\s|\\n)(?:replace\s+|-replace=)?)` + name +
		`((?:\s+v\S+)?\s*=>?\s*[./])`)
	to = strings.ReplaceAll(to, "$", "$$")
	return func(text string) string {
		text = packages.ReplaceAllString(text, "${1}"+to+"/${2}")
		text = module.ReplaceAllString(text, "${1}"+to)
		return directive.ReplaceAllString(text, "${1}"+to+"${2}")
	}
}

// rewrite changes a file. It returns what undoes it, nil if the file stays as it is.
func rewrite(path string, replace func(string) string) (undo func() error, err error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	after := []byte(replace(string(before)))
	if string(after) == string(before) {
		return nil, nil
	}
	if strings.HasSuffix(path, ".go") { // the order of imports may change
		if after, err = format.Source(after); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := wholefile.Write(path, after, info.Mode().Perm()); err != nil {
		return nil, err
	}
	return func() error { return wholefile.Write(path, before, info.Mode().Perm()) }, nil
}

// output runs a command in dir, and returns what it prints; its error has what it complains about.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return "", errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}
