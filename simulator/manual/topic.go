package manual

import (
	"embed"
	"strings"

	"twilsim/simulator/suggest"
)

// Topic is a page of help that is not about a command.
type Topic struct {
	Name  string
	Short string // one line, without a full stop
	// Text makes the text: lines of at most 80 columns, the last one with its line break. It is a
	// function because each command lists the topics when it starts, and few print one.
	Text func() string
}

//go:embed topics/*.txt
var pages embed.FS

// Topics returns all topics, sorted by name.
func Topics() []Topic {
	return []Topic{
		page("api", "Twilio's operations and parameters: simulated, accepted or refused"),
		page("environment", "how flags are read from variables, and how the simulator is found"),
		page("exit-codes", "what the exit codes mean"),
		page("filters", "how messages, webhooks, requests and alerts are selected"),
		{"hints", "the alerts of our own, SIM-1 and so on", hints},
		page("limits", "what is not simulated"),
		page("recipes", "scenarios to copy: opt-outs, fallbacks, faults, API errors"),
		{"rules", "the words of rules, and what can go wrong with webhooks", rules},
		page("scenarios", "the language of scenarios, with a section for each command"),
		page("scripts", "the language of delivery scripts, and who chooses one"),
		page("signatures", "why a signature does not match"),
		page("simulatortest", "the simulator in Go tests"),
		page("storage", "serve --data: what is stored, what a restart goes on with, the file"),
	}
}

// page is a topic whose text is a file of its name.
func page(name, short string) Topic {
	return Topic{Name: name, Short: short, Text: func() string {
		text, err := pages.ReadFile("topics/" + name + ".txt")
		if err != nil {
			panic(err) // a topic without its file, which each test of help finds
		}
		return string(text)
	}}
}

// Sections returns the headings of the topic in their order.
func (t Topic) Sections() []string {
	var names []string
	for line := range strings.Lines(t.Text()) {
		if name, ok := strings.CutPrefix(line, heading); ok {
			names = append(names, strings.TrimSuffix(name, "\n"))
		}
	}
	return names
}

// heading begins the line of a heading.
const heading = "# "

// Section returns the text below a heading, whose case does not matter. ok is false where there is
// no such heading.
func (t Topic) Section(name string) (text string, ok bool) {
	for section := range strings.SplitSeq("\n"+t.Text(), "\n"+heading) {
		head, text, _ := strings.Cut(section, "\n")
		if head != "" && strings.EqualFold(head, name) {
			return strings.Trim(text, "\n") + "\n", true
		}
	}
	return "", false
}

// Nearest returns the heading that the user probably meant, or "".
func (t Topic) Nearest(name string) string { return suggest.Nearest(name, t.Sections()) }
