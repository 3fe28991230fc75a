package testscript

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
)

// namer replaces values that differ from run to run by variables. A longer value goes first,
// because it may contain a shorter one.
type namer struct {
	ts     host
	script *script
	names  []valueName // the longest value first
}

type valueName struct{ value, name string }

// expand replaces the variables of a text as the engine does.
func expand(ts host, text string) string {
	return os.Expand(text, func(name string) string {
		if name, ok := strings.CutSuffix(name, "@R"); ok {
			return regexp.QuoteMeta(ts.Getenv(name))
		}
		return ts.Getenv(name)
	})
}

// volatile is a SID.
var volatile = lazy.Regexp(`\b[A-Z]{2}[0-9a-f]{32}\b`)

// newNamer collects the variables with values of this run: SIDs of things and of the account,
// addresses, variables that the script has set, and those that the golden file used before.
func newNamer(ts host, s *script, was string) *namer {
	n := &namer{ts: ts, script: s}
	w := of(ts)
	for id, name := range w.names {
		n.add(name, id)
	}
	for sid, i := range w.story.numbers {
		if w.names[sid] == "" {
			n.add(storyName(sid, i), sid)
		}
	}
	for _, thing := range w.account.Journal.Things(journal.Webhooks) {
		n.add(thing.ID()+"_SIGNATURE", thing.(*journal.Exchange).Header.Get("X-Twilio-Signature"))
	}
	for _, name := range []string{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_TEST_ACCOUNT_SID",
		"TWILIO_TEST_AUTH_TOKEN",
		"TWILSIM_URL", "APP", "WORK", "HERE", "ROOT"} {
		n.add(name, ts.Getenv(name))
	}
	for _, p := range s.phases {
		for _, c := range p.commands {
			for _, name := range c.sets() {
				if value := ts.Getenv(name); n.text(value) != value {
					n.add(name, value)
				}
			}
		}
	}
	for _, m := range reference().FindAllStringSubmatch(was, -1) {
		n.add(m[1]+m[2], ts.Getenv(m[1]+m[2]))
	}
	return n
}

// shortest is the minimum length of a value that is replaced by a variable.
const shortest = 4

// add adds a name, if the script's variable has the value. Short values would be found in words by
// chance. A variable that has another value by now cannot stand for this one.
func (n *namer) add(name, value string) {
	if len(value) < shortest || n.ts.Getenv(name) != value {
		return
	}
	n.names = append(n.names, valueName{value, name})
	slices.SortFunc(n.names, func(a, b valueName) int {
		return cmp.Or(
			cmp.Compare(len(b.value), len(a.value)),
			cmp.Compare(len(a.name), len(b.name)),
			cmp.Compare(a.name, b.name),
		)
	})
}

// text replaces values in a text by names, for cmpenv. A $ of the text itself is doubled, or cmpenv
// would expand it.
func (n *namer) text(s string) string {
	var b strings.Builder
	for s != "" {
		i := slices.IndexFunc(
			n.names,
			func(v valueName) bool { return strings.HasPrefix(s, v.value) },
		)
		switch {
		case i >= 0:
			s = s[len(n.names[i].value):]
			b.WriteString(variable(n.names[i].name, s))
		default:
			if s[0] == '$' {
				b.WriteByte('$')
			}
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String()
}

// variable returns the reference to a variable, as it must be written before a text.
func variable(name, before string) string {
	if before != "" &&
		(before[0] == '_' || before[0] >= '0' && before[0] <= '9' || before[0]|0x20 >= 'a' &&
			before[0]|0x20 <= 'z') {
		return "${" + name + "}"
	}
	return "$" + name
}

// render makes the text of a golden file from what the scenario got, and reports whether it
// contains variables. A line that the file had before keeps its variables. The author's own
// variables stay, as they may be better names.
func (n *namer) render(got, was string, env bool) (text string, variables bool) {
	kept := map[string]string{}
	if env {
		for line := range strings.Lines(was) {
			kept[expand(n.ts, line)] = line
		}
	}
	var b strings.Builder
	for line := range strings.Lines(got) {
		source, ok := kept[line]
		if !ok {
			source = n.text(line)
		}
		variables = variables || source != strings.ReplaceAll(line, "$", "$$")
		b.WriteString(source)
	}
	return b.String(), variables
}

// leftOver finds a SID that has no variable and does not occur in the scenario.
func (n *namer) leftOver(text string) error {
	archive := n.script.archive
	for _, sid := range volatile().FindAllString(text, -1) {
		named := func(f txtar.File) bool { return strings.Contains(string(f.Data), sid) }
		if !strings.Contains(string(archive.Comment), sid) &&
			!slices.ContainsFunc(archive.Files, named) {
			return fmt.Errorf(
				"it would hold %s, which is another in each run: give it a name with as=",
				sid,
			)
		}
	}
	return nil
}
