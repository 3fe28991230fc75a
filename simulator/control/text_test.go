package control

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/messaging"
)

func TestText(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	receipt, err := w.client.Text(t.Context(), Text{
		From: "+1 202 555-0142", To: shop, Body: "hi",
		Params: map[string]string{"FromCity": "BERLIN"},
		Media: []Media{{Name: "a.png", Data: []byte("x")}, {ContentType: "text/vcard",
			Data: []byte("BEGIN:VCARD")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{
		"from": receipt.Message.Sender(), "num_media": receipt.Message.NumMedia,
		"reply":        receipt.Replies[0].Body,
		"reply status": string(receipt.Replies[0].Status), "webhook": receipt.Webhooks[0].Name,
	}
	want := map[string]string{"from": ana, "num_media": "2", "reply": "Hello",
		"reply status": "queued", "webhook": "W1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	form, err := url.ParseQuery(w.app.requests()[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]string{}
	for _, name := range []string{"Body", "FromCity", "MediaContentType0", "MediaContentType1"} {
		sent[name] = form.Get(name)
	}
	want = map[string]string{"Body": "hi", "FromCity": "BERLIN", "MediaContentType0": "image/png",
		"MediaContentType1": "text/vcard"}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("webhook (-want +got):\n%s", diff)
	}
}

func TestTextErrors(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct{ name, body, message string }{
		{"no body", ``, `the field "from" is missing`},
		{"no to", `{"from":"+12025550142"}`, `the field "to" is missing`},
		{"no number", `{"from":"ana","to":"+12025550100"}`,
			`"ana" is not a phone number: write + and the country code first, for example +12025550142`},
		{"another's number", `{"from":"+12025550142","to":"+12025550101"}`,
			"+12025550101 is not a number of this account: did you mean +12025550100?"},
		{"unknown parameter",
			`{"from":"+12025550142","to":"+12025550100","body":"hi","params":{"FromCty":"X"}}`,
			`an inbound message has no parameter "FromCty": did you mean "FromCity"?`},
		{"too many files",
			`{"from":"+12025550142","to":"+12025550100","media":[` +
				strings.Repeat(`{"data":""},`, 10) + `{"data":""}]}`,
			"a message carries at most 10 files, this one has 11"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := w.ask("POST", "/texts", tt.body)
			if e := errorOf(t, body); status != 400 || e.Message != tt.message {
				t.Errorf("got %d %q, want 400 %q", status, e.Message, tt.message)
			}
		})
	}
	if n := len(w.app.requests()); n != 0 {
		t.Errorf("the app was called %d times", n)
	}
}

func TestTextWithLargeFile(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	if _, err := w.client.Text(t.Context(), Text{From: ana, To: shop,
		Media: []Media{{Data: make([]byte, 5<<20)}}}); err != nil {
		t.Error(err)
	}
}

// TestTextOfAnAppThatFails holds that the handset has texted all the same.
func TestTextOfAnAppThatFails(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	receipt := w.text(t, "fail")
	if len(receipt.Replies) != 0 || len(receipt.Alerts) != 1 || receipt.Alerts[0].Code != "11200" ||
		receipt.Webhooks[0].Status != 500 {
		t.Errorf("receipt: %s", compact(t, receipt))
	}
}

// TestOptedOut tells of a keyword that changed something (F-441, F-442), and of no other text.
func TestOptedOut(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	var got []string
	for _, body := range []string{"hi", "STOP", "stop", "START", "START"} {
		got = append(got, compact(t, w.text(t, body).OptedOut))
	}
	if diff := cmp.Diff([]string{"null", "true", "null", "false", "null"}, got); diff != "" {
		t.Errorf("opted out (-want +got):\n%s", diff)
	}
}
