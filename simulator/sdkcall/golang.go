package sdkcall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// golang writes the call for twilio-go.
func golang(c *call) string {
	names, values := c.values()
	imports := []string{`"fmt"`, `"log"`}
	var body strings.Builder
	if c.op == "" {
		imports = append(imports, `"net/url"`)
		golangRequest(&body, c, names, values)
	} else {
		golangMethod(&body, c, names, values)
		if slices.ContainsFunc(names, func(n string) bool { return known[n] == moment }) {
			imports = append(imports, `"time"`)
		}
	}
	imports = append(imports, "", `"github.com/twilio/twilio-go"`)
	if c.op == "create" || c.op == "fetch" || c.op == "update" || c.op == "remove" {
		imports = append(imports, `api "github.com/twilio/twilio-go/rest/api/v2010"`)
	}
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, i := range imports {
		if i == "" {
			b.WriteString("\n")
			continue
		}
		b.WriteString("\t" + i + "\n")
	}
	b.WriteString(")\n\nfunc main() {\n" +
		"\tclient := twilio.NewRestClient() // TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN\n" +
		body.String() + "}\n")
	return b.String()
}

// goNames are the operations on messages in twilio-go.
var goNames = map[string]string{"create": "CreateMessage", "fetch": "FetchMessage",
	"update": "UpdateMessage",
	"remove": "DeleteMessage"}

// golangMethod writes the method of an operation on messages.
func golangMethod(b *strings.Builder, c *call, names []string, values map[string][]string) {
	name := goNames[c.op]
	fmt.Fprintf(b, "\tparams := &api.%sParams{}\n", name)
	for _, p := range names {
		fmt.Fprintf(b, "\tparams.Set%s(%s)\n", p, goValue(p, values[p]))
	}
	args := "params"
	if c.sid != "" {
		args = strconv.Quote(c.sid) + ", params"
	}
	result := "message, "
	if c.op == "remove" {
		result = ""
	}
	fmt.Fprintf(b, "\t%serr := client.Api.%s(%s)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n",
		result, name, args)
	if c.op == "remove" {
		b.WriteString("\tfmt.Println(\"removed\")\n")
		return
	}
	b.WriteString("\tfmt.Println(*message.Sid)\n")
}

// goValue is a value as the parameter's type in Go has it.
func goValue(name string, values []string) string {
	last := values[len(values)-1]
	switch known[name] {
	case list:
		return "[]string{" + joined(values, strconv.Quote) + "}"
	case whole, flag:
		return last
	case moment:
		return "time.Date(" + goDate(last) + ", 0, time.UTC)"
	}
	return strconv.Quote(last)
}

// goDate has the numbers of 2026-11-26T10:42:07Z: 2026, 11, 26, 10, 42, 7.
func goDate(at string) string {
	parts := strings.FieldsFunc(at, func(r rune) bool { return r < '0' || r > '9' })
	for i, p := range parts {
		n, _ := strconv.Atoi(p) // digits
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ", ")
}

// golangRequest writes the general request.
func golangRequest(b *strings.Builder, c *call, names []string, values map[string][]string) {
	b.WriteString("\tdata := url.Values{\n")
	for _, name := range names {
		fmt.Fprintf(b, "\t\t%q: {%s},\n", name, joined(values[name], strconv.Quote))
	}
	fmt.Fprintf(b, "\t}\n\tanswer, err := client.RequestHandler.Client.SendRequest(%q, %q, data, "+
		"map[string]interface{}{\n"+
		"\t\t\"Content-Type\": \"application/x-www-form-urlencoded\",\n\t})\n"+
		"\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tfmt.Println(answer.Status)\n", c.Method, c.URL)
}
