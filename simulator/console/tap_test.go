package console_test

import (
	"strings"
	"testing"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/messaging"
)

// TestThreadHasButtons: a message of a template on WhatsApp has buttons in the thread, which can be
// tapped once it has arrived; a link has none. The account's page lists the template.
func TestThreadHasButtons(t *testing.T) {
	w := newWorld(t)
	made, err := w.client.AddTemplate(t.Context(), control.NewTemplate{Language: "en",
		FriendlyName: "<b>noon", Types: []byte(`{"twilio/card":{"title":"At noon?","actions":[
			{"type":"QUICK_REPLY","title":"<i>Yes","id":"yes"},
			{"type":"URL","title":"Map","url":"https://x.example"}]}}`)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.client.Review(t.Context(), made.SID,
		control.Review{Status: "approved"}); err != nil {
		t.Fatal(err)
	}
	a := w.sim.Account()
	if _, err := w.client.Text(t.Context(), control.Text{From: "whatsapp:" + ana,
		To: "whatsapp:" + shop, Body: "hi"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), messaging.Draft{To: "whatsapp:" + ana, From: "whatsapp:" + shop,
		ContentSID: made.SID}); err != nil {
		t.Fatal(err)
	}
	const thread = "/console?phone=whatsapp%3A%2B12025550142"
	button := `data-body="{&#34;button&#34;:&#34;1&#34;}"`
	if page := w.get(thread).Body.String(); strings.Contains(page, button) {
		t.Errorf("a message that has not arrived can be tapped: %s", page)
	}
	w.advance(5 * time.Second)
	page := w.get(thread).Body.String()
	if strings.Count(page, button) != 1 || !strings.Contains(page, "&lt;i&gt;Yes</button>") ||
		!strings.Contains(page, ">Map</span>") {
		t.Errorf("the thread has no buttons: %s", page)
	}
	account := w.get("/console/account/templates").Body.String()
	if !strings.Contains(account, made.SID) || !strings.Contains(account, "&lt;b&gt;noon") ||
		!strings.Contains(account, "approved") {
		t.Errorf("the account's page does not list the template: %s", account)
	}
}
