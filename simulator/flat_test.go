package simulator_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// notFlat are the reads whose answer has something of all that is kept, and why. Every other GET is
// measured by TestFlat.
var notFlat = map[string]string{
	"/export":              "it is everything that is kept",
	"/alert-groups":        "it counts all alerts, of which there are far fewer than messages",
	"/console/alerts":      "it has the groups of alerts",
	"/phones":              "it is all handsets, of which --keep limits those that nobody has set",
	"/events":              "it does not end: the suite measures it",
	"/await":               "it is measured with a query that is fulfilled",
	"/requests/{ref}/code": "it is measured with a language",
	"/2010-04-01/Accounts/{AccountSid}/Balance": "it adds up the prices of all messages",
}

// TestFlat checks that no GET of Twilio's API, of the control API and of the console reads or
// allocates more where six times as many things are kept. The routes and the fields of searches are
// those of the code, so a new one is measured, too. It counts bytes and things that are looked at,
// which do not depend on the speed of the machine.
func TestFlat(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools drop what they have")
	}
	small, large := newFlatWorld(t, 2500), newFlatWorld(t, 2500+12*1024)
	paths := small.paths(t)
	if len(paths) < 200 {
		t.Errorf("only %d paths are measured", len(paths))
	}
	for _, path := range paths {
		few, many := small.cost(t, path), large.cost(t, path)
		// a list may look at one more block, and a page of the console has several lists
		blocks := int64(1)
		if strings.HasPrefix(path, "/console") {
			blocks = 3
		}
		if many.bytes > 1.5*few.bytes+200_000*float64(blocks) ||
			many.steps > few.steps*3/2+1024*blocks {
			t.Errorf("%s: with six times as much, %.0f bytes became %.0f, and %d things looked at "+
				"became %d", path, few.bytes, many.bytes, few.steps, many.steps)
		}
	}
}

// flatWorld is a simulator with n messages of nine handsets, each with a webhook and a request, and
// with what else there may be many of.
type flatWorld struct {
	sim *simulator.Server
	n   int
}

func newFlatWorld(t *testing.T, n int) *flatWorld {
	sim := &simulator.Server{Clock: clock.Virtual(keptStart.Add(time.Duration(n) * time.Second))}
	t.Cleanup(sim.Close)
	if err := sim.Account().Load(flatHistory(n)); err != nil {
		t.Fatal(err)
	}
	return &flatWorld{sim, n}
}

// flatHistory has a failed message among 100, half of them older than the newest 300, and as many
// alerts, of which the newest are open.
func flatHistory(n int) (h messaging.History) {
	event := func(e journal.Event) {
		e.ID = int64(len(h.Events) + 1)
		h.Events = append(h.Events, e)
	}
	for i := range n {
		at, sid := keptStart.Add(time.Duration(i)*time.Second), keptSID(i)
		m := messaging.Snapshot{SID: sid, AccountSID: simulator.DefaultAccountSID,
			From: simulator.DefaultPhoneNumber, To: fmt.Sprintf("+120255501%02d", 1+i%9),
			Body: fmt.Sprint("Your code is ", i), NumSegments: 1, Direction: messaging.OutboundAPI,
			Status: carrier.Delivered, Created: at, Updated: at, Sent: at,
			History: []messaging.Change{{Status: carrier.Delivered, At: at}}}
		if i%3 == 0 {
			m.From, m.To, m.Direction, m.Status = m.To, m.From, messaging.Inbound, carrier.Received
		}
		x := &journal.Exchange{Name: fmt.Sprint("W", i+1), SID: sid, Purpose: journal.Status,
			Method: "POST", URL: "http://127.0.0.1/status", Status: 204, At: at, Signature: "valid",
			Body: "MessageSid=" + sid + "&MessageStatus=delivered"}
		request := &journal.Exchange{Name: fmt.Sprint("R", i+1), SID: sid, Purpose: journal.API,
			Method: "POST", URL: "https://api.twilio.com" + messagesURL, Status: 201, At: at,
			Body: "Body=hi"}
		if i%20 == 0 {
			x.Status, x.Code = 500, "11200"
			a := &journal.Alert{Name: fmt.Sprint("A", len(h.Alerts)+1), At: at, Code: "11200",
				Level: journal.LevelError, Title: "HTTP retrieval failure", SID: sid, Exchange: x.Name,
				MonitorSID: fmt.Sprintf("NO%032x", i)}
			if i < n-1000 {
				a.Acknowledged.Set()
			}
			h.Alerts = append(h.Alerts, a)
			event(journal.Event{At: at, SID: sid, Type: journal.AlertRaised, Alert: a.Name})
		}
		h.Messages, h.Webhooks = append(h.Messages, m), append(h.Webhooks, x)
		h.Requests = append(h.Requests, request)
		event(journal.Event{At: at, SID: sid, Type: journal.MessageCreated})
		event(journal.Event{At: at, SID: sid, Type: journal.WebhookAttempt, Exchange: x.Name,
			HTTP: x.Status})
		h.Resources = append(h.Resources, journal.NewResource(journal.Verifications,
			fmt.Sprintf("VE%032x", i), "VA1", m.To, "sms", "approved", "123456", "shop", "1", "1", ""),
			journal.NewResource(journal.Events, fmt.Sprintf("EZ%032x", i), "delivered", "DG1", sid,
				"delivered", "1"))
	}
	return h
}

// paths returns what is measured.
func (w *flatWorld) paths(t *testing.T) []string {
	return slices.Concat(w.twilioPaths(t), w.controlPaths(t), w.consolePaths(t))
}

// flatSIDs are what stands for a name in a path of Twilio's API: another SID is not there.
var flatSIDs = map[string]string{"{AccountSid}": simulator.DefaultAccountSID,
	"{MessageSid}": "{message}", "{PhoneNumber}": "+12025550102"}

// twilioPaths are the GETs of package rest, whose package comment has the table of routes, and the
// filters and pages of the list of messages.
func (w *flatWorld) twilioPaths(t *testing.T) (paths []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "rest/doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range flatRoute.FindAllStringSubmatch(docOf(file), -1) {
		if notFlat[route[1]] != "" {
			continue
		}
		path := flatName.ReplaceAllStringFunc(route[1], func(name string) string {
			if value, ok := flatSIDs[name]; ok {
				return value
			}
			return "ZZ00000000000000000000000000000001"
		})
		paths = append(paths, path)
	}
	if len(paths) < 50 {
		t.Errorf("the comment of package rest has only %d GETs", len(paths))
	}
	for _, query := range []string{"PageSize=1000", "Page=9&PageToken=PA{message}",
		"Page=9&PageToken=PB{message}", "Page=99&PageToken=PA{first}", "To=%2B12025550102",
		"From=%2B12025550102", "To=%2B13035550101", "To=%2B12025550102&From=%2B12025550100",
		"DateSent={day}", "DateSent%3C={day}", "DateSent%3E={day}", "DateSent%3E=2030-01-01",
		"DateSent%3C=2020-01-01", "From=%2B12025550100&DateSent%3C={day}",
		"To=%2B12025550102&DateSent%3E={day}", "To=%2B12025550102&PageToken=PA{first}"} {
		paths = append(paths, messagesURL+"?"+query)
	}
	return append(paths, "/v1/Alerts?PageSize=10", "/v1/Alerts?PageSize=10&Page=2",
		"/v1/Alerts?LogLevel=error&PageSize=5")
}

var (
	flatRoute = regexp.MustCompile(`(?m)^\s+GET (/\S+)$`)
	flatName  = regexp.MustCompile(`\{[A-Za-z]+\}`)
)

func docOf(file *ast.File) string {
	if file.Doc == nil {
		return ""
	}
	return file.Doc.Text()
}

// controlPaths are the GETs of openapi.json. A list with conditions is searched by each of its
// fields for what is not there, which is the most to look at.
func (w *flatWorld) controlPaths(t *testing.T) (paths []string) {
	recorder := w.ask(t, control.Prefix+"/openapi.json")
	var api struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &api); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{ref}", "latest", "{other}", "latest~1", "{number}",
		"+12025550100", "{run}", "latest", "{file}", "ME1", "{name}", "hello", "{sid}", "MG1",
		"{id}", "r1",
		"{address}", "+12025550102")
	for _, path := range slices.Sorted(maps.Keys(api.Paths)) {
		_, get := api.Paths[path]["get"]
		path = strings.TrimPrefix(path, control.Prefix)
		if !get || notFlat[path] != "" || strings.HasPrefix(path, "/accounts/{") {
			continue
		}
		filled := fill.Replace(path)
		if strings.Contains(filled, "{") {
			t.Errorf("%s has a name that this test does not know", path)
		}
		paths = append(paths, control.Prefix+filled)
	}
	for kind, path := range map[journal.Kind]string{journal.Messages: "/messages",
		journal.Webhooks: "/webhooks", journal.Requests: "/requests", journal.Alerts: "/alerts",
		journal.Verifications: "/verifications", journal.Events: "/sink-events"} {
		for _, field := range append(flatFields(kind), "since") {
			query := url.Values{"q": {field + "=~nothing"}}
			if field == "since" {
				query = url.Values{"q": {"since=1s"}}
			}
			paths = append(paths, control.Prefix+path+"?"+query.Encode())
		}
		paths = append(paths, control.Prefix+path+"?skip={half}")
	}
	for _, query := range []string{"/messages?q=phone=%2B12025550102",
		"/messages?q=phone=%2B12025550102&q=status=failed", "/messages?q=to=%2B12025550102",
		"/messages?q=error_code!=0&q=status=failed", "/messages/{message}", "/messages/{message}/story",
		"/webhooks?q=sid={message}", "/webhooks?q=http=%3E=501", "/webhooks?q=MessageStatus=failed",
		"/alerts?q=acknowledged=false&q=level=warning", "/requests/latest/code?as=node",
		"/await?kind=message&q=to=%2B12025550102", "/accounts?limit=10"} {
		paths = append(paths, control.Prefix+query)
	}
	return paths
}

// flatFields are the fields by which a kind of things is searched.
func flatFields(kind journal.Kind) []string {
	switch kind {
	case journal.Messages:
		return messaging.MessageFields()
	case journal.Alerts:
		return journal.AlertFields()
	case journal.Webhooks, journal.Requests:
		return append(journal.ExchangeFields(), "To", "MessageStatus")
	}
	return journal.ResourceFields(kind)
}

// consolePaths are the links of the console's pages: those of the navigation, the parts of an
// account, and searches.
func (w *flatWorld) consolePaths(t *testing.T) (paths []string) {
	links := map[string]bool{}
	for _, page := range []string{"/console/messages", "/console/account"} {
		for _, link := range flatLink.FindAllStringSubmatch(w.ask(t, page).Body.String(), -1) {
			if notFlat[link[1]] == "" && !strings.ContainsAny(link[1], "0123456789") {
				links[link[1]] = true
			}
		}
	}
	if len(links) < 15 {
		t.Errorf("the console has only the pages %v", slices.Sorted(maps.Keys(links)))
	}
	paths = slices.Sorted(maps.Keys(links))
	for _, query := range []string{"/messages?q=nothing", "/messages?q=status:failed",
		"/messages?q=to:%2B12025550102", "/messages?skip={half}", "/messages/{message}",
		"/webhooks?q=http:404", "/webhooks?skip={half}", "/requests?q=http:404",
		"/requests?skip={half}", "/webhooks/latest", "/requests/latest"} {
		paths = append(paths, "/console"+query)
	}
	return paths
}

var flatLink = regexp.MustCompile(`href="(/console/[a-z/]+)"`)

// flatCost is what a request reads and allocates.
type flatCost struct {
	bytes float64
	steps int64
}

// cost measures a path. Two requests come before, because the first search by a field makes what
// the next ones use.
func (w *flatWorld) cost(t *testing.T, path string) (least flatCost) {
	half := w.n / 2
	path = strings.NewReplacer("{message}", keptSID(half/3*3+1), "{first}", keptSID(20),
		"{half}", fmt.Sprint(half), "{day}",
		keptStart.Add(time.Duration(half)*time.Second).Format(time.RFC3339)).Replace(path)
	w.ask(t, path)
	w.ask(t, path)
	for i := range 2 {
		steps := w.sim.Account().Journal.Steps()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w.ask(t, path)
		runtime.ReadMemStats(&after)
		cost := flatCost{float64(after.TotalAlloc - before.TotalAlloc),
			w.sim.Account().Journal.Steps() - steps}
		if i == 0 || cost.bytes < least.bytes {
			least = cost
		}
	}
	return least
}

// ask makes a request. An answer that something is not there is measured like any other.
func (w *flatWorld) ask(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", "http://127.0.0.1:2010"+path, nil)
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	recorder := httptest.NewRecorder()
	w.sim.ServeHTTP(recorder, r)
	if code := recorder.Code; code == 400 || code == 401 || code == 500 {
		t.Errorf("%s: %d %.200s", path, recorder.Code, recorder.Body)
	}
	return recorder
}
