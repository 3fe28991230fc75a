package display

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
)

// Diff prints how two webhooks and their answers differ, and how many parameters do not. Without
// headers it says only how many headers differ. Secrets in headers are not masked here: see
// [MaskedHeaders].
func Diff(u *terminal.UI, d *control.Diff, headers bool) {
	params := make([]control.Part, len(d.Changes))
	for i, change := range d.Changes {
		params[i] = control.Part{Name: change.Param, From: change.From, To: change.To}
	}
	printParts(u, params)
	u.Printf("  %s equal\n", terminal.Count(d.Equal, "parameter"))
	printParts(u, d.Request)
	if headers {
		printParts(u, d.Headers)
	}
	printAnswers(u, d.Answer)
	if headers {
		printParts(u, d.AnswerHeaders)
	} else if n := len(d.Headers) + len(d.AnswerHeaders); n > 0 {
		u.Progressf("%s differ too; --headers shows them\n", terminal.Count(n, "header"))
	}
}

// MaskedHeaders masks secrets in headers. The list that it is given stays as it is.
func MaskedHeaders(headers []control.Part) []control.Part {
	hidden := slices.Clone(headers)
	for i, p := range hidden {
		for _, value := range []**string{&hidden[i].From, &hidden[i].To} {
			if *value != nil {
				shown := journal.MaskField(p.Name, **value)
				*value = &shown
			}
		}
	}
	return hidden
}

// printAnswers prints how responses differ. Bodies are compared line by line. The body is the last
// of the parts, if it differs.
func printAnswers(u *terminal.UI, parts []control.Part) {
	last := len(parts) - 1
	switch {
	case last < 0 || parts[last].Name != "body":
		printParts(u, parts)
	case parts[last].From == nil || parts[last].To == nil:
		body := control.Part{Name: "body", From: inBytes(parts[last].From),
			To: inBytes(parts[last].To)}
		printParts(u, append(slices.Clone(parts[:last]), body))
	default:
		printParts(u, parts[:last])
		printBodyDiff(u, *parts[last].From, *parts[last].To)
	}
}

// inBytes is the length of a body.
func inBytes(body *string) *string {
	if body == nil {
		return nil
	}
	long := terminal.Count(len(*body), "byte")
	return &long
}

func printBodyDiff(u *terminal.UI, from, to string) {
	text := diff.Diff("body", endLine(from), "body", endLine(to))
	_, text, _ = bytes.Cut(text, []byte("\n+++ body\n")) // its first three lines are names of files
	u.Printf("  body\n")
	for line := range strings.Lines(string(text)) {
		style := ""
		switch line[0] {
		case '-':
			style = terminal.Red
		case '+':
			style = terminal.Green
		}
		u.Printf("    %s\n", u.Paint(style, strings.TrimRight(line, "\r\n")))
	}
}

// endLine adds a newline to a body without one: otherwise its last line would differ from the same
// line with a newline.
func endLine(body string) []byte { return []byte(strings.TrimSuffix(body, "\n") + "\n") }

// printParts prints a line for each part that differs. Widths are counted in characters of the
// cleaned text, which is what the terminal shows.
func printParts(u *terminal.UI, parts []control.Part) {
	name, from := 15, 14
	for _, p := range parts {
		name = max(name, utf8.RuneCountInString(terminal.Clean(p.Name)))
		from = max(from, utf8.RuneCountInString(terminal.Clean(present(p.From))))
	}
	for _, p := range parts {
		was := u.Paint(terminal.Red, "- "+terminal.Pad(terminal.Clean(present(p.From)), from))
		is := u.Paint(terminal.Green, "+ "+present(p.To))
		u.Printf("  %s %s %s\n", terminal.Pad(terminal.Clean(p.Name), name), was, is)
	}
}

func present(value *string) string {
	if value == nil {
		return "(absent)"
	}
	return *value
}
