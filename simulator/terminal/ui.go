package terminal

// The rules of output. Every command prints with the functions of this file.
//
//   - Data goes to stdout; progress, warnings and errors go to stderr. Warnings and errors begin
//     with "twilsim: ". With --json, stdout has only JSON.
//   - Colour is on if stdout is a terminal, unless NO_COLOR is set or TERM is dumb; FORCE_COLOR and
//     CLICOLOR_FORCE turn it on anywhere, and --color always and never win over all. Whatever a
//     colour says, a word says too.
//   - Output is ASCII, except for the content of messages. Nothing blinks, moves the cursor or asks
//     a question. Only the progress of a long run, on stderr and only on a terminal, rewrites its
//     line.
//   - Text from a message, an app or a server never reaches the terminal unchanged: control
//     characters, escape sequences and marks that reverse the direction of text are written as in
//     Go, \x1b.
//   - Nor does GitHub's runner find a workflow command in an app's output: run, explore and audit
//     hide them.
//   - Piped output is never cut. On a terminal the last column of a table is.
//   - Authorization headers in recorded traffic, and passwords in URLs anywhere, are masked, unless
//     --show-secrets.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/mask"
)

// UI is where a command reads and writes.
type UI struct {
	In         io.Reader
	Out, Err   io.Writer
	IsTerminal bool // stdout is one
	width      int  // of the terminal; 0 never cuts
	errWidth   int  // the same for stderr
	color      bool
	Quiet      bool
	JSON       bool
	UTC        bool
	Verbose    bool
	Secrets    bool // passwords of URLs are printed
}

// Clean returns a writer to stdout for text that is not printed by the functions of this file: it
// is cleaned, but for new lines and tabs, and the passwords of URLs are hidden. A URL must not be
// cut by the end of a write.
func (u *UI) Clean() io.Writer { return filter{NewCleanWriter(u.Out), u.mask} }

// CleanJSON is Clean for lines of JSON, which must stay valid.
func (u *UI) CleanJSON() io.Writer {
	return filter{u.Out, func(line string) string { return mask.JSON(u.mask(line)) }}
}

// filter is a writer that changes each text.
type filter struct {
	to     io.Writer
	change func(string) string
}

// Write implements [io.Writer]. The length is that of what it was given.
func (f filter) Write(text []byte) (int, error) {
	if _, err := io.WriteString(f.to, f.change(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Safe was made by this program and is printed as it is, colours included. All other strings are
// cleaned.
type Safe string

func New(stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) *UI {
	u := &UI{In: stdin, Out: stdout, Err: stderr}
	if f, ok := Plain(stdout).(*os.File); ok {
		u.width, u.IsTerminal = Width(f)
	}
	if f, ok := stderr.(*os.File); ok {
		u.errWidth, _ = Width(f)
	}
	if columns, err := strconv.Atoi(getenv("COLUMNS")); err == nil && u.IsTerminal {
		u.width = columns
	}
	return u
}

// Fits reports whether a line of n columns is not broken.
func (u *UI) Fits(n int) bool { return u.width == 0 || n <= u.width }

// HelpWidth is how long lines of help may be: those of the terminal, but no longer than is good to
// read, and 80 where there is none.
func (u *UI) HelpWidth() int {
	if u.width == 0 {
		return 80
	}
	return min(max(u.width, 40), 100)
}

// SetColor turns colour on or off: by the flag, then the environment, then whether stdout is a
// terminal.
func (u *UI) SetColor(flag string, getenv func(string) string) {
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
			u.color = u.IsTerminal && getenv("TERM") != "dumb"
		}
	}
}

// Printf writes to stdout, its arguments cleaned and the passwords of URLs hidden. On a terminal,
// lines that are too long are broken between words.
func (u *UI) Printf(format string, args ...any) {
	u.print(fmt.Sprintf(format, cleanAll(args)...))
}

// Rawf is Printf for what a user copies, such as a command: no line is broken.
func (u *UI) Rawf(format string, args ...any) {
	_, _ = io.WriteString(u.Out, u.mask(fmt.Sprintf(format, cleanAll(args)...)))
}

// mask hides the passwords of URLs, unless the user wants to see secrets.
func (u *UI) mask(text string) string {
	if u.Secrets {
		return text
	}
	return mask.Text(text)
}

// Progressf writes to stderr, its arguments cleaned, unless --quiet.
func (u *UI) Progressf(format string, args ...any) {
	if !u.Quiet {
		u.printNote(fmt.Sprintf(format, cleanAll(args)...))
	}
}

// Warnf writes a warning to stderr, its arguments cleaned.
func (u *UI) Warnf(format string, args ...any) {
	u.printNote(fmt.Sprintf("twilsim: warn: "+format+"\n", cleanAll(args)...))
}

// Notes returns a writer to stderr that hides the passwords of URLs, for what writes whole lines.
func (u *UI) Notes() io.Writer { return filter{u.Err, u.mask} }

// printNote writes to stderr, the passwords of URLs hidden, on a terminal with lines that fit it.
func (u *UI) printNote(text string) {
	text = u.mask(text)
	if u.errWidth > 0 {
		text = fold(text, u.errWidth)
	}
	_, _ = io.WriteString(u.Err, text) // nobody could be told
}

// Encode writes v as a line of JSON to stdout, the passwords of URLs hidden, and characters escaped
// that may control a terminal.
func (u *UI) Encode(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(u.Out, mask.JSON(u.mask(b.String())))
	return err
}

func cleanAll(args []any) []any {
	for i, arg := range args {
		switch arg := arg.(type) {
		case Safe:
			args[i] = string(arg)
		case string:
			args[i] = Clean(arg)
		case error:
			args[i] = Clean(arg.Error())
		case fmt.Stringer:
			args[i] = Clean(arg.String())
		}
	}
	return args
}

// Clean makes s harmless for a terminal, on one line.
func Clean(s string) string {
	if printable(s) || !strings.ContainsFunc(s, mask.Harmful) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch _, size := utf8.DecodeRuneInString(s[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case mask.Harmful(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// printable reports whether s has only characters that ASCII can print. Most texts have, and to ask
// the tables of Unicode about each character would take ten times as long.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// CleanLines cleans each line of s.
func CleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	return strings.Join(lines, "\n")
}

// Quoted returns a body in quotes, on one line.
func Quoted(s string) Safe {
	if strings.ContainsAny(s, `\"`) {
		s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	}
	return Safe(`"` + Clean(s) + `"`)
}

// The colours.
const (
	Red    = "31"
	Green  = "32"
	Yellow = "33"
	Dim    = "2"
)

// Paint cleans and colours s. An empty style is no colour.
func (u *UI) Paint(style, s string) Safe {
	if !u.color || style == "" {
		return Safe(Clean(s))
	}
	return Safe("\x1b[" + style + "m" + Clean(s) + "\x1b[0m")
}

// Pad adds spaces to s, up to width characters.
func Pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// Count writes a number with its noun: 1 message, 2 messages.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
