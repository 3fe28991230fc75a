// Package sdkcall writes a request of Twilio's API as a program for one of Twilio's SDKs: Node,
// Python or Go.
//
// Requests about messages become the SDK's own methods. All others become the SDK's general
// request, which every SDK has, so that a program never does something else than the request did.
// It reads the credentials from the environment.
//
// Read sdkcall.go; node.go, python.go and golang.go write the languages.
package sdkcall

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/lazy"
)

// Languages are the languages of [Write].
func Languages() []string { return []string{"node", "python", "go"} }

// Call is a request of the API. It has no credentials: the program reads its own.
type Call struct {
	Method string
	URL    string // absolute, with the query
	Form   string // the body: parameters, encoded as a form; "" for none
}

// param is a parameter; several may have one name.
type param struct{ name, value string }

// kind is the type of a parameter in the SDKs.
type kind int

// How the SDKs take a value; whole is a whole number, moment a time.
const (
	text kind = iota
	list
	whole
	flag
	moment
)

// known are the parameters of a new message, in Twilio's OpenAPI document of 2026-06. A request
// with any other parameter is written as the general one.
var known = map[string]kind{
	"To": text, "From": text, "Body": text, "MessagingServiceSid": text, "MediaUrl": list,
	"StatusCallback": text, "ApplicationSid": text, "ProvideFeedback": flag,
	"Attempt": whole, "ValidityPeriod": whole, "ForceDelivery": flag, "ContentRetention": text,
	"AddressRetention": text, "SmartEncoded": flag, "PersistentAction": list, "TrafficType": text,
	"ShortenUrls": flag, "ScheduleType": text, "SendAt": moment, "SendAsMms": flag,
	"ContentVariables": text, "RiskCheck": text, "ContentSid": text,
}

// The operations on messages that have methods of their own.
var (
	messagesPath = lazy.Regexp(`^/2010-04-01/Accounts/AC\w+/Messages(?:\.json|/(\w+)\.json)$`)
	writers      = map[string]func(*call) string{"node": node, "python": python, "go": golang}
)

// call is a request, read.
type call struct {
	Call
	url    *url.URL
	params []param
	sid    string // of the message
	op     string // create, fetch, update or remove; "" for the general request
}

// Write returns a program that makes the call. The error says that there is no such language or
// that the URL is not one.
func Write(language string, in Call) (string, error) {
	write, ok := writers[language]
	if !ok {
		return "", fmt.Errorf("unknown language %q: one of %s", language, strings.Join(Languages(), " "))
	}
	u, err := url.Parse(in.URL)
	if err != nil {
		return "", err
	}
	c := &call{Call: in, url: u, params: parse(in.Form)}
	c.classify()
	return write(c), nil
}

// parse keeps the order of the parameters. Pairs that cannot be decoded are left out.
func parse(form string) []param {
	var params []param
	for pair := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if pair != "" && err == nil && err2 == nil {
			params = append(params, param{name, value})
		}
	}
	return params
}

// classify finds the operation. One parameter that its method does not have, or whose value the
// method's type cannot hold, leaves the general request, which sends all as it was.
func (c *call) classify() {
	m := messagesPath().FindStringSubmatch(c.url.Path)
	if m == nil || c.url.RawQuery != "" {
		return
	}
	c.sid = m[1]
	switch {
	case c.Method == "POST" && c.sid == "":
		c.op = "create"
	case c.Method == "POST":
		c.op = "update"
	case c.Method == "GET" && c.sid != "":
		c.op = "fetch"
	case c.Method == "DELETE" && c.sid != "":
		c.op = "remove"
	}
	for _, p := range c.params {
		k, ok := known[p.name]
		if ok = ok && fits(k, p.value) || c.op == "update" && p.name == "Status"; !ok && c.op != "" {
			c.op = "" // no method of the SDK would send this
		}
	}
}

// inUTC matches a time as the SDKs write it.
var inUTC = lazy.Regexp(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

// fits reports whether a value can be written as its type.
func fits(k kind, value string) bool {
	var err error
	switch k {
	case whole:
		_, err = strconv.Atoi(value)
	case flag:
		return value == "true" || value == "false"
	case moment:
		return inUTC().MatchString(value)
	}
	return err == nil
}

// values returns the parameters with one entry for each name. The names have the order of the
// request.
func (c *call) values() (names []string, values map[string][]string) {
	values = map[string][]string{}
	for _, p := range c.params {
		if !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
		values[p.name] = append(values[p.name], p.value)
	}
	return names, values
}

// literals is one value, or a list of several.
func literals(values []string, quote func(string) string, begin, end string) string {
	if len(values) == 1 {
		return quote(values[0])
	}
	return begin + joined(values, quote) + end
}

func joined(values []string, quote func(string) string) string {
	var all []string
	for _, v := range values {
		all = append(all, quote(v))
	}
	return strings.Join(all, ", ")
}
