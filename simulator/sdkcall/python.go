package sdkcall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/lazy"
)

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

// python writes the call for twilio-python.
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

// pyValue is a value as twilio-python takes it.
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
