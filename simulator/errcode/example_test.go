package errcode_test

import (
	"fmt"

	"twilsim/simulator/errcode"
)

func ExampleLookup() {
	row, _ := errcode.Lookup(30003)
	fmt.Println(row.Code, row.Title)
	fmt.Println("the message ends as", row.Final)
	fmt.Println("send again:", row.Retry)
	// Output:
	// 30003 Unreachable destination handset
	// the message ends as undelivered
	// send again: later
}

func ExampleDocs() {
	fmt.Println(errcode.Docs(21211))
	// Output: https://www.twilio.com/docs/errors/21211
}
