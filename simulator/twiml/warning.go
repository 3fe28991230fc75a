package twiml

import "fmt"

// Warning is a debugger code that does not stop a document. Text says in one sentence what is
// wrong, what happened to it, and what to write instead.
type Warning struct {
	Code int
	Text string
	Pos  Position
}

// Error is a debugger code that stops a document: no verb of it runs. Text is as in [Warning].
type Error struct {
	Code int
	Text string
	Pos  Position
}

// Error returns code, text and position, as "12102: the root element is <html> … (line 1, column
// 1)".
func (e *Error) Error() string {
	if e.Pos == (Position{}) {
		return fmt.Sprintf("%d: %s", e.Code, e.Text)
	}
	return fmt.Sprintf("%d: %s (%s)", e.Code, e.Text, e.Pos)
}
