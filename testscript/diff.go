package testscript

import (
	"strings"

	"twilsim/simulator/lazy"
)

var (
	diffHead = lazy.Regexp(`^diff (.*)$`)
	diffHunk = lazy.Regexp(`^@@ -(\S+) \+(\S+) @@$`)
)

// turnDiff swaps the sides of the diff that cmp and cmpenv print, so that - is what the scenario
// expects and + what it got, as in all other failures. The engine prints them the other way round.
// It returns the command's lines, and the diff alone.
func turnDiff(lines []string) (all []string, diff string) {
	for i, line := range lines {
		if !diffHead().MatchString(line) || i+2 >= len(lines) || !isDiff(lines[i+1:]) {
			continue
		}
		end := i + 3
		for end < len(lines) && lines[end] != "" && strings.Contains(" +-@\\", lines[end][:1]) {
			end++
		}
		turned := turnLines(lines[i+1 : end])
		all = append(append(all, lines[:i]...), turned...)
		return append(all, lines[end:]...), strings.Join(turned, "\n")
	}
	return lines, ""
}

func isDiff(lines []string) bool {
	return strings.HasPrefix(lines[0], "--- ") && strings.HasPrefix(lines[1], "+++ ")
}

// turnLines turns a unified diff without its first line.
func turnLines(lines []string) []string {
	got, expected := strings.TrimPrefix(lines[0], "--- "), strings.TrimPrefix(lines[1], "+++ ")
	turned := []string{"--- expected  " + expected, "+++ got       " + got}
	var minus, plus []string // of the current change: the expected lines come first
	last := &turned
	for _, line := range lines[2:] {
		switch line[0] {
		case '-':
			line, last = "+"+line[1:], &plus
		case '+':
			line, last = "-"+line[1:], &minus
		case '\\': // "no newline at the end" is about the line before
		default:
			turned = append(append(turned, minus...), plus...)
			minus, plus, last = nil, nil, &turned
			line = diffHunk().ReplaceAllString(line, "@@ -$2 +$1 @@")
		}
		*last = append(*last, line)
	}
	return append(append(turned, minus...), plus...)
}
