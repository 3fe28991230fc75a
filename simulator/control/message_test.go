package control

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestMessageJSON compares a whole message on the wire: names, types and order are Twilio's (F-351
// to F-366).
func TestMessageJSON(t *testing.T) {
	w := newWorld(t, messaging.Options{SID: "AC" + strings.Repeat("0", 31) + "1"})
	if _, err := w.client.AddRule(t.Context(),
		[]string{"then=sent,undelivered:30003@2s"}); err != nil {
		t.Fatal(err)
	}
	receipt := w.text(t, "hi")
	w.advance(t, 5*time.Second)
	_, body := w.ask("GET", "/messages/latest", "")
	sid, inbound := receipt.Replies[0].SID, receipt.Message.SID
	uri := "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages/" + sid
	want := `{"sid":"` + sid +
		`","date_created":"2026-11-23T09:42:07Z","date_updated":"2026-11-23T09:42:09Z",` +
		`"date_sent":"2026-11-23T09:42:07.5Z","account_sid":"AC00000000000000000000000000000001",` +
		`"to":"+12025550142","from":"+12025550100","messaging_service_sid":null,"body":"Hello",` +
		`"status":"undelivered","num_segments":"1","num_media":"0","direction":"outbound-reply",` +
		`"api_version":"2010-04-01","price":null,"price_unit":"USD","error_code":30003,` +
		`"error_message":"Unreachable destination handset","uri":"` + uri +
		`.json",` +
		`"subresource_uris":{"media":"` + uri + `/Media.json"},` +
		`"_sim":{"by":"rule r1","script":"sent,undelivered:30003@2s","encoding":"GSM-7","units":5,` +
		`"reply_to":"` + inbound + `",` +
		`"callback":{"url":"https://shop.example/status","method":"POST"},"webhooks":["W2","W3"],` +
		`"failed_webhooks":0,"alerts":[],"history":[{"status":"queued","at":"2026-11-23T09:42:07Z"},` +
		`{"status":"sent","at":"2026-11-23T09:42:07.5Z","by":"rule r1"},` +
		`{"status":"undelivered","error_code":30003,"at":"2026-11-23T09:42:09Z","by":"rule r1"}]}}`
	if diff := cmp.Diff(want, strings.TrimSpace(body)); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

// TestTextToOneself checks that a message that has the same number twice is in a list once.
func TestTextToOneself(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	var want []string
	for _, from := range []string{shop, ana, shop, shop} {
		receipt, err := w.client.Text(t.Context(), Text{From: from, To: shop, Body: "hi"})
		if err != nil {
			t.Fatal(err)
		}
		if from == shop {
			want = append([]string{receipt.Message.SID}, want...)
		}
	}
	found, err := w.client.Messages(t.Context(), []string{"phone=" + shop, "direction=inbound"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found.Messages {
		got = append(got, m.SID)
	}
	if diff := cmp.Diff(want, got); diff != "" || found.Matched != len(want) {
		t.Errorf("%d match (-want +got):\n%s", found.Matched, diff)
	}
}

func TestDateSent(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	receipt := w.text(t, "hi")
	// F-353: when its webhook was requested
	if got := receipt.Message.DateSent; got == nil || !got.Equal(start) {
		t.Errorf("inbound: date_sent %v, want %v", got, start)
	}
	if got := receipt.Replies[0].DateSent; got != nil { // F-353: not sent yet
		t.Errorf("queued: date_sent %v, want none", got)
	}
}

func TestMessages(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, body := range []string{"one", "two", "fail"} {
		w.text(t, body)
	}
	tests := []struct {
		name    string
		words   []string
		limit   int
		want    string // bodies
		matched int
	}{
		{"all, newest first", nil, 0, "fail Hello two Hello one", 5},
		{"limit", nil, 2, "fail Hello", 5},
		{"limit above all", nil, 100, "fail Hello two Hello one", 5},
		{"one word", []string{"direction=inbound"}, 0, "fail two one", 3},
		{"several words", []string{"direction=inbound", "body=~^(one|two)$", "to:+1202*"}, 1,
			"two", 2},
		{"none", []string{"status=failed"}, 0, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.client.Messages(t.Context(), tt.words, tt.limit)
			if err != nil {
				t.Fatal(err)
			}
			var bodies []string
			for _, m := range got.Messages {
				bodies = append(bodies, m.Body)
			}
			if s := strings.Join(bodies, " "); s != tt.want || got.Matched != tt.matched {
				t.Errorf("got %q of %d, want %q of %d", s, got.Matched, tt.want, tt.matched)
			}
		})
	}
	if _, body := w.ask("GET", "/messages?q=status%3Dfailed", ""); !strings.Contains(body,
		`"messages":[]`) {
		t.Errorf("a list of none is %s", body)
	}
}

func TestDefaultLimit(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for range 30 {
		w.text(t, "hi")
	}
	var got Messages
	_, body := w.ask("GET", "/messages", "")
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Messages) != defaultLimit ||
		got.Matched != 60 {
		t.Errorf("%d messages of %d, want %d of 60: %v", len(got.Messages), got.Matched,
			defaultLimit, err)
	}
}

func TestFailedWebhooksAndAlerts(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	m := w.text(t, "fail").Message
	want := MessageSim{
		Encoding: "GSM-7", Units: 4, Webhooks: []string{"W1"}, FailedWebhooks: 1,
		Alerts:  []string{"A1"},
		History: []messaging.Change{{Status: "received", At: start}},
	}
	if diff := cmp.Diff(want, m.Sim); diff != "" {
		t.Errorf("_sim (-want +got):\n%s", diff)
	}
}

// storyOf writes a story for a comparison: each event with what hangs on it.
func storyOf(s *Story) []string {
	lines := []string{}
	for _, line := range s.Events {
		words := string(line.Event.Type) + " " + line.Event.Status
		if line.Exchange != nil {
			words += " " + line.Exchange.Name + " " + line.Exchange.Summary()
		}
		if line.Alert != nil {
			words += " " + line.Alert.Name + " " + line.Alert.Code
		}
		lines = append(lines, words)
	}
	return lines
}

func TestStory(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	receipt := w.text(t, "hi")
	w.text(t, "fail")
	w.advance(t, time.Minute)
	tests := []struct {
		name, ref string
		want      []string
		replies   int
	}{
		{"inbound", receipt.Message.SID, []string{"message.received received",
			"webhook.attempt  W1 POST /sms"}, 1},
		{"reply", receipt.Replies[0].SID, []string{
			"message.created queued",
			"message.status sent", "webhook.attempt sent W3 POST /status sent",
			"message.status delivered", "webhook.attempt delivered W4 POST /status delivered",
		}, 0},
		{"with an alert", "latest", []string{
			"message.received received", "webhook.attempt  W2 POST /sms", "alert.raised  A1 11200",
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			story, err := w.client.Story(t.Context(), tt.ref)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, storyOf(story)); diff != "" {
				t.Errorf("story (-want +got):\n%s", diff)
			}
			if !story.Complete || len(story.Replies) != tt.replies {
				t.Errorf("complete %v with %d replies, want true with %d", story.Complete,
					len(story.Replies), tt.replies)
			}
		})
	}
}

func TestStoryWithoutBeginning(t *testing.T) {
	w := newWorld(t, messaging.Options{Keep: 2})
	sid := w.text(t, "hi").Replies[0].SID
	for range 20 { // 16 events are kept
		w.account.Journal.Append(journal.Event{Type: journal.Changed}, "", nil)
	}
	story, err := w.client.Story(t.Context(), sid)
	if err != nil || story.Complete || len(story.Events) != 0 {
		t.Errorf("got %+v, %v; want a story that is not complete", story, err)
	}
}

func TestDeliver(t *testing.T) {
	tests := []struct {
		name, body   string
		status       int
		message, try string
	}{
		{"final", `{"status":"failed","error_code":30007}`, 200, "", ""},
		{"usual code", `{"status":"failed"}`, 200, "", ""},
		{"no way", `{"status":"delivered"}`, 409,
			"a message that is queued cannot become delivered, only sending, sent or failed",
			"add illegal to allow it"},
		{"no way, let through", `{"status":"delivered","illegal":true}`, 200, "", ""},
		{"misspelt", `{"status":"delivrd"}`, 400, `unknown status "delivrd"`, "delivered"},
		{"a script", `{"status":"sent,delivered"}`, 400, `unknown status "sent,delivered"`, ""},
		{"a time", `{"status":"sent@5s"}`, 400, `unknown status "sent@5s"`, "sent"},
		{"a status that no carrier brings about", `{"status":"received"}`, 400,
			`unknown status "received"`, ""},
		{"no status", `{}`, 400, `the field "status" is missing`, ""},
		{"bad code", `{"status":"failed","error_code":-1}`, 400,
			"error_code -1 is not a code of Twilio's",
			"a number of five digits, such as 30003"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, messaging.Options{})
			w.text(t, "hi")
			status, body := w.ask("POST", "/messages/latest/deliver", tt.body)
			if status != tt.status {
				t.Fatalf("got %d, want %d: %s", status, tt.status, body)
			}
			if status == 200 {
				return
			}
			if e := errorOf(t, body); e.Message != tt.message || tt.try != "" && e.Try != tt.try {
				t.Errorf("got %q try %q, want %q try %q", e.Message, e.Try, tt.message, tt.try)
			}
		})
	}
}

func TestDeliverStopsTheScript(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	sid := w.text(t, "hi").Replies[0].SID
	m, err := w.client.Deliver(t.Context(), sid, Delivery{Status: "failed", ErrorCode: 30007})
	if err != nil {
		t.Fatal(err)
	}
	w.advance(t, time.Minute)
	again, err := w.client.Message(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, again); diff != "" {
		t.Errorf("the message changed afterwards (-before +after):\n%s", diff)
	}
	if m.Status != "failed" || *m.ErrorCode != 30007 || m.Sim.By != "deliver" ||
		len(m.Sim.Webhooks) != 1 {
		t.Errorf("got %s", compact(t, m))
	}
}

func TestDeliverInbound(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "fail")
	status, body := w.ask("POST", "/messages/latest/deliver", `{"status":"failed"}`)
	if e := errorOf(t, body); status != 409 || !strings.Contains(e.Message, "is inbound") {
		t.Errorf("got %d %s", status, body)
	}
}

// TestMessageOfTheAPI tells which request made a message, and begins its story with it, though the
// journal has it behind what it led to. What a service sends has no sender at first (F-355).
func TestMessageOfTheAPI(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	service, err := w.account.CreateService(func(s *directory.Service) error {
		s.FriendlyName = "shop"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	m := w.send(t, messaging.Draft{To: ana, MessagingServiceSID: w.pool(t, service.SID),
		Body: "hi", HasBody: true})
	w.record(m.ID(), "POST", "/Messages/"+m.ID()+"/Feedback.json", 201) // not this one
	got, err := w.client.Message(t.Context(), "latest")
	if err != nil {
		t.Fatal(err)
	}
	if got.Sim.Request != "R1" || got.From != nil || got.Sender() != service.SID ||
		*got.MessagingServiceSID != service.SID {
		t.Errorf("request %s, from %v, sender %s, service %v", got.Sim.Request, got.From,
			got.Sender(), got.MessagingServiceSID)
	}
	w.advance(t, time.Minute)
	story, err := w.client.Story(t.Context(), "latest")
	if err != nil {
		t.Fatal(err)
	}
	if first := story.Events[0]; first.Exchange == nil || first.Exchange.Name != "R1" {
		t.Errorf("the story begins with %s", compact(t, first))
	}
	if from := story.Message.From; from == nil || *from != shop {
		t.Errorf("from %v, want %s", from, shop)
	}
}
