package content

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/apierr"
)

// Search is what the list of v2 filters and sorts by (F-846). A zero field does not.
type Search struct {
	Name, Content  string // regular expressions
	Language, Type []string
	Eligibility    []string // whatsapp:approved
	After, Before  time.Time
	SortByDate     string // asc or desc, by date_updated
	SortByName     string // asc or desc
}

// Apply returns the templates that the search wants, in its order. The error is an [*apierr.Error].
// It leaves the list alone. With both orders given, the date decides, and the name among equal
// dates.
func (s Search) Apply(list []Template, now time.Time) ([]Template, error) {
	name, err := regexp.Compile(s.Name)
	if err != nil {
		return nil, apierr.Invalid("ContentName %q is not a regular expression", s.Name)
	}
	body, err := regexp.Compile(s.Content)
	if err != nil {
		return nil, apierr.Invalid("Content %q is not a regular expression", s.Content)
	}
	kept := slices.DeleteFunc(slices.Clone(list), func(t Template) bool {
		types, _ := json.Marshal(t.Types) // they were read from JSON
		return !name.MatchString(t.FriendlyName) || !body.Match(types) ||
			len(s.Language) > 0 && !slices.Contains(s.Language, t.Language) ||
			len(s.Type) > 0 && !slices.ContainsFunc(t.Types, func(typed Typed) bool {
				return slices.Contains(s.Type, typed.Name)
			}) ||
			len(s.Eligibility) > 0 && !slices.Contains(s.Eligibility,
				string(WhatsApp)+":"+string(t.Status(now))) ||
			!s.After.IsZero() && t.Created.Before(s.After) ||
			!s.Before.IsZero() && t.Created.After(s.Before)
	})
	for _, sort := range []struct {
		name, order string
		compare     func(x, y Template) int
	}{
		{"SortByContentName", s.SortByName,
			func(x, y Template) int { return strings.Compare(x.FriendlyName, y.FriendlyName) }},
		{"SortByDate", s.SortByDate, func(x, y Template) int { return x.Updated.Compare(y.Updated) }},
	} {
		switch strings.ToLower(sort.order) {
		case "":
		case "asc":
			slices.SortStableFunc(kept, sort.compare)
		case "desc":
			slices.SortStableFunc(kept, func(x, y Template) int { return sort.compare(y, x) })
		default:
			return nil, apierr.Invalid("%s is asc or desc, not %q", sort.name, sort.order)
		}
	}
	return kept, nil
}
