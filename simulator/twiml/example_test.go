package twiml_test

import (
	"fmt"
	"strings"

	"twilsim/simulator/twiml"
)

func ExampleParse() {
	answer := `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Message action="status" Method="GET">
    <Body>Hello, World!</Body>
  </Message>
  <Redirect>/next</Redirect>
</Response>`
	d, err := twiml.Parse("http://localhost:3000/sms", "text/xml", []byte(answer))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range d.Verbs {
		switch v := v.(type) {
		case *twiml.Message:
			fmt.Printf("send %q, tell %s %s\n", v.Body, v.Method, v.Action)
		case *twiml.Redirect:
			fmt.Printf("go on with %s %s\n", v.Method, v.URL)
		}
	}
	for _, w := range d.Warnings {
		fmt.Printf("%d %v\n  %s\n", w.Code, w.Pos, w.Text)
	}
	// Output:
	// send "Hello, World!", tell POST http://localhost:3000/status
	// go on with POST http://localhost:3000/next
	// 12200 line 3, column 28
	//   attribute Method of <Message> is ignored; names are case-sensitive, write method
}

func ExampleParse_error() {
	_, err := twiml.Parse("http://localhost:3000/sms", "text/xml",
		[]byte("<Response>\n  <Message>Fish & chips</Message>\n</Response>"))
	fmt.Println(strings.Replace(err.Error(), "; ", ";\n", 1))
	// Output:
	// 12100: "&" stands alone or begins an entity that XML does not have;
	// write & as &amp; (line 2, column 17)
}

func ExampleResolve() {
	for _, ref := range []string{"status", "/status#rc=2", "https://status.example/sms"} {
		u, err := twiml.Resolve("https://shop.example/hooks/sms", ref)
		fmt.Println(u, err)
	}
	// Output:
	// https://shop.example/hooks/status <nil>
	// https://shop.example/status#rc=2 <nil>
	// https://status.example/sms <nil>
}
