package control

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/pattern"
)

// defaultLimit is the length of a list without the parameter limit.
const defaultLimit = 50

// list returns the newest things that the parameters q select, newest first, at most limit of them
// behind the first skip, and how many there are without that. The parameters limit and skip come
// before usual, the limit without a parameter.
func (s *api) list(r *http.Request, kind journal.Kind, usual int) (newest []journal.Thing,
	of Count, err error) {
	params := r.URL.Query()
	q, err := messaging.ParseQuery(kind, params["q"])
	if err != nil {
		return nil, of, err
	}
	limit, err := number(params, "limit", usual)
	if err != nil {
		return nil, of, err
	}
	skip, err := number(params, "skip", 0)
	if err != nil {
		return nil, of, err
	}
	newest, of.Matched, of.More = s.account.Journal.NewestBehind(q, skip, limit)
	return newest, of, nil
}

// number reads a query parameter that is a number of things.
func number(params url.Values, name string, missing int) (int, error) {
	text := params.Get(name)
	if text == "" {
		return missing, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, bad("bad "+name+" "+quote(text), "a number, 0 for all")
	}
	return n, nil
}

// Count is how many things a list has without its limit.
type Count struct {
	// how many the query selects, including those beyond the limit
	Matched int `json:"matched"`
	// there may be more: counting stops 200 things beyond the limit
	More bool `json:"more,omitempty"`
}

// exactly returns the condition that a field has this value.
func exactly(field, value string) journal.Term {
	return journal.Term{Field: field, Value: pattern.Exactly(value)}
}

func joined(words []string) string { return strings.Join(words, " ") }
