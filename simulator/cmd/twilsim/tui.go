package main

// The rules of output. Every command prints with the functions of this file.
//
//   - Data goes to stdout; progress, warnings and errors go to stderr. Warnings and errors begin with
//     "twilsim: ". With --json, stdout has only JSON.
//   - Colour is on if stdout is a terminal, unless NO_COLOR is set or TERM is dumb; FORCE_COLOR and
//     CLICOLOR_FORCE turn it on anywhere, and --color always and never win over all. Whatever a colour
//     says, a word says too.
//   - Output is ASCII, except for the content of messages. Nothing blinks, moves the cursor or asks a
//     question. Only the progress of a long run, on stderr and only on a terminal, rewrites its line.
//   - Text from a message, an app or a server never reaches the terminal unchanged: control characters,
//     escape sequences and marks that reverse the direction of text are written as in Go, \x1b.
//   - Piped output is never cut. On a terminal the last column of a table is.
//   - Auth tokens and Authorization headers in recorded traffic are masked, unless --show-secrets.

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ui is where a command reads and writes.
type ui struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // stdout is one
	width    int  // of the terminal; 0 never cuts
	color    bool
	quiet    bool
	json     bool
	utc      bool
	verbose  bool
}

// text was made by this program and is printed as it is, colours included. All other strings are
// cleaned.
type text string

func newUI(stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) *ui {
	u := &ui{in: stdin, out: stdout, err: stderr}
	if f, ok := stdout.(*os.File); ok {
		u.width, u.terminal = terminalWidth(f)
	}
	if columns, err := strconv.Atoi(getenv("COLUMNS")); err == nil && u.terminal {
		u.width = columns
	}
	return u
}

// setColor turns colour on or off: by the flag, then the environment, then whether stdout is a terminal.
func (u *ui) setColor(flag string, getenv func(string) string) {
	switch flag {
	case "always":
		u.color = true
	case "never":
		u.color = false
	default:
		forced := getenv("FORCE_COLOR") != "" && getenv("FORCE_COLOR") != "0"
		forced = forced || getenv("CLICOLOR_FORCE") != "" && getenv("CLICOLOR_FORCE") != "0"
		switch {
		case getenv("NO_COLOR") != "":
			u.color = false
		case forced:
			u.color = true
		default:
			u.color = u.terminal && getenv("TERM") != "dumb"
		}
	}
}

// printf writes to stdout, its arguments cleaned.
func (u *ui) printf(format string, args ...any) { fmt.Fprintf(u.out, format, cleanAll(args)...) }

// progressf writes to stderr, its arguments cleaned, unless --quiet.
func (u *ui) progressf(format string, args ...any) {
	if !u.quiet {
		fmt.Fprintf(u.err, format, cleanAll(args)...)
	}
}

// warnf writes a warning to stderr, its arguments cleaned.
func (u *ui) warnf(format string, args ...any) {
	fmt.Fprintf(u.err, "twilsim: warn: "+format+"\n", cleanAll(args)...)
}

// encode writes v as a line of JSON to stdout.
func (u *ui) encode(v any) error {
	enc := json.NewEncoder(u.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func cleanAll(args []any) []any {
	for i, arg := range args {
		switch arg := arg.(type) {
		case text:
			args[i] = string(arg)
		case string:
			args[i] = clean(arg)
		case error:
			args[i] = clean(arg.Error())
		case fmt.Stringer:
			args[i] = clean(arg.String())
		}
	}
	return args
}

// clean makes s harmless for a terminal, on one line.
func clean(s string) string {
	if !strings.ContainsFunc(s, harmful) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch _, size := utf8.DecodeRuneInString(s[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case harmful(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cleanLines cleans each line of s.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = clean(line)
	}
	return strings.Join(lines, "\n")
}

// harmful reports whether a character may control a terminal. The joiners that emoji and Persian text
// need are not graphic, but harmless.
func harmful(r rune) bool {
	const zwnj, zwj = 0x200c, 0x200d
	return !unicode.IsGraphic(r) && r != zwnj && r != zwj
}

// quoted returns a body in quotes, on one line.
func quoted(s string) text {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	return text(`"` + clean(s) + `"`)
}

// The colours.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	dim    = "2"
)

// paint cleans and colours s. An empty style is no colour.
func (u *ui) paint(style, s string) text {
	if !u.color || style == "" {
		return text(clean(s))
	}
	return text("\x1b[" + style + "m" + clean(s) + "\x1b[0m")
}

// statusStyle is the colour of a message's status.
func statusStyle(status string) string {
	switch status {
	case "delivered", "read", "received":
		return green
	case "undelivered", "failed":
		return red
	}
	return ""
}

// httpStyle is the colour of a response's status; 0 is no response.
func httpStyle(status int) string {
	switch {
	case status >= 200 && status < 300:
		return green
	case status == 0 || status >= 400:
		return red
	}
	return yellow
}

// pad adds spaces to s, up to width characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// count writes a number with its noun: 1 message, 2 messages.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
