package control

import (
	"net/http"
	"strconv"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/pattern"
)

// defaultLimit is the length of a list without the parameter limit.
const defaultLimit = 50

// fields returns the names that a query may use, by kind.
func fields(kind journal.Kind) []string {
	switch kind {
	case journal.Messages:
		return messaging.MessageFields()
	case journal.Alerts:
		return journal.AlertFields()
	}
	return journal.ExchangeFields()
}

// list returns the newest things that the parameters q select, newest first, at most limit of them,
// and how many there are without the limit.
func (s *api) list(r *http.Request, kind journal.Kind) (newest []journal.Thing, matched int,
	err error) {
	params := r.URL.Query()
	q, err := journal.ParseQuery(kind, fields(kind), params["q"])
	if err != nil {
		return nil, 0, err
	}
	limit := defaultLimit
	if text := params.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 0 {
			return nil, 0, bad("bad limit "+quote(text), "a number, 0 for all")
		}
	}
	newest, matched = s.account.Journal.Newest(q, limit)
	return newest, matched, nil
}

// exactly returns the condition that a field has this value.
func exactly(field, value string) journal.Term {
	return journal.Term{Field: field, Value: pattern.Exactly(value)}
}

func joined(words []string) string { return strings.Join(words, " ") }
