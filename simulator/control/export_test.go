package control

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// eventful is a world in which a bit of everything has happened.
func eventful(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	w.advance(t, time.Minute)
	w.text(t, "fail")
	text := Text{From: ana, To: shop, Media: []Media{{Name: "a.bin", Data: []byte("\x00\xffGIF")},
		{Name: "empty.txt", Data: []byte{}}}}
	if _, err := w.client.Text(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	w.send(t, messaging.Draft{To: ana, From: shop, Body: "code 123456 ☎", HasBody: true})
	w.record("", "POST", "/Messages.json", 400)
	w.account.RecordRequest(&journal.Exchange{
		Purpose: journal.API, Attempt: 1, Method: "POST", URL: "/x", Signature: "none",
		Body: "\xff\x00", ResponseBody: "\x89PNG",
	}, time.Millisecond)
	return w
}

func (w *world) export(t testing.TB, e Export) string {
	t.Helper()
	stream, err := w.client.Export(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	data, err := io.ReadAll(stream)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestExportImportExport(t *testing.T) {
	from := eventful(t)
	for _, e := range []Export{{}, {Words: []string{"since:30s"}}, {Words: []string{"to:" + ana}},
		{As: "har"}} {
		t.Run(e.As+strings.Join(e.Words, " "), func(t *testing.T) {
			to := newWorld(t, messaging.Options{})
			first := from.export(t, e)
			if _, err := to.client.Import(t.Context(), strings.NewReader(first)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first, to.export(t, Export{As: e.As, Secrets: true})); diff != "" {
				t.Errorf("(-first +again):\n%s", diff)
			}
		})
	}
}

func TestImported(t *testing.T) {
	from, to := eventful(t), newWorld(t, messaging.Options{})
	got, err := to.client.Import(t.Context(), strings.NewReader(from.export(t, Export{})))
	want := &Imported{Format: "ndjson", Messages: 6, Webhooks: 5, Requests: 3, Alerts: 1,
		Events: int(from.account.Journal.Last())}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	fromStory, err := from.client.Story(t.Context(), "latest~5")
	if err != nil {
		t.Fatal(err)
	}
	story, err := to.client.Story(t.Context(), fromStory.Message.SID)
	if diff := cmp.Diff(compact(t, fromStory), compact(t, story)); err != nil || diff != "" {
		t.Errorf("story, %v (-want +got):\n%s", err, diff)
	}
	for _, m := range from.account.Journal.Things(journal.Messages) {
		for _, file := range m.(*messaging.Message).Snapshot().Media {
			if media, ok := to.account.Media(m.ID(), file.SID); !ok || !bytes.Equal(media.Data,
				file.Data) {
				t.Errorf("media %s: %v, want %v", file.SID, media, file)
			}
		}
	}
}

// TestLifeAfterImport makes sure that what comes later has IDs of its own, though both accounts
// have one seed.
func TestLifeAfterImport(t *testing.T) {
	from, to := eventful(t), newWorld(t, messaging.Options{})
	if _, err := to.client.Import(t.Context(), strings.NewReader(from.export(t,
		Export{}))); err != nil {
		t.Fatal(err)
	}
	receipt := to.text(t, "again")
	if _, taken := from.account.Journal.Thing(journal.Messages, receipt.Message.SID); taken ||
		receipt.Webhooks[0].Name != "W6" {
		t.Errorf("%s and %s are there already", receipt.Message.SID, receipt.Webhooks[0].Name)
	}
	if diff, err := to.client.Diff(t.Context(), "W1", "W6"); err != nil || diff.Equal == 0 {
		t.Errorf("diff: %v %v", diff, err)
	}
	if replayed, err := to.client.Replay(t.Context(), "W1", Replay{}); err != nil ||
		replayed.Webhooks[0].Status != 200 {
		t.Errorf("replay: %v %v", replayed, err)
	}
	// A message that was in flight stays where it was, until somebody moves it.
	inFlight := from.account.Journal.Things(journal.Messages)[5].ID()
	to.advance(t, time.Hour)
	if m, err := to.client.Message(t.Context(), inFlight); err != nil || m.Status != "queued" {
		t.Errorf("%v %v", m, err)
	}
	if m, err := to.client.Deliver(t.Context(), inFlight, Delivery{Status: "sent"}); err != nil ||
		m.Status != "sent" {
		t.Errorf("%v %v", m, err)
	}
}

func TestExportMasksCredentials(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.account.RecordRequest(&journal.Exchange{
		Purpose: journal.API, Attempt: 1, Method: "GET", URL: "http://me:secret@localhost/x",
		Header: "Authorization: Basic c2VjcmV0\r\n",
	}, 0)
	w.text(t, "look at http://me:secret@localhost/y")
	for _, as := range []string{"ndjson", "har"} {
		if got := w.export(t, Export{As: as}); strings.Contains(got, "secret") ||
			strings.Contains(got, "c2VjcmV0") ||
			!strings.Contains(got, "Basic [masked]") {
			t.Errorf("as %s:\n%s", as, got)
		}
		if got := w.export(t, Export{As: as, Secrets: true}); !strings.Contains(got,
			"Basic c2VjcmV0") {
			t.Errorf("as %s with secrets:\n%s", as, got)
		}
	}
}

const (
	goodMessage = `{"type":"message","sid":"SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4",` +
		`"status":"received","direction":"inbound","num_segments":"1","_sim":{"media":[{"sid":"ME1"}]}}`
	goodWebhook = `{"type":"webhook","id":"W1","purpose":"status","method":"POST",` +
		`"url":"http://localhost/status"}`
	goodEvent = `{"type":"message.status","id":7,"at":"2026-11-23T09:42:08Z",` +
		`"real":"2026-11-23T09:42:08Z"}`
)

// importErrors are files of which nothing may be taken, and why.
var importErrors = []struct{ name, in, want string }{
	{"nothing", "", "there is nothing in it to import"},
	{"the head alone", `{"type":"twilsim","version":1}`, "there is nothing in it to import"},
	{"another version", `{"type":"twilsim","version":2}`,
		"line 1: this export has version 2, and this twilsim reads version 1"},
	{"no JSON", goodWebhook + "\nhello",
		"line 2: this is not a line of an export, which is an object with a type"},
	{"no type", "\n\n{}", "line 3: this is not a line of an export, which is an object with a type"},
	{"unknown type", `{"type":"webhok"}`, `line 1: unknown type "webhok"`},
	{"unknown field", strings.Replace(goodWebhook, "purpose", "porpoise", 1),
		`line 1: unknown field "porpoise"`},
	{"wrong type of a field", `{"type":"alert","id":1}`,
		`line 1: field "id" has the wrong type: number`},
	{"event without times", `{"type":"changed","id":7}`,
		"line 1: event 7 has no times, at and real, or an http that is not a status"},
	{"event with a strange status",
		`{"type":"changed","id":7,"at":"2026-11-23T09:42:08Z","real":"2026-11-23T09:42:08Z",` +
			`"http":70000}`,
		"line 1: event 7 has no times, at and real, or an http that is not a status"},
	{"event after the end of time", strings.Replace(goodEvent, "2026", "9999", 1),
		"line 1: event 7 has the time 9999-11-23T09:42:08Z, and times can be kept from 1970 to " +
			"2262-01-01"},
	{"message before time", strings.Replace(goodMessage, `"status"`,
		`"date_created":"1969-12-31T23:59:59Z","status"`, 1),
		"line 1: message SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4 has the time 1969-12-31T23:59:59Z, " +
			"and times can be kept from 1970 to 2262-01-01"},
	{"webhook after the end of time", strings.Replace(goodWebhook, `"purpose"`,
		`"at":"2262-01-02T00:00:00Z","purpose"`, 1),
		"line 1: exchange W1 has the time 2262-01-02T00:00:00Z, and times can be kept from 1970 " +
			"to 2262-01-01"},
	{"alert after the end of time",
		`{"type":"alert","id":"A1","code":"1","level":"error","at":"2300-01-01T00:00:00Z"}`,
		"line 1: alert A1 has the time 2300-01-01T00:00:00Z, and times can be kept from 1970 to " +
			"2262-01-01"},
	{"no id", `{"type":"webhook","method":"POST"}`, `line 1: webhook "" needs an id such as W1`},
	{"id of another kind", `{"type":"request","id":"W1"}`,
		`line 1: request "W1" needs an id such as R1`},
	{"alert without id", `{"type":"alert"}`, `line 1: alert "" needs an id such as A1`},
	{"twice", goodWebhook + "\n" + goodWebhook, "line 2: webhook W1 is there for the second time"},
	{"message twice", goodMessage + "\n" + goodMessage,
		"line 2: message SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4 is there for the second time"},
	{"no sid", `{"type":"message"}`, "line 1: a message needs its sid, SM or MM and 32 hex digits"},
	{"no status", strings.Replace(goodMessage, "received", "", 1),
		`line 1: the field "status" is missing`},
	{"bad direction", strings.Replace(goodMessage, "inbound", "in", 1),
		`line 1: unknown direction "in"`},
	{"bad segments", strings.Replace(goodMessage, `"1"`, `"x"`, 1), `line 1: bad num_segments "x"`},
	{"media of nothing", `{"type":"media","message":"SM1","sid":"ME1"}`,
		`line 1: the message "SM1" of this file stands not above it`},
	{"unknown media", goodMessage + "\n" +
		`{"type":"media","message":"SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4","sid":"ME2"}`,
		`line 2: message SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4 has no file "ME2"`},
	{"events in disorder", goodEvent + "\n" + goodEvent,
		"line 2: event 7 stands in the wrong place: their ids go up"},
	{"broken HAR", `{"log":{"entries":[`, "the HAR cannot be read: unexpected EOF"},
	{"wrong entry", `{"log":{"entries":[{"request":{"url":"https://api.twilio.com/"}}]}}`,
		"entry 1: its request has no method or no absolute URL"},
	{"HAR of something else",
		`{"log":{"entries":[{"request":{"method":"GET","url":"https://a.example/"}}]}}`,
		"none of 1 entries is a webhook or a request to Twilio's API"},
}

func TestImportErrors(t *testing.T) {
	for _, tt := range importErrors {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, messaging.Options{})
			status, body := w.ask("POST", "/import", tt.in)
			if e := errorOf(t, body); status != 400 || strings.TrimSuffix(e.Message,
				"; nothing was imported") != tt.want {
				t.Errorf("%d %s\nwant %s", status, body, tt.want)
			}
			for _, kind := range []journal.Kind{journal.Messages, journal.Webhooks,
				journal.Requests, journal.Alerts} {
				if w.account.Journal.Count(kind) > 0 {
					t.Errorf("a %s was taken", kind)
				}
			}
		})
	}
}

func TestImportNeedsAnEmptyAccount(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	before := w.export(t, Export{})
	status, body := w.ask("POST", "/import", goodWebhook)
	if e := errorOf(t, body); status != 409 || e.Try != "twilsim reset" {
		t.Errorf("%d %s", status, body)
	}
	if diff := cmp.Diff(before, w.export(t, Export{})); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if _, err := w.client.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, body := w.ask("POST", "/import", goodWebhook); status != 201 {
		t.Errorf("after a reset: %d %s", status, body)
	}
}

// TestImportOfAnArchive gives webhooks of another program's HAR an ID and an event, in the order in
// which they began.
func TestImportOfAnArchive(t *testing.T) {
	const archive = `{"log":{"entries":[
		{"startedDateTime":"2026-11-23T09:42:09Z","request":{"method":"POST",
			"url":"https://shop.example/status","postData":{"mimeType":"application/x-www-form-urlencoded",
			"text":"MessageSid=SM1&MessageStatus=delivered"}},"response":{"status":200}},
		{"startedDateTime":"2026-11-23T09:42:08Z","request":{"method":"POST",
			"url":"https://shop.example/sms","postData":{"mimeType":"application/x-www-form-urlencoded",
			"text":"MessageSid=SM1&Body=hi"}},"response":{"status":200}},
		{"startedDateTime":"2026-11-23T09:42:08Z","request":{"method":"GET",
			"url":"https://shop.example/favicon.ico"},"response":{}}]}}`
	w := newWorld(t, messaging.Options{})
	got, err := w.client.Import(t.Context(), strings.NewReader(archive))
	want := &Imported{Format: "har", Webhooks: 2, Events: 2, Ignored: 1}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	diff, err := w.client.Diff(t.Context(), "W1", "W2")
	if err != nil || diff.Equal != 1 || len(diff.Changes) != 2 || diff.Changes[0].Param != "Body" {
		t.Errorf("%+v %v", diff, err)
	}
	if replayed, err := w.client.Replay(t.Context(), "W1", Replay{}); err != nil ||
		replayed.Webhooks[0].Status != 200 {
		t.Errorf("replay: %+v %v", replayed, err)
	}
}

// FuzzImport wants an account that took a history to export one that another takes and exports
// again, to the byte.
func FuzzImport(f *testing.F) {
	for _, tt := range importErrors {
		f.Add(tt.in)
	}
	f.Add(eventful(f).export(f, Export{}))
	f.Add(eventful(f).export(f, Export{As: "har"}))
	f.Fuzz(func(t *testing.T, in string) {
		one := newWorld(t, messaging.Options{})
		if status, _ := one.ask("POST", "/import", in); status != 201 {
			return
		}
		_, first := one.ask("GET", "/export", "")
		two := newWorld(t, messaging.Options{})
		if status, body := two.ask("POST", "/import", first); status != 201 {
			t.Fatalf("its own export is refused: %s\n%s", body, first)
		}
		if _, again := two.ask("GET", "/export", ""); again != first {
			t.Errorf("(-first +again):\n%s", cmp.Diff(first, again))
		}
	})
}
