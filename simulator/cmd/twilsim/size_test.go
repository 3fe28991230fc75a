package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxLines is how long the command may be. It only parses flags and prints: what a subcommand does
// belongs into a package of its own, and how things look into package display.
const maxLines = 5000

func TestSize(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines += bytes.Count(text, []byte("\n"))
	}
	if lines == 0 || lines >= maxLines {
		t.Errorf("the command has %d lines without its tests, want fewer than %d", lines, maxLines)
	}
}

// maxColumns is how long a line of Go may be, in characters: two files fit beside each other.
const maxColumns = 100

// TestLines checks all Go files of the repository, except the tables that a program writes.
func TestLines(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil || bytes.HasPrefix(text, []byte("// Code generated ")) {
			return err
		}
		files++
		number := 0
		for line := range bytes.Lines(text) {
			number++
			if n := utf8.RuneCount(bytes.TrimSuffix(line, []byte("\n"))); n > maxColumns {
				t.Errorf("%s:%d: the line has %d characters, want at most %d", path, number, n, maxColumns)
			}
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%d files: %v", files, err)
	}
}
