package rest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"twilsim/simulator/journal"
)

// route is one operation of the API: the table in table.go is what is simulated, and the package's documentation is made of
// it. A parameter that is in none of the three lists is ignored (F-350).
type route struct {
	product product
	method  string
	pattern string // with {names} for what differs; without a suffix
	serve   handler
	test    bool // test credentials may do it (F-464)

	simulated string // parameters that do what they do at Twilio
	accepted  string // parameters that are checked at most, and have no effect
	refused   string // parameters that are answered with HTTP 501, because nothing true could be answered

	parts   []string        // of the pattern
	filters []string        // parameters of a list, which its links repeat
	named   bool            // the pattern names an account
	known   map[string]bool // the parameters of a form
	mainKey bool            // API keys may not do it (F-375)
}

// handler does what a route says.
type handler func(context.Context, *request) (*answer, error)

// compile takes the patterns of a table apart.
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

// resolve finds the request's route, its format and its form. A path with routes for other methods only has a route that
// serves nothing.
func (r *request) resolve() {
	path := r.URL.Path
	r.product = productOf(r.Host, path)
	r.format = inJSON
	if r.product == coreAPI && strings.HasPrefix(path, accountsPath) {
		path, r.format = cutFormat(path)
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	var other *route
	for i := range r.handler.routes {
		t := &r.handler.routes[i]
		if t.product != r.product || len(t.parts) != len(parts) || !t.matches(parts, &r.vars) {
			continue
		}
		if t.method == r.Method {
			r.route = t
			break
		}
		other = t
	}
	if r.route == nil && other != nil {
		r.route = &route{product: other.product, pattern: other.pattern, named: other.named, test: true}
	}
	r.readForm()
}

// cutFormat takes the suffix off a path of the 2010 API (F-382).
func cutFormat(path string) (string, format) {
	if rest, ok := strings.CutSuffix(path, ".json"); ok {
		return rest, inJSON
	}
	if rest, ok := strings.CutSuffix(path, ".xml"); ok {
		return rest, inXML
	}
	return path, inFile
}

// matches compares a path with the pattern, and puts what the names stand for into vars.
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

// formType is the only kind of body that the API reads (F-323).
const formType = "application/x-www-form-urlencoded"

// readForm reads the parameters: of a POST those of its body, else those of the URL.
func (r *request) readForm() {
	source := r.URL.RawQuery
	if r.Method == http.MethodPost {
		source = r.body
		kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if kind != "" && !strings.EqualFold(strings.TrimSpace(kind), formType) {
			source = ""
		}
	}
	r.form, _ = url.ParseQuery(source) // the pairs that can be read are read
}

// refused returns a parameter of the request for which there is no true answer.
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

// refuseUnmodelled tells everybody who listens that there is no answer, and says so in Twilio's shape. more is what of the request
// is not simulated, "" for all of it.
func (r *request) refuseUnmodelled(more string) error {
	r.tell()
	r.unmodelled = r.Method + " " + r.URL.Path + more
	return unmodelled(r.unmodelled)
}

// advise raises the alerts about the request, which is in the journal now.
func (r *request) advise(x *journal.Exchange) {
	if r.unmodelled != "" {
		r.account.RaiseUnmodelled(x, r.unmodelled)
	}
	if len(r.unknown) > 0 {
		known := strings.Fields(r.route.simulated + " " + r.route.accepted + " " + r.route.refused)
		r.account.AdviseUnknownParameters(x, r.Method+" "+r.route.pattern, r.unknown, known)
	}
}

// findUnknown finds the parameters that the route does not know; they are ignored (F-350).
func (r *request) findUnknown() {
	for name := range r.form {
		if !r.route.known[name] {
			r.unknown = append(r.unknown, name)
		}
	}
	slices.Sort(r.unknown)
}

func (r *request) tell() {
	if r.handler.Unmodelled != nil {
		r.handler.Unmodelled(r.Request)
	}
}
