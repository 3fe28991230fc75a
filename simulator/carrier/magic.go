package carrier

import (
	"fmt"
	"strings"
)

// magicPrefix begins every number of our table. Twilio's own magic numbers are +1 500 555 000N,
// which leaves this range free.
const magicPrefix = "+150055501"

// magic is the table of magic recipients: the last two digits choose the outcome.
var magic = []struct{ digits, outcome, text string }{
	{"01", "delivered", "delivered"},
	{"02", "sent-only", "sent, no receipt"},
	{"03", "unreachable", "30003 unreachable"},
	{"04", "blocked", "30004 blocked"},
	{"05", "unknown", "30005 unknown handset"},
	{"06", "landline", "30006 landline"},
	{"07", "filtered", "30007 filtered"},
	{"08", "unknown-error", "30008 unknown"},
	{"10", "opted-out", "refused: 21610"},
	{"11", "late", "delivered after 30 s"},
	{"12", "duplicated", "callback sent twice"},
	{"13", "reordered", "callbacks out of order"},
	{"14", "lost-final", "last callback lost"},
	{"15", "stuck", "stuck in queued"},
	{"20", "rate-limited", "refused: 429 / 20429"},
}

// MagicRecipient is a number with a fixed outcome.
type MagicRecipient struct {
	Digits  string // the last two: "03"
	Number  string // in E.164
	Outcome Outcome
	Text    string // a few words for a table
}

// Magic returns the outcome of a message to number, an E.164 number, and whether it is a magic
// recipient. The other numbers of +1 500 555 01NN are ordinary numbers.
func Magic(number string) (Outcome, bool) {
	digits, found := strings.CutPrefix(number, magicPrefix)
	if !found {
		return Outcome{}, false
	}
	for _, m := range magic {
		if m.digits == digits {
			return findOutcome(m.outcome)
		}
	}
	return Outcome{}, false
}

// MagicTable returns the magic recipients in the order of the number.
func MagicTable() []MagicRecipient {
	table := make([]MagicRecipient, len(magic))
	for i, m := range magic {
		o, ok := findOutcome(m.outcome)
		if !ok {
			panic(fmt.Sprintf("magic recipient %s has no outcome %q", m.digits, m.outcome))
		}
		table[i] = MagicRecipient{Digits: m.digits, Number: magicPrefix + m.digits, Outcome: o,
			Text: m.text}
	}
	return table
}
