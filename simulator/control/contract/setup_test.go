package contract_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"twilsim/simulator/clock"
	"twilsim/simulator/content"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/events"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/testscript/library"
)

// contract is the API of an account, and its document.
type contract struct {
	account *messaging.Account
	names   *strings.Replacer // of {service}, {key}, {sink} and {picture} in paths
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

// named makes a service, a key, a sink and a message with a file, which stand for {service}, {key},
// {sink} and {picture} in the paths of calls.
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
	sink, _, err := events.Of(a).CreateSink("test", "webhook",
		`{"destination":"http://127.0.0.1:1/events","method":"POST"}`)
	if err != nil {
		t.Fatal(err)
	}
	f := receipt.Message.Snapshot()
	quick := askWithButton(t, a)
	return strings.NewReplacer("{quick}", quick, "{service}", service.SID, "{key}", key,
		"{sink}", sink.SID, "{picture}", f.SID+"/media/"+f.Media[0].SID)
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

// askWithButton sends a message with a button, which stands for {quick}, and returns its SID.
func askWithButton(t *testing.T, a *messaging.Account) string {
	t.Helper()
	draft, err := content.ParseDraft([]byte(`{"language":"en","types":{"twilio/quick-reply":` +
		`{"body":"At noon?","actions":[{"title":"Yes","id":"yes"}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	template, err := a.Content.Create(draft)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.SetQuirk("whatsapp-window", "off"); err != nil {
		t.Fatal(err)
	}
	asked, err := a.Send(t.Context(), messaging.Draft{To: "whatsapp:+12025550148",
		From: "whatsapp:+12025550100", ContentSID: template.SID})
	if err != nil {
		t.Fatal(err)
	}
	return asked.ID()
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
