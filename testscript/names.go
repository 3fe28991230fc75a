package testscript

import (
	"cmp"
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/journal"
)

// named makes each command set variables for what is new since the command before: the names that a
// timeline gives to messages, $SM1 and $MM2, and the signature of each webhook, $W1_SIGNATURE. A
// golden file for cmpenv can use them in place of values that differ from run to run.
func named(
	commands map[string]func(*testscript.TestScript, bool, []string),
) map[string]func(*testscript.TestScript, bool, []string) {
	for name, command := range commands {
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			command(ts, neg, args)
			of(ts).story.setNew(ts)
		}
	}
	return commands
}

// storyVars records which things have a variable.
type storyVars struct {
	numbers map[string]int // of messages, by SID, in the order in which they appeared
	last    int64          // the newest event
}

// setNew sets the variables of what is new. It does not change variables that the script has set.
func (s *storyVars) setNew(ts host) {
	w := of(ts)
	events, _ := w.account.Journal.Events(s.last)
	for _, e := range events {
		s.last = e.ID
		if s.numbers == nil {
			s.numbers = map[string]int{}
		}
		if _, ok := s.numbers[e.SID]; !ok && e.SID != "" {
			s.numbers[e.SID] = len(s.numbers) + 1
			setNew(ts, storyName(e.SID, s.numbers[e.SID]), e.SID)
		}
		if x, ok := w.account.Journal.Thing(journal.Webhooks, e.Exchange); ok &&
			e.Type == journal.WebhookAttempt {
			setNew(
				ts,
				e.Exchange+"_SIGNATURE",
				x.(*journal.Exchange).Header.Get("X-Twilio-Signature"),
			)
		}
	}
}

func setNew(ts host, name, value string) {
	if ts.Getenv(name) == "" {
		ts.Setenv(name, value)
	}
}

// storyName is the name of the n-th message of a story, if as= gave it none.
func storyName(sid string, n int) string { return fmt.Sprintf("%s%d", sid[:2], n) }

// storyNames returns the names of the events' messages in a timeline: the name that as= gave, else
// SM1, MM2 in the order in which they appear.
func (w *world) storyNames(events []journal.Event) map[string]string {
	names := map[string]string{}
	w.naming.Lock()
	defer w.naming.Unlock()
	for _, e := range events {
		if _, ok := names[e.SID]; !ok && e.SID != "" {
			names[e.SID] = cmp.Or(w.names[e.SID], storyName(e.SID, len(names)+1))
		}
	}
	return names
}
