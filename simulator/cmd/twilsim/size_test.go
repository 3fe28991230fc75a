package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
