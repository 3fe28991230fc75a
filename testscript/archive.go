package testscript

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/lazy"
)

// comparison matches the command that compares with a golden file, after conditions and a !.
var comparison = lazy.Regexp(
	`^((?:[ \t\r]*\[[^\]]*\])*[ \t\r]*(?:![ \t\r]+)?)(cmp|cmpenv)([ \t\r])`,
)

// replaceFiles returns the text of a txtar archive with the data of some files replaced and of some
// added, in the order of their names. Everything else stays as it is, byte for byte. Of two files
// of one name, the first is replaced.
func replaceFiles(text []byte, files map[string][]byte) []byte {
	var b bytes.Buffer
	added := map[string]bool{}
	replacing := false
	for line := range bytes.Lines(text) {
		if name, ok := markerName(line); ok {
			var data []byte
			data, replacing = files[name]
			replacing = replacing && !added[name]
			b.Write(line)
			if replacing {
				added[name] = true
				endLine(&b)
				b.Write(data)
			}
			continue
		}
		if !replacing {
			b.Write(line)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !added[name] {
			endLine(&b)
			fmt.Fprintf(&b, "-- %s --\n%s", name, files[name])
		}
	}
	return b.Bytes()
}

// endLine ends the last line of data, so that what follows begins a new one.
func endLine(b *bytes.Buffer) {
	if n := b.Len(); n > 0 && b.Bytes()[n-1] != '\n' {
		b.WriteByte('\n')
	}
}

// nameless matches the line on which package txtar panics.
var nameless = lazy.Regexp(`(?m)^-- --\r?$`)

// markerName returns the name of the file that a line begins, if it begins one.
func markerName(line []byte) (string, bool) {
	if nameless().Match(line) {
		return "", false
	}
	a := txtar.Parse(line)
	if len(a.Files) != 1 {
		return "", false
	}
	return a.Files[0].Name, true
}

// archived is a golden file's text as it stands in an archive, quoted where the script unquotes it.
// The error says why the archive cannot hold it, and what to do.
func archived(name, text string, unquoted bool) ([]byte, error) {
	data := []byte(text)
	switch {
	case len(data) > 0 && data[len(data)-1] != '\n':
		return nil, fmt.Errorf(
			"it does not end its last line, and a file of a txtar archive does: use stdout 'PATTERN', "+
				"or keep %s beside the scenario as $HERE/%s",
			name,
			name,
		)
	case unquoted:
		return txtar.Quote(data)
	case nameless().Match(data) || txtar.NeedsQuote(data):
		return nil, errors.New(
			"it has a line that looks like a file of the archive: add the command unquote " + name +
				" before the comparison",
		)
	}
	return data, nil
}
