package browser

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"twilsim/simulator/control"
	"twilsim/simulator/messaging"
)

// TestTap taps a button of a template in the thread of a handset.
func TestTap(t *testing.T) {
	p := open(t)
	made, err := p.client.AddTemplate(t.Context(), control.NewTemplate{Language: "en",
		Types: []byte(`{"twilio/quick-reply":{"body":"At noon?","actions":[
			{"title":"Yes","id":"noon"},{"title":"No"}]}}`)})
	if err != nil {
		t.Fatal(err)
	}
	const ana, sender = "whatsapp:+12025550142", "whatsapp:" + shop
	if _, err := p.client.Text(t.Context(),
		control.Text{From: ana, To: sender, Body: "When?"}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.sim.Account().Send(t.Context(),
		messaging.Draft{To: ana, From: sender, ContentSID: made.SID}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.client.Advance(t.Context(), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	p.visit("/console?phone=whatsapp%3A%2B12025550142")
	p.run(chromedp.Click("//button[text()='Yes']"))
	p.await(`[...document.querySelectorAll('.msg.me .bub')].some(b => b.innerText === 'Yes')`)
	found, err := p.client.Webhooks(t.Context(), []string{"ButtonPayload=noon"}, 0)
	if err != nil || len(found.Webhooks) != 1 {
		t.Errorf("webhooks about the tap: %+v, %v", found, err)
	}
}
