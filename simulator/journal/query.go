package journal

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/pattern"
	"twilsim/simulator/suggest"
)

// Query selects the things of one kind that match every term. It does not change, and can be used
// by several goroutines.
type Query struct {
	Kind  Kind
	Terms []Term
	Since time.Duration // 0, or no older than this by the account's clock
}

// Term is a condition on one field.
type Term struct {
	Field string
	Not   bool
	Value pattern.Pattern
	Order string // "", or one of < <= > >=: the field is then compared with Value as a number
}

// ParseQuery reads the words of a filter or an expectation about things of the given kind.
//
//	to=+12025550142  to:+1202*  body=~^code  status!=failed  http:>=400  since:5m
//
// fields are the names that the kind has. Names that begin with a capital are parameters of a
// webhook or a request and need not be among them; any other name is an error that names the
// nearest right one.
func ParseQuery(kind Kind, fields, words []string) (Query, error) {
	q := Query{Kind: kind}
	for _, word := range words {
		i := strings.IndexAny(word, "=:!")
		if i <= 0 {
			return Query{}, fmt.Errorf("%q is not a condition: write FIELD=VALUE, with a field among %s",
				word,
				strings.Join(fields, " "))
		}
		name, value := word[:i], word[i:]
		if name == "since" {
			var err error
			if q.Since, err = clock.ParseDuration(value[1:]); err != nil {
				return Query{}, fmt.Errorf("since: %w", err)
			}
			if q.Since == 0 {
				return Query{}, errors.New("since:0s matches nothing: write since:5m")
			}
			continue
		}
		if err := knownField(kind, name, fields); err != nil {
			return Query{}, err
		}
		term, err := parseTerm(name, value)
		if err != nil {
			return Query{}, fmt.Errorf("%s: %w", word, err)
		}
		q.Terms = append(q.Terms, term)
	}
	return q, nil
}

func knownField(kind Kind, name string, fields []string) error {
	parameters := kind == Webhooks || kind == Requests
	if slices.Contains(fields, name) || parameters && name[0] >= 'A' && name[0] <= 'Z' {
		return nil
	}
	hint := "the fields are " + strings.Join(fields, " ")
	if near := suggest.Nearest(name, fields); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Errorf("%s has no field %q: %s", kind.one(), name, hint)
}

// parseTerm reads the text after the field's name: =, : or !=, an order, and a pattern. An order
// before something that is not a number is part of the text.
func parseTerm(field, rest string) (Term, error) {
	term := Term{Field: field}
	if rest, term.Not = strings.CutPrefix(rest, "!"); term.Not && !strings.HasPrefix(rest, "=") {
		return Term{}, fmt.Errorf("write %s!=VALUE", field)
	}
	rest = rest[1:]
	for _, order := range []string{">=", "<=", ">", "<"} {
		if number, ok := strings.CutPrefix(rest, order); ok {
			if _, err := strconv.ParseFloat(number, 64); err == nil {
				term.Order, term.Value = order, pattern.Exactly(number)
				return term, nil
			}
		}
	}
	var err error
	term.Value, err = pattern.Parse(rest)
	return term, err
}

// String returns the term as [ParseQuery] reads it.
func (t Term) String() string {
	op := "="
	if t.Not {
		op = "!="
	}
	return t.Field + op + t.Order + t.Value.String()
}

// Match reports whether the thing matches the term. A field that the thing does not have matches
// only a negation.
func (t Term) Match(thing Thing) bool {
	return t.accepts(thing.Field(t.Field))
}

// accepts is Match for the value of the field, and whether there is one.
func (t Term) accepts(value string, ok bool) bool {
	if !ok {
		return t.Not
	}
	if t.Order != "" {
		return t.compare(value) != t.Not
	}
	return t.Value.Match(value) != t.Not
}

// compare compares a field as a number. A field that is not a number matches no order.
func (t Term) compare(value string) bool {
	got, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return false
	}
	want, _ := strconv.ParseFloat(t.Value.String(), 64)
	switch order := cmp.Compare(got, want); t.Order {
	case ">=":
		return order >= 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order < 0
	}
}

// String returns the query's terms.
func (q Query) String() string {
	words := []string{string(q.Kind)}
	for _, t := range q.Terms {
		words = append(words, t.String())
	}
	return strings.Join(words, " ")
}

// dated is a thing that has a time, in the account's time.
type dated interface{ When() time.Time }

// When returns the time at which the exchange began.
func (x *Exchange) When() time.Time { return x.At }

// When returns the time at which the alert was raised.
func (a *Alert) When() time.Time { return a.At }

// Match reports whether the thing matches every term; now is the account's time.
func (q Query) Match(thing Thing, now time.Time) bool {
	if d, ok := thing.(dated); ok && q.Since > 0 && now.Sub(d.When()) > q.Since {
		return false
	}
	for _, t := range q.Terms {
		if !t.Match(thing) {
			return false
		}
	}
	return true
}
