package sdkcall

import (
	"encoding/json"
	"fmt"
	"strings"
)

// quote is a literal of JavaScript. JSON's is one.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// node writes the call for twilio-node.
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

// nodeValue is a value as twilio-node takes it. Of several values of a parameter that has one, the
// last counts.
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
