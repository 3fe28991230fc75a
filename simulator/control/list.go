package control

import (
	"net/http"
	"strconv"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/pattern"
)

// defaultLimit is how many things a list has when the request names no limit.
const defaultLimit = 50

// fields are the names that a query may use for each kind.
func fields(kind journal.Kind) []string {
	switch kind {
	case journal.Messages:
		return messaging.MessageFields()
	case journal.Alerts:
		return journal.AlertFields()
	}
	return journal.ExchangeFields()
}

// list finds what the request's q select: the newest first, as many as its limit says, 0 for all, and how many there are
// in all.
func (s *api) list(r *http.Request, kind journal.Kind) (newest []journal.Thing, matched int, err error) {
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

// exactly is the condition that a field has this value.
func exactly(field, value string) journal.Term {
	return journal.Term{Field: field, Value: pattern.Exactly(value)}
}

func joined(words []string) string { return strings.Join(words, " ") }
