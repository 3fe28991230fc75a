// Package contract_test holds the control API against its document: for each operation a request is
// made, and the request and what is answered are validated against openapi.json. It is a folder of
// its own because its validator has more dependencies than all of package control.
package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/testscript/library"
)

// call is a request of the API and the status that it must get.
type call struct {
	operation string // of the document
	method    string
	path      string // behind control.Prefix
	body      string
	status    int
	accept    string
	sends     string // the type of the body; "" is JSON
}

// good calls every operation at least once, in an order in which each finds what it needs.
var good = []call{
	{operation: "server", method: "GET", path: "", status: 200},
	{operation: "openAPI", method: "GET", path: "/openapi.json", status: 200},
	{operation: "credentials", method: "GET", path: "/credentials", status: 200},
	{operation: "addRule", method: "POST", path: "/rules",
		body: `{"words":["body=Hello*","then=sent,undelivered:30003@2s","times=1"]}`, status: 201},
	{operation: "addRule", method: "POST", path: "/rules",
		body: `{"to":"+44*","then":"sent@1s>5s,delivered@4s","chance":"20%"}`, status: 201},
	{operation: "addRule", method: "POST", path: "/rules",
		body: `{"words":["api=POST:Messages","respond=timeout:20s"]}`, status: 201},
	{operation: "addRule", method: "POST", path: "/rules?first=true",
		body: `{"to":"+33*","then":"delivered"}`, status: 201},
	{operation: "rules", method: "GET", path: "/rules", status: 200},
	{operation: "text", method: "POST", path: "/texts",
		body:   `{"from":"+12025550142","to":"+12025550100","body":"hi","params":{"FromCity":"BERLIN"}}`,
		status: 201},
	{operation: "text", method: "POST", path: "/texts",
		body: `{"from":"+12025550143","to":"+12025550100","media":[{"name":"a.png",` +
			`"data":"iVBORw0KGgo="}]}`, status: 201},
	{operation: "text", method: "POST", path: "/texts",
		body: `{"from":"+12025550144","to":"+12025550100","body":"fail"}`, status: 201},
	{operation: "text", method: "POST", path: "/texts",
		body: `{"from":"+12025550145","to":"+12025550100","body":"STOP"}`, status: 201},
	{operation: "accounts", method: "GET", path: "/accounts", status: 200},
	{operation: "createAccount", method: "POST", path: "/accounts",
		body: `{"friendly_name":"west"}`, status: 201},
	{operation: "clock", method: "GET", path: "/clock", status: 200},
	{operation: "advance", method: "POST", path: "/clock/advance", body: `{"duration":"2s"}`,
		status: 200},
	{operation: "run", method: "POST", path: "/clock/run", body: `{}`, status: 200},
	{operation: "run", method: "POST", path: "/clock/run", status: 200},
	{operation: "messages", method: "GET",
		path: "/messages?q=direction%3Doutbound-reply&q=status%3Dundelivered&limit=5", status: 200},
	{operation: "messages", method: "GET", path: "/messages", status: 200},
	{operation: "message", method: "GET", path: "/messages/latest~1", status: 200},
	{operation: "media", method: "GET", path: "/messages/{picture}", status: 200},
	{operation: "scenario", method: "GET", path: "/messages/latest/scenario?answers=true",
		status: 200},
	{operation: "spanScenario", method: "GET", status: 200,
		path: "/scenario?since=2026-11-23T09:42:07Z&until=2026-11-23T09:42:08.5Z"},
	{operation: "scenarios", method: "GET", path: "/scenarios", status: 200},
	{operation: "saveScenario", method: "POST", path: "/scenarios",
		body: `{"name":"new","message":"latest","answers":true}`, status: 201},
	{operation: "startRun", method: "POST", path: "/runs", body: `{"scenario":"reply"}`, status: 201},
	{operation: "runs", method: "GET", path: "/runs?after=0", status: 200},
	{operation: "stopRun", method: "POST", path: "/runs/latest/stop", status: 200},
	{operation: "oneRun", method: "GET", path: "/runs/run-1", status: 200},
	{operation: "runTrace", method: "GET", path: "/runs/run-1/trace", status: 200},
	{operation: "story", method: "GET", path: "/messages/latest~3/story", status: 200},
	{operation: "story", method: "GET", path: "/messages/latest/story", status: 200},
	{operation: "deliver", method: "POST", path: "/messages/latest~1/deliver",
		body: `{"status":"read","illegal":true}`, status: 200},
	{operation: "planned", method: "GET", path: "/planned", status: 200},
	{operation: "segments", method: "POST", path: "/segments", body: `{"body":"hi …"}`,
		status: 200},
	{operation: "preview", method: "POST", path: "/preview",
		body: `{"to":"+447700900123","body":"hi"}`, status: 200},
	{operation: "preview", method: "POST", path: "/preview",
		body: `{"then":"sent@1s>5s,~delivered@4s"}`, status: 200},
	{operation: "await", method: "GET",
		path: "/await?kind=message&q=status%3Dundelivered&timeout=0s", status: 200},
	{operation: "await", method: "GET", path: "/await?kind=webhook&timeout=0s", status: 200},
	{operation: "await", method: "GET", path: "/await?kind=request&timeout=0s", status: 200},
	{operation: "await", method: "GET", path: "/await?kind=alert&timeout=0s", status: 200},
	{operation: "events", method: "GET", path: "/events?type=message.status", status: 200},
	{operation: "events", method: "GET", path: "/events?after=1", accept: "application/x-ndjson",
		status: 200},
	{operation: "export", method: "GET", path: "/export", status: 200},
	{operation: "export", method: "GET", path: "/export?as=har&q=since%3A5m&secrets=true",
		status: 200},
	{operation: "webhooks", method: "GET", path: "/webhooks?q=MessageStatus%3Dundelivered",
		status: 200},
	{operation: "webhook", method: "GET", path: "/webhooks/W1", status: 200},
	{operation: "replay", method: "POST", path: "/webhooks/W1/replay",
		body: `{"params":{"Body":"again"},"times":2}`, status: 201},
	{operation: "replay", method: "POST", path: "/webhooks/W1/replay", status: 201},
	{operation: "replay", method: "POST", path: "/webhooks/W1/replay",
		body:   `{"unset":["FromCity"],"signature":"stale","same_token":true,"unmarked":true}`,
		status: 201},
	{operation: "makeWebhook", method: "POST", path: "/webhooks",
		body:   `{"url":"https://shop.example/sms?a=1","method":"GET","params":{"Body":"hi"},"times":2}`,
		status: 201},
	{operation: "makeWebhook", method: "POST", path: "/webhooks",
		body: `{"url":"https://shop.example/sms","body":"{}"}`, status: 201},
	{operation: "curl", method: "GET", path: "/webhooks/W1/curl", status: 200},
	{operation: "curl", method: "GET", path: "/webhooks/W1/curl?secrets=true", status: 200},
	{operation: "checkTwiML", method: "POST", path: "/twiml",
		body: `{"body":"<Response><Sms/></Response>"}`, status: 200},
	{operation: "signing", method: "GET", path: "/webhooks/W1/signature", status: 200},
	{operation: "diff", method: "GET", path: "/webhooks/W1/diff/W3", status: 200},
	{operation: "verify", method: "POST", path: "/signatures/verify",
		body: `{"url":"https://shop.example/sms","token":"12345",` +
			`"signature":"Lbnv8ElHSqFTqKfkK8yfScbDMGQ=","params":{"Body":"hi"}}`, status: 200},
	{operation: "spoil", method: "POST", path: "/signatures/spoil", body: `{"how":"bad"}`,
		status: 200},
	{operation: "requests", method: "GET", path: "/requests", status: 200},
	{operation: "request", method: "GET", path: "/requests/R1", status: 200},
	{operation: "curlRequest", method: "GET", path: "/requests/R1/curl", status: 200},
	{operation: "curlRequest", method: "GET", path: "/requests/R2/curl?secrets=true", status: 200},
	{operation: "messages", method: "GET", path: "/messages?q=direction%3Doutbound-api",
		status: 200},
	{operation: "alerts", method: "GET", path: "/alerts?q=level%3Derror", status: 200},
	{operation: "alertGroups", method: "GET", path: "/alert-groups?q=level%3Derror", status: 200},
	{operation: "alert", method: "GET", path: "/alerts/A1", status: 200},
	{operation: "acknowledge", method: "POST", path: "/acknowledge", body: `{"alerts":["A1"]}`,
		status: 200},
	{operation: "acknowledge", method: "POST", path: "/acknowledge", body: `{"all":true}`,
		status: 200},
	{operation: "replaceRules", method: "PUT", path: "/rules",
		body: `{"rules":[{"to":"+49*","then":"stuck"},{"words":["then=delivered"]}]}`, status: 200},
	{operation: "changeRule", method: "PUT", path: "/rules/r5",
		body: `{"words":["to=+49*","then=unreachable"]}`, status: 200},
	{operation: "moveRule", method: "POST", path: "/rules/r5/move", body: `{"direction":"down"}`,
		status: 200},
	{operation: "removeRule", method: "DELETE", path: "/rules/r5", status: 200},
	{operation: "outcomes", method: "GET", path: "/outcomes", status: 200},
	{operation: "magic", method: "GET", path: "/magic", status: 200},
	{operation: "setPhone", method: "PUT", path: "/phones/+12025550142", body: `{"state":"off"}`,
		status: 200},
	{operation: "phones", method: "GET", path: "/phones", status: 200},
	{operation: "setBin", method: "PUT", path: "/bins/hello",
		body: `{"body":"<Response><Message>Hello {{From}}</Message></Response>"}`, status: 200},
	{operation: "bins", method: "GET", path: "/bins", status: 200},
	{operation: "setNumber", method: "PUT", path: "/numbers/+12025550101",
		body: `{"sms_url":"http://localhost:1/sms#e=dublin","sms_method":"POST",` +
			`"sms_fallback_url":"hello","sms_fallback_method":"GET"}`, status: 200},
	{operation: "numbers", method: "GET", path: "/numbers", status: 200},
	{operation: "number", method: "GET", path: "/numbers/+12025550101", status: 200},
	{operation: "bin", method: "GET", path: "/bins/hello", status: 200},
	{operation: "setBin", method: "PUT", path: "/bins/unused", body: `{"body":""}`, status: 200},
	{operation: "removeBin", method: "DELETE", path: "/bins/unused", status: 200},
	{operation: "setNumber", method: "PUT", path: "/numbers/+12025550102", body: `{}`, status: 200},
	{operation: "removeNumber", method: "DELETE", path: "/numbers/+12025550102", status: 200},
	{operation: "optOuts", method: "GET", path: "/optouts", status: 200},
	{operation: "addOptOut", method: "PUT", path: "/optouts/+12025550149/+12025550100", status: 200},
	{operation: "removeOptOut", method: "DELETE", path: "/optouts/+12025550149/+12025550100",
		status: 200},
	{operation: "account", method: "GET", path: "/account", status: 200},
	{operation: "setAccount", method: "PUT", path: "/account", body: `{"friendly_name":"shop"}`,
		status: 200},
	{operation: "addService", method: "POST", path: "/services",
		body: `{"friendly_name":"support","add_senders":["+12025550101","SHOP"]}`, status: 201},
	{operation: "service", method: "GET", path: "/services/support", status: 200},
	{operation: "removeService", method: "DELETE", path: "/services/support", status: 200},
	{operation: "services", method: "GET", path: "/services", status: 200},
	{operation: "setService", method: "PUT", path: "/services/{service}",
		body: `{"advanced_opt_out":true}`, status: 200},
	{operation: "setService", method: "PUT", path: "/services/{service}", body: `{}`, status: 200},
	{operation: "addKey", method: "POST", path: "/keys", body: `{"friendly_name":"ci"}`,
		status: 201},
	{operation: "keys", method: "GET", path: "/keys", status: 200},
	{operation: "removeKey", method: "DELETE", path: "/keys/{key}", status: 200},
	{operation: "text", method: "POST", path: "/texts",
		body: `{"from":"+12025550142","to":"+12025550101","body":"hi"}`, status: 201},
	{operation: "addRule", method: "POST", path: "/rules",
		body: `{"words":["webhook=inbound","fault=late:5s,param","times=1"]}`, status: 201},
	{operation: "addRule", method: "POST", path: "/rules",
		body: `{"webhook":"*","status":"*","path":"/x","url":"y","fault":"drop"}`, status: 201},
	{operation: "addRule", method: "POST", path: "/rules",
		body: `{"webhook":"inbound","fault":"drop"}`, status: 201},
	{operation: "text", method: "POST", path: "/texts", // it is held back
		body: `{"from":"+12025550142","to":"+12025550100","body":"hi"}`, status: 201},
	{operation: "text", method: "POST", path: "/texts", // and this one is never sent
		body: `{"from":"+12025550142","to":"+12025550100","body":"hi"}`, status: 201},
	{operation: "planned", method: "GET", path: "/planned", status: 200},
	{operation: "run", method: "POST", path: "/clock/run", status: 200},
	{operation: "webhooks", method: "GET", path: "/webhooks?q=rule%3D*&q=fault%3D*", status: 200},
	{operation: "events", method: "GET", path: "/events?after=1&type=webhook.held", status: 200},
	{operation: "resume", method: "POST", path: "/clock/resume", body: `{"rate":60}`, status: 200},
	{operation: "freeze", method: "POST", path: "/clock/freeze", status: 200},
	{operation: "reset", method: "POST", path: "/reset", status: 200},
	{operation: "phones", method: "GET", path: "/phones", status: 200},
	{operation: "webhooks", method: "GET", path: "/webhooks", status: 200},
	{operation: "import", method: "POST", path: "/import", sends: "application/octet-stream",
		status: 201,
		body: `{"type":"webhook","id":"W1","purpose":"status","attempt":1,"method":"POST",` +
			`"url":"http://localhost/status","signature":"valid"}`},
}

// wrong has requests that follow the document, and are answered with an error that is in it.
var wrong = []call{
	{operation: "text", method: "POST", path: "/texts",
		body: `{"from":"+12025550142","to":"+12025550199"}`, status: 400},
	{operation: "message", method: "GET", path: "/messages/SM7", status: 404},
	{operation: "story", method: "GET", path: "/messages/SM7/story", status: 404},
	{operation: "deliver", method: "POST", path: "/messages/latest/deliver",
		body: `{"status":"sent"}`, status: 409},
	{operation: "await", method: "GET", path: "/await?kind=message&q=status%3Dread&timeout=0s",
		status: 408},
	{operation: "webhook", method: "GET", path: "/webhooks/W99", status: 404},
	{operation: "request", method: "GET", path: "/requests/R99", status: 404},
	{operation: "curlRequest", method: "GET", path: "/requests/R99/curl", status: 404},
	{operation: "curlRequest", method: "GET", path: "/requests/R3/curl", status: 409},
	{operation: "setService", method: "PUT", path: "/services/MG1",
		body: `{"advanced_opt_out":true}`, status: 404},
	{operation: "removeKey", method: "DELETE", path: "/keys/SK1", status: 404},
	{operation: "number", method: "GET", path: "/numbers/+12025550199", status: 404},
	{operation: "removeNumber", method: "DELETE", path: "/numbers/+12025550199", status: 404},
	{operation: "bin", method: "GET", path: "/bins/nothing", status: 404},
	{operation: "removeBin", method: "DELETE", path: "/bins/hello", status: 409},
	{operation: "addOptOut", method: "PUT", path: "/optouts/+12025550142/+12025550199", status: 404},
	{operation: "removeOptOut", method: "DELETE", path: "/optouts/+12025550142/+12025550100",
		status: 404},
	{operation: "setAccount", method: "PUT", path: "/account", body: `{"status":"closed"}`,
		status: 409},
	{operation: "addService", method: "POST", path: "/services", body: `{}`, status: 400},
	{operation: "addService", method: "POST", path: "/services",
		body: `{"friendly_name":"x","add_senders":["+12025550199"]}`, status: 404},
	{operation: "service", method: "GET", path: "/services/nothing", status: 404},
	{operation: "spoil", method: "POST", path: "/signatures/spoil", body: `{"how":"replayed"}`,
		status: 409},
	{operation: "removeRule", method: "DELETE", path: "/rules/r9", status: 404},
	{operation: "changeRule", method: "PUT", path: "/rules/r9", body: `{"then":"stuck"}`,
		status: 404},
	{operation: "moveRule", method: "POST", path: "/rules/r9/move", body: `{"direction":"up"}`,
		status: 404},
	{operation: "advance", method: "POST", path: "/clock/advance", body: `{"duration":"soon"}`,
		status: 400},
	{operation: "setNumber", method: "PUT", path: "/numbers/nobody", body: `{}`, status: 400},
	{operation: "import", method: "POST", path: "/import", sends: "application/octet-stream",
		body: "hello", status: 400},
	{operation: "import", method: "POST", path: "/import", sends: "application/octet-stream",
		status: 409,
		body: `{"type":"webhook","id":"W1","purpose":"status","attempt":1,"method":"POST",` +
			`"url":"http://localhost/status","signature":"valid"}`},
}

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

// contract is the API of an account, and its document.
type contract struct {
	account *messaging.Account
	names   *strings.Replacer // of {service}, {key} and {picture} in paths
	api     http.Handler
	doc     *openapi3.T
	router  routers.Router
}

func newContract(t *testing.T) *contract {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(serveApp))
	t.Cleanup(app.Close)
	a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(time.Date(2026, 11, 23, 9,
		42, 7, 0, time.UTC))})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber("+12025550100", app.URL+"/sms", ""); err != nil {
		t.Fatal(err)
	}
	recordRequests(t, a)
	c := &contract{account: a, names: named(t, a), api: control.New(messaging.NewAccounts(a),
		control.Info{Version: "0.1.0", Seed: 1, Scenario: writeScenario,
			Library: newLibrary(t)})}
	var err error
	if c.doc, err = openapi3.NewLoader().LoadFromData(c.fetch(t)); err != nil {
		t.Fatal(err)
	}
	if err := c.doc.Validate(t.Context()); err != nil { // the examples as well
		t.Fatal(err)
	}
	c.doc.Servers = nil // the router would look for a host
	for _, item := range c.doc.Paths.Map() {
		item.Servers = nil
	}
	if c.router, err = legacy.NewRouter(c.doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// recordRequests has the app call the API: R1 is refused, R2 makes a message, and R3 was too long
// to be kept whole.
func recordRequests(t *testing.T, a *messaging.Account) {
	t.Helper()
	request := journal.Exchange{
		Purpose: journal.API, Attempt: 1, Method: "POST", URL: "/2010-04-01/Accounts/" + a.SID +
			"/Messages.json", Status: 501,
		Header: "Authorization: Basic [masked]\r\nContent-Type: application/x-www-form-urlencoded\r\n",
		Body:   "To=%2B12025550142", Signature: "none",
	}
	made, long := request, request
	m, err := a.Send(t.Context(), messaging.Draft{To: "+12025550142", From: "+12025550100",
		Body: "hi", HasBody: true})
	if err != nil {
		t.Fatal(err)
	}
	made.SID, made.Status = m.ID(), 201
	long.Header = "Content-Length: 100000\r\n"
	for _, x := range []*journal.Exchange{&request, &made, &long} {
		a.RecordRequest(x, time.Millisecond)
	}
}

// named makes a service, a key and a message with a file, which stand for {service}, {key} and
// {picture} in the paths of calls.
func named(t *testing.T, a *messaging.Account) *strings.Replacer {
	t.Helper()
	service, err := a.CreateService(func(s *directory.Service) error {
		s.FriendlyName = "shop"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	number, err := a.SetNumber("+12025550109", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.AddSender(service.SID, directory.PhoneNumberSender, number.SID); err != nil {
		t.Fatal(err)
	}
	key, _ := a.AddKey("old")
	receipt, err := a.Receive(t.Context(), messaging.Text{From: "+12025550147",
		To: number.PhoneNumber, Media: []messaging.Media{messaging.ReadMedia("a.png", []byte("png"))}})
	if err != nil {
		t.Fatal(err)
	}
	f := receipt.Message.Snapshot()
	return strings.NewReplacer("{service}", service.SID, "{key}", key,
		"{picture}", f.SID+"/media/"+f.Media[0].SID)
}

// newLibrary returns a folder with one scenario.
func newLibrary(t *testing.T) control.Library {
	t.Helper()
	l := &library.Library{Dir: t.TempDir()}
	t.Cleanup(l.Close)
	if _, err := l.Save("reply",
		[]byte("# hi\napp\nsms +12025550142 +12025550100 hi\n"), false); err != nil {
		t.Fatal(err)
	}
	return l
}

// writeScenario stands in for package compose.
func writeScenario(context.Context, control.Recorded) ([]byte, error) {
	return []byte("app\n"), nil
}

// serveApp is an app that replies to every text, and breaks on one that says fail.
func serveApp(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.FormValue("Body") == "fail":
		http.Error(w, "sorry", http.StatusInternalServerError)
	case r.URL.Path == "/sms":
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<Response><Message action="/status">Hello</Message></Response>`)
	}
}

func (c *contract) fetch(t *testing.T) []byte {
	t.Helper()
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, httptest.NewRequest("GET",
		"http://localhost"+control.Prefix+"/openapi.json", nil))
	return w.Body.Bytes()
}

// check makes a call, and validates what is sent and what is answered.
func (c *contract) check(t *testing.T, call call) {
	t.Helper()
	call.path = c.names.Replace(call.path)
	// A context that has ended lets a stream send what there is, and no more; every other call is
	// quicker than a context.
	ctx, cancel := context.WithCancel(t.Context())
	if call.operation == "events" {
		cancel()
	}
	defer cancel()
	r := c.request(ctx, call)
	route, params, err := c.router.FindRoute(described(r))
	if err != nil {
		t.Fatal(err)
	}
	if route.Operation.OperationID != call.operation {
		t.Errorf("the document says that this is %s, want %s", route.Operation.OperationID,
			call.operation)
	}
	input := &openapi3filter.RequestValidationInput{Request: described(r), PathParams: params,
		Route: route, Options: options()}
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
		t.Errorf("the document does not allow the request: %v", err)
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, c.request(ctx, call))
	if w.Code != call.status {
		t.Fatalf("got %d, want %d: %s", w.Code, call.status, w.Body)
	}
	c.checkAnswer(t, input, w)
}

// described is the request under its path in the document, which is relative to the server's.
func described(r *http.Request) *http.Request {
	short := r.Clone(r.Context())
	short.URL.Path = strings.TrimPrefix(r.URL.Path, control.Prefix)
	if short.URL.Path == "" {
		short.URL.Path = "/"
	}
	return short
}

func (c *contract) request(ctx context.Context, call call) *http.Request {
	r := httptest.NewRequestWithContext(ctx, call.method,
		"http://localhost"+control.Prefix+call.path, strings.NewReader(call.body))
	if call.body == "" {
		r = httptest.NewRequestWithContext(ctx, call.method,
			"http://localhost"+control.Prefix+call.path, nil)
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	if call.sends != "" {
		r.Header.Set("Content-Type", call.sends)
	}
	if call.accept != "" {
		r.Header.Set("Accept", call.accept)
	}
	return r
}

func options() *openapi3filter.Options {
	return &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}
}

func (c *contract) checkAnswer(t *testing.T, input *openapi3filter.RequestValidationInput,
	w *httptest.ResponseRecorder) {
	t.Helper()
	contentType := w.Header().Get("Content-Type")
	documented := input.Route.Operation.Responses.Value(strconv.Itoa(w.Code))
	if documented == nil || documented.Value.Content.Get(contentType) == nil {
		t.Fatalf("the document has no answer %d of %s here", w.Code, contentType)
	}
	switch contentType {
	case "text/event-stream":
		c.checkEvents(t, w.Body.Bytes())
	case "application/x-ndjson":
		if input.Route.Operation.OperationID == "events" { // an export's lines are of many kinds
			c.checkLines(t, w.Body.Bytes())
		}
	default:
		err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input, Status: w.Code, Header: w.Header(), Options: options(),
			Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		})
		if err != nil {
			t.Errorf("not as documented: %v\n%s", err, w.Body)
		}
	}
}

// checkEvents validates the data of server-sent events.
func (c *contract) checkEvents(t *testing.T, stream []byte) {
	t.Helper()
	n := 0
	for line := range bytes.Lines(stream) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			n++
			if err := c.validate("Event", data); err != nil {
				t.Errorf("%v\n%s", err, data)
			}
		}
	}
	if n == 0 {
		t.Error("the stream has no events")
	}
}

func (c *contract) checkLines(t *testing.T, stream []byte) {
	t.Helper()
	if len(stream) == 0 {
		t.Error("the stream has no events")
	}
	for line := range bytes.Lines(stream) {
		if err := c.validate("Event", line); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}

// validate holds JSON against a schema of the document.
func (c *contract) validate(schema string, data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	return c.doc.Components.Schemas[schema].Value.VisitJSON(v, openapi3.EnableJSONSchema2020(),
		openapi3.MultiErrors())
}
