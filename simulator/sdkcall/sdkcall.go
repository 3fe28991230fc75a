// Package sdkcall writes a request of Twilio's API as a program for one of Twilio's SDKs: Node,
// Python or Go.
//
// Requests about messages become the SDK's own methods. All others become the SDK's general
// request, which every SDK has, so that a program never does something else than the request did.
// It reads the credentials from the environment.
package sdkcall

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/lazy"
)

// Languages are the languages of [Write].
func Languages() []string { return []string{"node", "python", "go"} }

// Call is a request of the API.
type Call struct {
	Method string
	URL    string // absolute, with the query
	Form   string // the body: parameters, encoded as a form; "" for none
}

// param is a parameter; several may have one name.
type param struct{ name, value string }

// kind is the type of a parameter in the SDKs.
type kind int

const (
	text kind = iota
	list
	whole
	flag
	moment
)

// known are the parameters of a new message, in Twilio's OpenAPI document of 2026-06.
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

// parse keeps the order of the parameters.
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

// values returns the parameters with one entry for each name.
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

// quote is a literal of JavaScript.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

func node(c *call) string {
	var b strings.Builder
	b.WriteString("const twilio = require('twilio');\n" +
		"const client = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);\n\n")
	names, values := c.values()
	if c.op == "" {
		fmt.Fprintf(&b, "client.request({\n  method: %s,\n  uri: %s,\n",
			quote(strings.ToLower(c.Method)), quote(c.URL))
		if len(names) > 0 {
			b.WriteString("  data: {\n")
			for _, name := range names {
				fmt.Fprintf(&b, "    %s: %s,\n", quote(name), literals(values[name], quote, "[", "]"))
			}
			b.WriteString("  },\n")
		}
		b.WriteString("}).then(answer => console.log(answer.statusCode, answer.body));\n")
		return b.String()
	}
	target := "client.messages"
	if c.sid != "" {
		target = "client.messages(" + quote(c.sid) + ")"
	}
	fmt.Fprintf(&b, "%s.%s(", target, c.op)
	if len(names) > 0 {
		b.WriteString("{\n")
		for _, name := range names {
			fmt.Fprintf(&b, "  %s: %s,\n", strings.ToLower(name[:1])+name[1:], nodeValue(name, values[name]))
		}
		b.WriteString("}")
	}
	b.WriteString(").then(message => console.log(message.sid ?? message));\n")
	return b.String()
}

func nodeValue(name string, values []string) string {
	last := values[len(values)-1]
	switch known[name] {
	case list:
		return "[" + joined(values, quote) + "]"
	case whole, flag:
		return last
	case moment:
		return "new Date(" + quote(last) + ")"
	}
	return quote(last)
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

var capital = lazy.Regexp(`[A-Z]`)

// snake is the name of a parameter in Python.
func snake(name string) string {
	s := strings.TrimPrefix(capital().ReplaceAllStringFunc(name,
		func(c string) string { return "_" + strings.ToLower(c) }), "_")
	if s == "from" { // a word of the language
		return "from_"
	}
	return s
}

func python(c *call) string {
	var b strings.Builder
	names, values := c.values()
	b.WriteString("import os\n")
	if slices.ContainsFunc(names, func(n string) bool { return c.op != "" && known[n] == moment }) {
		b.WriteString("from datetime import datetime\n")
	}
	b.WriteString("from twilio.rest import Client\n\n" +
		"client = Client(os.environ[\"TWILIO_ACCOUNT_SID\"], os.environ[\"TWILIO_AUTH_TOKEN\"])\n\n")
	if c.op == "" {
		fmt.Fprintf(&b, "answer = client.request(\n    %s,\n    %s,\n", pyQuote(c.Method), pyQuote(c.URL))
		if len(names) > 0 {
			b.WriteString("    data={\n")
			for _, name := range names {
				fmt.Fprintf(&b, "        %s: %s,\n", pyQuote(name), literals(values[name], pyQuote, "[", "]"))
			}
			b.WriteString("    },\n")
		}
		b.WriteString(")\nprint(answer.status_code, answer.text)\n")
		return b.String()
	}
	target, op := "client.messages", map[string]string{"remove": "delete"}[c.op]
	if op == "" {
		op = c.op
	}
	if c.sid != "" {
		target += "(" + pyQuote(c.sid) + ")"
	}
	fmt.Fprintf(&b, "message = %s.%s(", target, op)
	for i, name := range names {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "    %s=%s,\n", snake(name), pyValue(name, values[name]))
	}
	b.WriteString(")\nprint(getattr(message, \"sid\", message))\n")
	return b.String()
}

// pyQuote is a literal of Python: Go's escapes are Python's, too.
func pyQuote(s string) string { return strconv.Quote(s) }

func pyValue(name string, values []string) string {
	last := values[len(values)-1]
	switch known[name] {
	case list:
		return "[" + joined(values, pyQuote) + "]"
	case whole:
		return last
	case flag:
		return strings.ToUpper(last[:1]) + last[1:]
	case moment:
		return "datetime.fromisoformat(" + pyQuote(strings.TrimSuffix(last, "Z")+"+00:00") + ")"
	}
	return pyQuote(last)
}
