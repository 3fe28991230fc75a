package manual

import (
	"strings"

	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
	"twilsim/simulator/wrap"
)

const aboutHints = `Hints are alerts under codes of our own: what Twilio would not say. They are
listed with the others; "twilsim alerts 'code:SIM-*'" lists them alone, and
Twilio's Monitor API does not show them.

SIM-1 to SIM-3 are errors, because what the app asked for did not happen: a
scenario that does not expect them fails. The others are advice. Each is given
once for one cause, such as one URL, and fails nothing; after a reset it is
given again.
`

// hints returns the topic about hints.
func hints() string {
	var b strings.Builder
	b.WriteString(aboutHints)
	for _, h := range messaging.Hints() {
		b.WriteString("\n" + wrap.Row(terminal.Pad(h.Code, 7)+terminal.Pad(string(h.Level), 8), 16,
			h.Title))
		b.WriteString(wrap.Row("", 7, h.Cause))
		if h.Try != "" {
			b.WriteString(wrap.Row("", 7, "Try: "+h.Try))
		}
	}
	return b.String()
}
