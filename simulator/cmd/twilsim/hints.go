package main

import (
	"strings"

	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

const helpHintsAbout = `Hints are alerts under codes of our own: what Twilio would not say. They are listed with the others; "twilsim alerts
'code:SIM-*'" lists them alone, and Twilio's Monitor API does not show them.

SIM-1 to SIM-3 are errors, because what was asked for did not happen: a scenario that does not expect them fails. The others
are advice. Each is given once for one cause, such as one URL, and fails nothing; after a reset it is given again.
`

// helpWidth is the width of paragraphs in a page of help.
const helpWidth = 110

// helpHints is the page of help about hints.
func helpHints() string {
	var b strings.Builder
	b.WriteString(helpHintsAbout)
	for _, h := range messaging.Hints() {
		b.WriteString("\n" + terminal.Pad(h.Code, 7) + terminal.Pad(string(h.Level), 9) + h.Title + "\n")
		paragraph(&b, h.Cause)
		if h.Try != "" {
			paragraph(&b, "Try: "+h.Try)
		}
	}
	return b.String()
}

// paragraph writes text in indented lines.
func paragraph(b *strings.Builder, text string) {
	line := "      "
	for word := range strings.FieldsSeq(text) {
		if len(line)+len(word) >= helpWidth {
			b.WriteString(line + "\n")
			line = "      "
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}
