package manual

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteMan writes the manual of the command and its topics as a man page, in the language of the
// man macros that groff and mandoc have. It writes nothing if it cannot write everything, except
// for an error of w.
func WriteMan(w io.Writer, root Command) error {
	var b bytes.Buffer
	b.WriteString(".TH TWILSIM 1 \"\" twilsim \"User Commands\"\n.SH NAME\n")
	fmt.Fprintf(&b, "%s \\- %s\n", roff(root.Name), roff(root.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n.I COMMAND\n[\\fIflags\\fR] [\\fIarguments\\fR]\n",
		roff(root.Name))
	b.WriteString(".SH FLAGS OF EVERY COMMAND\n")
	manFlags(&b, root.Flags)
	b.WriteString(".SH COMMANDS\n")
	root.walk(func(c Command) {
		fmt.Fprintf(&b, ".SS %s\n", roff(c.Usage))
		manText(&b, c.about())
		manFlags(&b, c.Flags)
		if c.Example != "" {
			manBlock(&b, strings.Split(c.Example, "\n"))
		}
	})
	for _, t := range Topics() {
		fmt.Fprintf(&b, ".SH %s\n", roff(strings.ToUpper(t.Name)))
		manText(&b, t.Text())
	}
	_, err := w.Write(b.Bytes())
	return err
}

// about is what a command says about itself at length, or else in one line.
func (c Command) about() string {
	if c.Long != "" {
		return c.Long
	}
	return c.Short + "."
}

func manFlags(b *bytes.Buffer, flags []Flag) {
	for _, f := range flags {
		fmt.Fprintf(b, ".TP\n\\fB\\-\\-%s\\fR \\fI%s\\fR\n%s", roff(f.Name), roff(f.Type),
			manLine(f.Usage))
		if f.Env != "" {
			fmt.Fprintf(b, "Variable: %s.\n", roff(f.Env))
		}
	}
}

// manText writes paragraphs that man fills, with indented lines as they are. A heading is bold.
func manText(b *bytes.Buffer, text string) {
	for paragraph := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		lines := strings.Split(paragraph, "\n")
		if name, ok := strings.CutPrefix(paragraph, heading); ok {
			fmt.Fprintf(b, ".PP\n.B %s\n", roff(name))
			continue
		}
		if indented(lines) {
			manBlock(b, lines)
			continue
		}
		b.WriteString(".PP\n")
		for _, line := range lines {
			b.WriteString(manLine(line))
		}
	}
}

// indented reports whether lines have a form of their own, which filling would destroy.
func indented(lines []string) bool {
	for _, line := range lines {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			return true
		}
	}
	return false
}

// manBlock writes lines as they are.
func manBlock(b *bytes.Buffer, lines []string) {
	b.WriteString(".PP\n.nf\n")
	for _, line := range lines {
		b.WriteString(manLine(line))
	}
	b.WriteString(".fi\n")
}

// manLine is a line of text: one that begins like a request of roff is protected.
func manLine(s string) string {
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		return `\&` + roff(s) + "\n"
	}
	return roff(s) + "\n"
}

// roff escapes the characters that roff would change, and those outside ASCII.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "~", `\(ti`, "^", `\(ha`, "`", `\(ga`, "'", `\(aq`).
		Replace(s)
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}
