package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
)

func newWebhooksDiff(c *cli) *cobra.Command {
	headers := false
	cmd := &cobra.Command{
		Use:   "diff ID ID",
		Short: "compare two webhooks and what was answered",
		Long: `Compares two webhooks: their parameters, where they went, and what your app answered. It exits 0 whether or not they
differ.`,
		Example: "twilsim webhooks diff latest~1 latest",
		Args:    wantArgs(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				diff, err := client.Diff(ctx, args[0], args[1])
				if err != nil {
					return err
				}
				diff.Headers, diff.AnswerHeaders = maskedHeaders(diff.Headers), maskedHeaders(diff.AnswerHeaders)
				if c.ui.json {
					return c.ui.encode(diff)
				}
				c.ui.diff(diff, headers || c.ui.verbose)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&headers, "headers", false, "show the headers that differ")
	return cmd
}

func (u *ui) diff(d *control.Diff, headers bool) {
	params := make([]control.Part, len(d.Changes))
	for i, change := range d.Changes {
		params[i] = control.Part{Name: change.Param, From: change.From, To: change.To}
	}
	u.parts(params)
	u.printf("  %s equal\n", count(d.Equal, "parameter"))
	u.parts(d.Request)
	if headers {
		u.parts(d.Headers)
	}
	u.answers(d.Answer)
	if headers {
		u.parts(d.AnswerHeaders)
	} else if n := len(d.Headers) + len(d.AnswerHeaders); n > 0 {
		u.progressf("%s differ too; --headers shows them\n", count(n, "header"))
	}
}

// maskedHeaders masks secrets in headers.
func maskedHeaders(headers []control.Part) []control.Part {
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

// answers prints how responses differ. Bodies are compared line by line.
func (u *ui) answers(parts []control.Part) {
	last := len(parts) - 1
	switch {
	case last < 0 || parts[last].Name != "body":
		u.parts(parts)
	case parts[last].From == nil || parts[last].To == nil:
		body := control.Part{Name: "body", From: inBytes(parts[last].From), To: inBytes(parts[last].To)}
		u.parts(append(slices.Clone(parts[:last]), body))
	default:
		u.parts(parts[:last])
		u.lines(*parts[last].From, *parts[last].To)
	}
}

// inBytes is the length of a body.
func inBytes(body *string) *string {
	if body == nil {
		return nil
	}
	long := count(len(*body), "byte")
	return &long
}

func (u *ui) lines(from, to string) {
	text := diff.Diff("body", endLine(from), "body", endLine(to))
	_, text, _ = bytes.Cut(text, []byte("\n+++ body\n")) // its first three lines are names of files
	u.printf("  body\n")
	for line := range strings.Lines(string(text)) {
		style := ""
		switch line[0] {
		case '-':
			style = red
		case '+':
			style = green
		}
		u.printf("    %s\n", u.paint(style, strings.TrimRight(line, "\r\n")))
	}
}

// endLine adds a newline to a body without one: otherwise its last line would differ from the same
// line with a newline.
func endLine(body string) []byte { return []byte(strings.TrimSuffix(body, "\n") + "\n") }

// parts prints a line for each part that differs.
func (u *ui) parts(parts []control.Part) {
	name, from := 15, 14
	for _, p := range parts {
		name, from = max(name, utf8.RuneCountInString(clean(p.Name))), max(from, utf8.RuneCountInString(clean(present(p.From))))
	}
	for _, p := range parts {
		was, is := u.paint(red, "- "+pad(clean(present(p.From)), from)), u.paint(green, "+ "+present(p.To))
		u.printf("  %s %s %s\n", pad(clean(p.Name), name), was, is)
	}
}

func present(value *string) string {
	if value == nil {
		return "(absent)"
	}
	return *value
}
