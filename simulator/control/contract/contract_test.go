// Package contract_test holds the control API against its document: for each operation a request is
// made, and the request and what is answered are validated against openapi.json. It is a folder of
// its own because its validator has more dependencies than all of package control.
package contract_test

import (
	"testing"
	"time"

	"twilsim/simulator/messaging"
)

func TestEveryOperationAnswersAsDocumented(t *testing.T) {
	c := newContract(t)
	called := map[string]bool{}
	for _, call := range good {
		t.Run(call.method+" "+call.path, func(t *testing.T) { c.check(t, call) })
		called[call.operation] = true
	}
	for path, item := range c.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if !called[operation.OperationID] {
				t.Errorf("%s %s (%s) is in the document, and no call here", method, path,
					operation.OperationID)
			}
		}
	}
}

func TestErrorsAnswerAsDocumented(t *testing.T) {
	c := newContract(t)
	// One reply that has been delivered; nothing can follow but read.
	if _, err := c.account.SetBin("hello",
		"<Response><Message>Hello</Message></Response>"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.account.SetNumber("+12025550100", "hello", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.account.Receive(t.Context(), messaging.Text{From: "+12025550142",
		To: "+12025550100"}); err != nil {
		t.Fatal(err)
	}
	if err := c.account.Clock.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, call := range wrong {
		t.Run(call.method+" "+call.path, func(t *testing.T) { c.check(t, call) })
	}
}

// TestValidatorIsStrict makes sure that the tests above can fail: an unknown field, a missing one
// and a wrong type are seen at any depth.
func TestValidatorIsStrict(t *testing.T) {
	c := newContract(t)
	tests := []struct{ name, schema, json string }{
		{"unknown field", "Clock",
			`{"now":"2026-11-23T09:42:07Z","rate":0,"pending":0,"next":null,"wat":1}`},
		{"missing field", "Clock", `{"now":"2026-11-23T09:42:07Z","rate":0,"next":null}`},
		{"wrong type", "Clock",
			`{"now":"2026-11-23T09:42:07Z","rate":"0","pending":0,"next":null}`},
		{"null where none may be", "Clock",
			`{"now":"2026-11-23T09:42:07Z","rate":0,"pending":null,"next":null}`},
		{"unknown field inside", "Advanced",
			`{"advanced":"1s","clock":{"now":"2026-11-23T09:42:07Z","rate":0,"pending":0,"next":null,` +
				`"wat":1}}`},
		{"unknown field in a list", "Phones",
			`{"phones":[{"number":"+12025550142","state":"on","wat":1}]}`},
		{"unknown word", "Phones", `{"phones":[{"number":"+12025550142","state":"up"}]}`},
		{"unknown field in either form", "NewRule", `{"words":["then=stuck"],"wat":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := c.validate(tt.schema, []byte(tt.json)); err == nil {
				t.Error("the validator lets it through")
			}
		})
	}
	if err := c.validate("Clock",
		[]byte(`{"now":"2026-11-23T09:42:07Z","rate":0,"pending":0,"next":null}`)); err != nil {
		t.Errorf("the validator refuses a clock: %v", err)
	}
}
