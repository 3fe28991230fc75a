package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"twilsim/simulator/journal"
)

// route is one operation of the API. The table in table.go has all of them, and the documentation
// of the package is generated from it. A parameter that is in none of the three lists is ignored
// (F-350).
type route struct {
	product product
	method  string
	pattern string // of the path, with {names} for its variable parts, without a suffix
	serve   handler
	test    bool // test credentials may call it (F-464)
	json    bool // the parameters are the members of a JSON object in the body

	// Names of parameters, separated by spaces.
	simulated string // they do what they do at Twilio
	accepted  string // they are at most checked, and have no effect
	refused   string // they are answered with HTTP 501, because any other answer would be wrong

	// All below is derived from what is above.
	parts   []string        // of the pattern
	filters []string        // parameters of a list that its links repeat
	named   bool            // the pattern names an account
	known   map[string]bool // all parameters
	mainKey bool            // API keys may not call it (F-375)
}

// handler carries out an operation.
type handler func(context.Context, *request) (*answer, error)

// compile sets the derived fields of the routes. It changes the table in place and returns it.
func compile(table []route) []route {
	for i := range table {
		t := &table[i]
		t.product = productOfPath(t.pattern)
		t.parts = strings.Split(t.pattern[1:], "/")
		t.named = strings.Contains(t.pattern, "/Accounts/{")
		t.known = map[string]bool{}
		for name := range strings.FieldsSeq(t.simulated + " " + t.accepted + " " + t.refused) {
			t.known[name] = true
		}
		t.mainKey = t.pattern == accountsPath || t.pattern == accountPath
		if t.method == http.MethodGet {
			for name := range strings.FieldsSeq(t.simulated) {
				if !strings.HasPrefix(name, "Page") {
					t.filters = append(t.filters, name)
				}
			}
		}
	}
	return table
}

// resolve finds the request's product, format, route and form. If the path has routes for other
// methods only, the request gets a route without a handler, which answers 405.
func (r *request) resolve() {
	path := r.URL.Path
	r.product = productOf(r.Host, path)
	r.format = inJSON
	if r.product == coreAPI && strings.HasPrefix(path, accountsPath) {
		path, r.format = cutFormat(path)
	}
	// on the stack; most paths have fewer parts, and a longer one costs an allocation
	var few [8]string
	parts := few[:0]
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		parts = append(parts, part)
	}
	var other *route
	// the first match in the order of the table wins, so a fixed part such as /Local stands before
	// {Sid}
	for _, t := range r.handler.byLength[len(parts)] {
		if t.product != r.product || !t.matches(parts, &r.vars) {
			continue
		}
		if t.method == r.Method {
			r.route = t
			break
		}
		other = t
	}
	if r.route == nil && other != nil {
		// test: the answer is 405 for test credentials, too, and not the refusal of a call that
		// they may not make
		r.route = &route{
			product: other.product, pattern: other.pattern, named: other.named, test: true,
		}
	}
	r.readForm()
}

// cutFormat returns a path of the 2010 API without its suffix, and the format that the suffix
// chooses (F-382).
func cutFormat(path string) (string, format) {
	if rest, ok := strings.CutSuffix(path, ".json"); ok {
		return rest, inJSON
	}
	if rest, ok := strings.CutSuffix(path, ".xml"); ok {
		return rest, inXML
	}
	return path, inFile
}

// matches reports whether the parts of a path fit the pattern, and puts the values of its names
// into vars. An empty part fits no name: /Messages/.json names no message.
func (t *route) matches(parts []string, vars *[3]string) bool {
	n := 0
	for i, part := range t.parts {
		if part[0] != '{' {
			if part != parts[i] {
				return false
			}
			continue
		}
		if parts[i] == "" {
			return false
		}
		vars[n] = parts[i]
		n++
	}
	return true
}

// formType is the only Content-Type that the API reads (F-323).
const formType = "application/x-www-form-urlencoded"

// readForm reads the parameters of the request: those of the body for a POST or PUT, else those of
// the URL. Of a JSON body the form has the names of the members, without values; the
// handler decodes it.
func (r *request) readForm() {
	if r.route != nil && r.route.json {
		r.form = url.Values{}
		var members map[string]json.RawMessage
		if json.Unmarshal([]byte(r.body), &members) == nil { // the handler reports an error
			for name := range members {
				r.form[name] = nil
			}
		}
		return
	}
	source := r.URL.RawQuery
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		source = r.body
		kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if kind != "" && !strings.EqualFold(strings.TrimSpace(kind), formType) {
			source = ""
		}
	}
	r.form, _ = url.ParseQuery(source) // an error leaves out the pairs that cannot be parsed
}

// refused returns a parameter of the request that the route refuses, and whether there is one.
func (r *request) refused() (string, bool) {
	if r.route.refused == "" {
		return "", false
	}
	for name := range strings.FieldsSeq(r.route.refused) {
		if r.form.Get(name) != "" {
			return name, true
		}
	}
	return "", false
}

// refuseUnmodelled calls the hook for requests that are not simulated and returns the error for
// the answer. more is the part that is not simulated, as " with AccountSid"; "" if the whole
// request is not.
func (r *request) refuseUnmodelled(more string) error {
	if r.handler.Unmodelled != nil {
		r.handler.Unmodelled(r.Request)
	}
	r.unmodelled = r.Method + " " + r.URL.Path + more
	return unmodelled(r.unmodelled)
}

// raiseAlerts raises the alerts about the request. x is its entry in the journal.
func (r *request) raiseAlerts(x *journal.Exchange) {
	if r.unmodelled != "" {
		r.account.RaiseUnmodelled(x, r.unmodelled)
	}
	if len(r.unknown) > 0 {
		known := strings.Fields(r.route.simulated + " " + r.route.accepted + " " + r.route.refused)
		r.account.AdviseUnknownParameters(x, r.Method+" "+r.route.pattern, r.unknown, known)
	}
}

// findUnknown collects the parameters that the route does not know. They are ignored (F-350), but
// raise a hint. They are sorted, because a map has no order and two runs must raise the same hint.
func (r *request) findUnknown() {
	for name := range r.form {
		if !r.route.known[name] {
			r.unknown = append(r.unknown, name)
		}
	}
	slices.Sort(r.unknown)
}
