package control

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/journal"
)

func diffRoutes() []route {
	return []route{
		{
			method: "GET", path: "/webhooks/{ref}/diff/{other}", name: "diff", tag: "webhooks",
			summary: "The differences between two webhooks",
			result:  Diff{}, errors: []int{404},
			answer: (*api).diff,
		},
	}
}

// Diff is the differences between two webhooks. Lists are empty, not nil, where nothing differs.
type Diff struct {
	Equal   int      `json:"equal"`   // how many parameters are the same
	Changes []Change `json:"changes"` // of the parameters, by name
	Request []Part   `json:"request"` // of method, url and dialed, in this order
	Headers []Part   `json:"headers"` // of the request, by name
	Answer  []Part   `json:"answer"`  // of http, error and body, in this order
	// AnswerHeaders are of the answer, by name, without its Date.
	AnswerHeaders []Part `json:"answer_headers"`
}

// Change is a parameter that differs; nil if a webhook does not have it.
type Change struct {
	Param string  `json:"param"`
	From  *string `json:"from"`
	To    *string `json:"to"`
}

// Part is a part of a webhook or of its answer that differs; nil if one does not have it.
type Part struct {
	Name string  `json:"name"`
	From *string `json:"from"`
	To   *string `json:"to"`
}

func (s *api) diff(r *http.Request) (any, error) {
	one, err := resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	other, err := resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("other"))
	if err != nil {
		return nil, err
	}
	return compare(one, other), nil
}

// The parameters are compared by name, wherever they were sent: in the query of a GET, or in the
// body of a POST.
func compare(from, to *journal.Exchange) *Diff {
	diff := &Diff{Changes: []Change{}}
	a, b := from.Params(), to.Params()
	for _, name := range namesOf(a, b) {
		if slices.Equal(a[name], b[name]) {
			diff.Equal++
		} else {
			diff.Changes = append(diff.Changes, Change{Param: name, From: valueOf(a[name]),
				To: valueOf(b[name])})
		}
	}
	diff.Request = differing(nil, "method", from.Method, to.Method)
	diff.Request = differing(diff.Request, "url", configured(from), configured(to))
	diff.Request = differing(diff.Request, "dialed", from.Dialed, to.Dialed)
	diff.Headers = headerParts(from.Header, to.Header, "")
	diff.Answer = differing(nil, "http", statusOf(from), statusOf(to))
	diff.Answer = differing(diff.Answer, "error", from.Error, to.Error)
	diff.Answer = differing(diff.Answer, "body", from.ResponseBody, to.ResponseBody)
	// The Dates of two answers differ as soon as a second passes between them, which is not a
	// difference in what the app does.
	diff.AnswerHeaders = headerParts(from.ResponseHeader, to.ResponseHeader, "Date")
	return diff
}

// configured returns the URL without the parameters, which are compared separately.
func configured(x *journal.Exchange) string {
	url, _ := x.SplitQuery()
	return url
}

// statusOf returns the status of the answer, "" for no answer.
func statusOf(x *journal.Exchange) string {
	if x.Status == 0 {
		return ""
	}
	return strconv.Itoa(x.Status)
}

// differing appends a part if it differs. An empty value means that the part is absent. It makes a
// nil list an empty one, which is [] in JSON.
func differing(parts []Part, name, from, to string) []Part {
	if parts == nil {
		parts = []Part{}
	}
	if from == to {
		return parts
	}
	return append(parts, Part{Name: name, From: present(from), To: present(to)})
}

func present(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

// headerParts returns the fields of two headers that differ, except for the field called ignore.
func headerParts(from, to journal.Header, ignore string) []Part {
	a, b := headerValues(from), headerValues(to)
	parts := []Part{}
	for _, name := range namesOf(a, b) {
		if name != ignore && !slices.Equal(a[name], b[name]) {
			parts = append(parts, Part{Name: name, From: valueOf(a[name]), To: valueOf(b[name])})
		}
	}
	return parts
}

func headerValues(h journal.Header) url.Values {
	values := url.Values{}
	for name, value := range h.All() {
		values.Add(http.CanonicalHeaderKey(name), value)
	}
	return values
}

// namesOf returns the names in either, sorted.
func namesOf(a, b url.Values) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// A comma joins several values of one name, as HTTP does for headers.
func valueOf(values []string) *string {
	if values == nil {
		return nil
	}
	value := strings.Join(values, ",")
	return &value
}

// Diff returns the differences between two webhooks.
func (c *Client) Diff(ctx context.Context, ref, other string) (*Diff, error) {
	return call[Diff](ctx, c, "GET",
		"/webhooks/"+url.PathEscape(ref)+"/diff/"+url.PathEscape(other), nil)
}
