package messaging

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/address"
	"twilsim/simulator/content"
)

// reminder is a template with a text for SMS and quick replies for WhatsApp.
const reminder = `{"friendly_name":"reminder","language":"en","variables":{"1":"you"},
	"types":{"twilio/text":{"body":"Dear {{1}}, see you at noon."},
	"twilio/quick-reply":{"body":"Dear {{1}}, at noon?",
		"actions":[{"title":"Yes","id":"yes"},{"title":"No"}]}}}`

// addTemplate makes a template of a JSON body.
func addTemplate(t testing.TB, a *Account, body string) content.Template {
	t.Helper()
	d, err := content.ParseDraft([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	made, err := a.Content.Create(d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// textTemplate makes a template with one twilio/text.
func textTemplate(t testing.TB, a *Account, body string) content.Template {
	return addTemplate(t, a,
		fmt.Sprintf(`{"language":"en","types":{"twilio/text":{"body":%q}}}`, body))
}

// ofTemplate is a draft of a template, with variables if they are not "".
func ofTemplate(made content.Template, variables string) Draft {
	return Draft{To: customer, From: shop, ContentSID: made.SID, ContentVariables: variables}
}

// onWhatsApp sends a draft on WhatsApp instead.
func onWhatsApp(d Draft) Draft {
	d.To, d.From = address.WhatsApp+customer, address.WhatsApp+shop
	return d
}

// TestTemplateBody: the text is rendered (F-608, F-696), its segments are those of the rendered
// text (F-706), and a message through a service has no text in the first answer (F-330).
func TestTemplateBody(t *testing.T) {
	a := newAccount(t, nil)
	made := addTemplate(t, a, reminder)
	for _, tt := range []struct{ variables, want string }{
		{"", "Dear you, see you at noon. 1"},
		{`{"1":"Ana"}`, "Dear Ana, see you at noon. 1"},
		{`{"1":"Zoë ☀"}`, "Dear Zoë ☀, see you at noon. 1"},
		{`{"1":"` + strings.Repeat("☀", 60) + `"}`,
			"Dear " + strings.Repeat("☀", 60) + ", see you at noon. 2"},
	} {
		f := send(t, a, ofTemplate(made, tt.variables)).Snapshot()
		if got := fmt.Sprintf("%s %d", f.Body, f.NumSegments); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.variables, got, tt.want)
		}
	}
	service := newService(t, a, nil, shop)
	m := send(t, a, Draft{To: customer, MessagingServiceSID: service, ContentSID: made.SID})
	if f := m.Snapshot(); f.Body != "" {
		t.Errorf("through a service at first: %q", f.Body)
	}
	advance(t, a, time.Minute)
	if f := m.Snapshot(); f.Body != "Dear you, see you at noon." || f.Status != "delivered" {
		t.Errorf("through a service at last: %s %q", f.Status, f.Body)
	}
}

// TestTemplateMedia: the template's media are the message's (F-700).
func TestTemplateMedia(t *testing.T) {
	app := newApp(t)
	app.answer("/cat.png", "meow")
	a := newAccount(t, app)
	made := addTemplate(t, a, `{"language":"en","types":{"twilio/media":{"body":"Look",
		"media":["`+app.URL+`/{{1}}.png"]}}}`)
	m := send(t, a, ofTemplate(made, `{"1":"cat"}`))
	f := m.Snapshot()
	if !strings.HasPrefix(f.SID, "MM") || len(f.Media) != 1 || f.Media[0].URL != app.URL+"/cat.png" {
		t.Errorf("%s %+v", f.SID, f.Media)
	}
	advance(t, a, time.Minute)
	if len(app.requests("/cat.png")) == 0 {
		t.Error("the file was not fetched")
	}
}

// TestTemplateRefused: what the create call refuses, and that a Body does not reach the phone
// (F-699).
func TestTemplateRefused(t *testing.T) {
	const unknown = "400 21655 The ContentSid is Invalid"
	a := newAccount(t, nil)
	made := addTemplate(t, a, reminder)
	bare := textTemplate(t, a, "Dear {{1}}!")
	foreign := addTemplate(t, newAccount(t, nil), reminder)
	foreign.SID = "HX" + strings.Repeat("ab", 16)
	gone := addTemplate(t, a, reminder)
	if err := a.Content.Delete(gone.SID); err != nil {
		t.Fatal(err)
	}
	withBody := ofTemplate(made, `{"1":"x"}`)
	withBody.Body = "Hello"
	for _, tt := range []struct {
		name, quirk string
		draft       Draft
		want        string
	}{
		{"unknown", "", ofTemplate(foreign, ""), unknown}, // F-701
		{"deleted", "", ofTemplate(gone, ""), unknown},
		{"null", "", ofTemplate(made, `{"1":null}`), badVariables}, // F-605
		{"no value, no sample", "", ofTemplate(bare, ""), badVariables},
		{"too long", "", ofTemplate(bare, `{"1":"`+strings.Repeat("x", 1599)+`"}`),
			"400 21617 The concatenated message body exceeds the 1600 character limit."},
		{"apostrophe", "", ofTemplate(made, `{"1":"I'm"}`), ""},
		{"apostrophe, as reported", "content-variables=as-reported", // F-606
			ofTemplate(made, `{"1":"I'm"}`), badVariables},
		{"no variables, as reported", "content-variables=as-reported", ofTemplate(made, ""),
			badVariables},
		{"Body and variables", "content-variables=as-documented", withBody, // F-607
			"400 35127 'Messages' Body and 'ContentVariables' cannot be provided together"},
		{"Body and variables, ignored", "body-and-variables=ignored", withBody, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, value, ok := strings.Cut(tt.quirk, "="); ok {
				if err := a.SetQuirk(name, value); err != nil {
					t.Fatal(err)
				}
			}
			_, err := a.Send(t.Context(), tt.draft)
			if got := refused(err); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestTemplateOnWhatsApp: how a message of a template ends (F-610, F-702), with StructuredMessage
// in its callbacks (F-703).
func TestTemplateOnWhatsApp(t *testing.T) {
	app := newApp(t)
	a := newAccount(t, app)
	made := addTemplate(t, a, reminder)
	picker := addTemplate(t, a, `{"language":"en","types":{"twilio/list-picker":{"body":"Which?",
		"button":"Show","items":[{"id":"1","item":"One"}]}}}`)
	set := func(status content.Status) func(*testing.T) {
		return func(t *testing.T) {
			if _, err := a.Content.SetStatus(made.SID, status, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	window := func(*testing.T) {
		a.openWindow(address.WhatsApp+customer, address.WhatsApp+shop, a.Clock.Now())
	}
	remove := func(t *testing.T) {
		if err := a.Content.Delete(made.SID); err != nil {
			t.Fatal(err)
		}
	}
	strict := func(t *testing.T) {
		if err := a.SetQuirk("unapproved-template", "63040"); err != nil {
			t.Fatal(err)
		}
	}
	service := newService(t, a, nil, shop)
	for _, tt := range []struct {
		name   string
		before func(*testing.T)
		draft  Draft
		after  func(*testing.T) // between create and send
		want   string
	}{
		{"never submitted", nil, ofTemplate(made, ""), nil, "failed 63016 template unsubmitted"},
		{"never submitted, the other code", strict, ofTemplate(made, ""), nil,
			"failed 63040 template unsubmitted"},
		{"approved", set(content.Approved), ofTemplate(made, `{"1":"Ana"}`), nil, "delivered 0 "},
		{"too many variables", nil, ofTemplate(made, `{"9":"x"}`), nil, "failed 63028 template"},
		{"too long", nil, ofTemplate(made, `{"1":"`+strings.Repeat("x", 1024)+`"}`), nil,
			"failed 63021 template"},
		{"paused between create and send", nil, ofTemplate(made, ""), set(content.Paused),
			"failed 63041 template paused"},
		{"rejected", set(content.Rejected), ofTemplate(made, ""), nil,
			"failed 63040 template rejected"},
		{"disabled", set(content.Disabled), ofTemplate(made, ""), nil,
			"failed 63042 template disabled"},
		{"a list first", nil, ofTemplate(picker, ""), nil, "failed 63016 template unsubmitted"},
		{"disabled, in the window", window, ofTemplate(made, ""), nil, "delivered 0 "},
		{"a list in the window", nil, ofTemplate(picker, ""), nil, "delivered 0 "},
		{"deleted between create and send", nil, ofTemplate(made, ""), remove, "failed 63027 template"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.before != nil {
				tt.before(t)
			}
			d := onWhatsApp(tt.draft)
			d.StatusCallback = app.URL + "/status"
			if tt.after != nil {
				d.From, d.MessagingServiceSID = "", service
			}
			m := send(t, a, d)
			if tt.after != nil {
				tt.after(t)
			}
			advance(t, a, time.Minute)
			f := m.Snapshot()
			if got := fmt.Sprintf("%s %d %s", f.Status, f.ErrorCode, f.By); got != tt.want {
				t.Errorf("ended with %s, want %s", got, tt.want)
			}
		})
	}
	structured := 0
	for _, body := range app.bodies("/status") {
		if strings.Contains(body, "StructuredMessage=true") {
			structured++
		}
	}
	if structured != 3 { // the callback sent of the three that were delivered
		t.Errorf("%d callbacks have StructuredMessage=true", structured)
	}
	list := send(t, a, Draft{To: customer, From: shop, ContentSID: picker.SID})
	advance(t, a, time.Minute)
	if f := list.Snapshot(); f.ErrorCode != 63021 { // F-845
		t.Errorf("a list by SMS ended %s %d", f.Status, f.ErrorCode)
	}
}

// TestTap: a tap on a quick reply (F-704) and a choice from a list (F-705).
func TestTap(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", "<Response/>")
	a := newAccount(t, app)
	const user, sender = address.WhatsApp + customer, address.WhatsApp + shop
	a.openWindow(user, sender, a.Clock.Now())
	picker := addTemplate(t, a, `{"language":"en","types":{"twilio/list-picker":{"body":"Which?",
		"button":"Show","items":[{"id":"one","item":"First"}]}}}`)
	link := addTemplate(t, a, `{"language":"en","types":{"twilio/card":{"title":"x","actions":[
		{"type":"URL","title":"Open","url":"https://x"}]}}}`)
	if _, err := a.Content.SetStatus(link.SID, content.Approved, ""); err != nil {
		t.Fatal(err)
	}
	quick := send(t, a, onWhatsApp(ofTemplate(addTemplate(t, a, reminder), ""))).ID()
	_, err := a.TapText(Tap{MessageSID: quick, Button: "Yes"})
	want := quick + " is queued: it has not arrived on the phone"
	if err == nil || err.Error() != want {
		t.Errorf("before it arrives: %v", err)
	}
	list := send(t, a, onWhatsApp(ofTemplate(picker, ""))).ID()
	card := send(t, a, onWhatsApp(ofTemplate(link, ""))).ID()
	plain := send(t, a, onWhatsApp(draft(nil))).ID()
	advance(t, a, time.Minute)
	const original = "&OriginalRepliedMessageSid=SID&" +
		"OriginalRepliedMessageSender=whatsapp%3A%2B12025550100"
	for _, tt := range []struct{ name, quirk, sid, button, want string }{
		{"by title", "", quick, "Yes", "button: Body=Yes ButtonText=Yes ButtonPayload=yes"},
		{"by ID", "button-type=interactive", quick, "yes",
			"interactive: Body=Yes ButtonText=Yes ButtonPayload=yes"},
		{"by place", "button-type=text", quick, "2", "text: Body=No ButtonText=No ButtonPayload=No"},
		{"list", "", list, "First", "interactive: Body=First ListId=one ListTitle=First"},
		{"list as a button", "list-reply=button", list, "1",
			"text: Body=First ButtonText=First ButtonPayload=one"},
		{"unknown", "", quick, "Yess", quick + `: there is no button "Yess"; did you mean "Yes"?`},
		{"nothing like it", "", quick, "9", quick + `: there is no button "9", only "Yes" "No"`},
		{"a link", "", card, "Open",
			card + `: the button "Open" is a URL, which sends nothing to the app`},
		{"no buttons", "", plain, "Yes", plain + " has no buttons; only a template on a " +
			"channel has them, such as twilio/quick-reply on WhatsApp"},
		{"no message", "", "SM1", "Yes", `there is no message "SM1"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, value, ok := strings.Cut(tt.quirk, "="); ok {
				if err := a.SetQuirk(name, value); err != nil {
					t.Fatal(err)
				}
			}
			text, err := a.TapText(Tap{MessageSID: tt.sid, Button: tt.button})
			got := fmt.Sprint(err)
			if err == nil {
				receipt, err := a.Receive(t.Context(), text)
				if err != nil {
					t.Fatal(err)
				}
				body := receipt.Webhooks[0].Body
				got = param(t, body, "MessageType") + ":"
				for _, name := range []string{"Body", "ButtonText", "ButtonPayload", "ListId", "ListTitle"} {
					if value := param(t, body, name); value != "" {
						got += " " + name + "=" + value
					}
				}
				if !strings.Contains(body, strings.Replace(original, "SID", tt.sid, 1)) { // F-024
					t.Errorf("it does not name the original message: %s", body)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
