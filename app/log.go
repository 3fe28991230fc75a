package app

import (
	"io"
	"strings"
)

// oneLine keeps a text's line breaks out of the log: what people send must not look like a line of
// the app's own.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// print writes lines that belong together, each with one Write and none of another webhook's
// between them.
func (a *App) print(lines ...string) {
	if a.Log == nil {
		return
	}
	a.logMu.Lock()
	defer a.logMu.Unlock()
	for _, line := range lines {
		_, _ = io.WriteString(
			a.Log,
			oneLine.Replace(line)+"\n",
		) // The app answers even if the log cannot be written.
	}
}
