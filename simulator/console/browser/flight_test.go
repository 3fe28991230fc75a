package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestFlight spoils the callbacks of a message in flight with the buttons of its timeline: one is
// dropped, one is late, so that another overtakes it, and one is sent twice.
func TestFlight(t *testing.T) {
	p := open(t)
	press := func(name, status string) {
		t.Helper()
		p.run(chromedp.Click("//span[contains(@class, 'spoil')]/button[contains(., '" + name +
			" the callback of " + status + "')]"))
		p.await(`document.querySelector('#say').innerText.includes('the callback of ` + status + `')`)
	}
	p.text(ana, "one")
	p.visit("/console?phone=%2B12025550142")
	press("Drop", "sent")
	p.advance(5 * time.Second)
	p.await(`[...document.querySelectorAll('#tl .call')].some(e => e.innerText.includes('sent') && ` +
		`e.innerText.includes('not sent') && e.innerText.includes('drop'))`)
	p.text(ana, "two")
	p.await(`document.querySelectorAll('.msg').length === 4`)
	p.run(chromedp.Click(".msg:last-child .bub"))
	p.await(`document.querySelectorAll('.spoil').length === 2`)
	press("Late", "sent")
	press("Twice", "delivered")
	p.advance(time.Minute)
	p.await(`[...document.querySelectorAll('#tl .call')].filter(e => ` +
		`e.innerText.includes('delivered')).length === 2`)
	tags := eval[string](p, `[...document.querySelectorAll('#tl .call .tag')].map(e => `+
		`e.innerText).join()`)
	for _, want := range []string{"late", "duplicate", "out of order"} {
		if !strings.Contains(tags, want) {
			t.Errorf("no callback is marked as %s: %s", want, tags)
		}
	}
}

// TestCopyCode copies a request as a program for each SDK, and downloads the archive of all.
func TestCopyCode(t *testing.T) {
	p := open(t)
	account := p.sim.Account()
	p.run(chromedp.Navigate(p.url + "/console/requests"))
	send(t, p.url, account.SID, account.Token, "To=%2B12025550142&From=%2B12025550100&Body=hi")
	p.visit("/console/requests")
	p.run(chromedp.Evaluate(`window.copied = []; document.addEventListener('copy', e => `+
		`window.copied.push(document.activeElement.value ?? '')); navigator.clipboard && `+
		`(navigator.clipboard.writeText = async t => { window.copied.push(t); })`, nil))
	for language, want := range map[string]string{"node": "client.messages.create({",
		"python": "from twilio.rest import Client",
		"go":     "api.CreateMessageParams{}"} {
		p.run(chromedp.Click("//button[text()='" + language + "']"))
		p.await("window.copied.some(t => t.includes(" + quoted(want) + "))")
	}
	har := eval[string](p, `fetch(document.querySelector('a[download="twilsim.har"]').href).then(r `+
		`=> r.text())`)
	if !strings.Contains(har, `"version": "1.2"`) && !strings.Contains(har, `"version":"1.2"`) {
		t.Errorf("the archive: %.200s", har)
	}
}
