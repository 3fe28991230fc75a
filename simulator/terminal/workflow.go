package terminal

import (
	"io"
	"strings"
	"sync"
	"unicode"
)

// workflowWriter writes text in which GitHub's runner finds no workflow command. The runner reads
// what a step prints, and takes a line that begins with two colons for a command, also behind
// blanks, and the older form ##[ anywhere. What an app has printed could thus mark lines of files
// as wrong, or switch commands off. The character that makes a command is written as Go and JSON
// escape it, so that JSON still has the same text. It is safe for concurrent use.
type workflowWriter struct {
	to io.Writer

	mu     sync.Mutex
	inLine bool // something but blanks is in the line
	marks  int  // how many # are directly before
}

// Write implements [io.Writer].
func (w *workflowWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, r := range string(p) {
		switch {
		case r == ':' && !w.inLine:
			b.WriteString(`\u003a`)
		case r == '[' && w.marks >= 2:
			b.WriteString(`\u005b`)
		default:
			b.WriteRune(r)
		}
		w.inLine = r != '\n' && (w.inLine || !unicode.IsSpace(r))
		if w.marks++; r != '#' {
			w.marks = 0
		}
	}
	if _, err := io.WriteString(w.to, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// HideWorkflowCommands has GitHub's runner find no workflow command in what is printed from now on,
// if GITHUB_ACTIONS says that it reads this. Those of [UI.Annotations] remain commands.
func (u *UI) HideWorkflowCommands(getenv func(string) string) {
	if _, hidden := u.Out.(*workflowWriter); hidden || getenv("GITHUB_ACTIONS") != "true" {
		return
	}
	u.Out, u.Err = &workflowWriter{to: u.Out}, &workflowWriter{to: u.Err}
}

// Annotations returns where workflow commands are to be written: stdout, or stderr if stdout is for
// a machine. GitHub reads both. What is written is cleaned, but for new lines and tabs.
func (u *UI) Annotations(machine bool) io.Writer {
	w := u.Out
	if machine {
		w = u.Err
	}
	if hidden, ok := w.(*workflowWriter); ok {
		w = hidden.to
	}
	return NewCleanWriter(w)
}
