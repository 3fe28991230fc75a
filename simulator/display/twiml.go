package display

import (
	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// TwiML prints what is wrong with a document, and how much of it runs.
func TwiML(u *terminal.UI, file string, check control.TwiMLCheck) error {
	if u.JSON {
		return u.Encode(check)
	}
	for _, p := range check.Problems {
		u.Printf("%s:%d:%d   %s   %s\n", file, p.Line, p.Column, p.Code, p.Text)
	}
	if check.Runs {
		u.Countf(check.Verbs, "verb", " to run")
	}
	return nil
}
