package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"twilsim/simulator/packaging"
	"twilsim/simulator/wholefile"
)

// staging is how the folder begins in which a release is written before its files get their place.
const staging = ".release-"

// write puts the files into dir: all of them, or after an error none. The same packages of another
// version are removed, because twilsim-*.tgz would install both; everything else stays. What a run
// that was killed has left is removed too.
func write(dir string, files []packaging.File, v packaging.Version, log io.Writer) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("cannot make the folder for the release: %w", err)
	}
	if err := removeAll(dir, func(name string) bool { return strings.HasPrefix(name, staging) },
		io.Discard); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(dir, staging)
	if err != nil {
		return fmt.Errorf("cannot write into %s: %w", dir, err)
	}
	defer os.RemoveAll(stage)
	for _, f := range files {
		if err := wholefile.Write(filepath.Join(stage, f.Name), f.Data, f.Mode()); err != nil {
			return fmt.Errorf("cannot write %s, so %s is as it was: %w", f.Name, dir, err)
		}
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		if err := os.Rename(filepath.Join(stage, f.Name), path); err != nil {
			return fmt.Errorf("cannot write %s: %w", path, err)
		}
		fmt.Fprintf(log, "wrote   %-60s %5.1f MB\n", path, float64(len(f.Data))/1e6)
	}
	return removeAll(dir, otherVersions(files, v), log)
}

// otherVersions returns what reports whether a file has the name of one of these, but for the
// version.
func otherVersions(files []packaging.File, v packaging.Version) func(name string) bool {
	var names []string
	var patterns []*regexp.Regexp
	for _, f := range files {
		names = append(names, f.Name)
		for _, version := range []string{string(v), v.Python()} {
			if before, after, ok := strings.Cut(f.Name, version); ok {
				patterns = append(patterns, regexp.MustCompile("^"+regexp.QuoteMeta(before)+
					`\d+\.\d+\.\d+[0-9A-Za-z.+-]*`+regexp.QuoteMeta(after)+"$"))
			}
		}
	}
	return func(name string) bool {
		return !slices.Contains(names, name) && slices.ContainsFunc(patterns,
			func(p *regexp.Regexp) bool { return p.MatchString(name) })
	}
}

// removeAll removes what is chosen in dir.
func removeAll(dir string, chosen func(name string) bool, log io.Writer) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", dir, err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !chosen(e.Name()) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("cannot remove %s: %w", path, err)
		}
		fmt.Fprintf(log, "removed %s\n", path)
	}
	return nil
}
