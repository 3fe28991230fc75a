package manual

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// aboutAll is what llms.txt says first.
const aboutAll = `twilsim is a Twilio for messaging that runs on this machine. It sends an app
signed webhooks, reads the TwiML of the answer, serves Twilio's REST API to the official SDKs, and
reports delivery statuses as a script says. It needs no account, no network and no money.

To test an app: write scenarios (see the topic scenarios) and run "twilsim run --app 'COMMAND'
scenarios", or run the app's own tests with "twilsim exec -- COMMAND". To try an app by hand:
"twilsim serve --forward-to URL", then "twilsim sms FROM TO BODY". Every command has --json.
`

// WriteLLMs writes the manual of the command and its topics as one text in Markdown, in the form
// that llms.txt has for language models: a title, a summary, and sections.
func WriteLLMs(w io.Writer, root Command) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n> %s\n\n%s\n## Flags of every command\n\n", root.Name, root.Short,
		aboutAll)
	listFlags(&b, root.Flags)
	b.WriteString("\n## Commands\n")
	root.walk(func(c Command) {
		fmt.Fprintf(&b, "\n### %s\n\n", c.Usage)
		fence(&b, c.about())
		listFlags(&b, c.Flags)
		if c.Example != "" {
			b.WriteByte('\n')
			fence(&b, c.Example)
		}
	})
	b.WriteString("\n## Topics\n")
	for _, t := range Topics() {
		fmt.Fprintf(&b, "\n### %s: %s\n\n", t.Name, t.Short)
		fence(&b, t.Text())
	}
	_, err := w.Write(b.Bytes())
	return err
}

func listFlags(b *bytes.Buffer, flags []Flag) {
	for _, f := range flags {
		fmt.Fprintf(b, "- `--%s` (%s): %s\n", f.Name, f.Type, f.Usage)
	}
}

// fence writes text as it is: in it, #, * and < mean what they mean to twilsim. The fence is of
// tildes, because texts have back-ticks.
func fence(b *bytes.Buffer, text string) {
	fmt.Fprintf(b, "~~~\n%s\n~~~\n", strings.TrimRight(text, "\n"))
}
