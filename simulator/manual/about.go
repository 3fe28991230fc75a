package manual

import (
	"embed"
	"strings"
)

//go:embed commands/*.txt
var commandTexts embed.FS

// About returns the long description of a command that has a page of its own below commands, such
// as run. It panics if there is none, which is a mistake in the program.
func About(command string) string {
	text, err := commandTexts.ReadFile("commands/" + command + ".txt")
	if err != nil {
		panic("manual: " + err.Error())
	}
	return strings.TrimSuffix(string(text), "\n")
}
