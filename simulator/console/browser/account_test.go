package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAccount adds a bin, whose document is checked while it is typed, lets a number use it, and
// makes a key, whose secret is shown once.
func TestAccount(t *testing.T) {
	p := open(t)
	p.visit("/console/account")
	p.run(chromedp.SendKeys("#nb-n", "hello"),
		chromedp.SendKeys("#nb-b", "<Response><Message>Hello</Response>"))
	p.await(`document.querySelector('.check .st.bad')?.innerText === '12100'`)
	p.clear("#nb-b")
	p.run(chromedp.SendKeys("#nb-b", "<Response><Message>Hello {{From}}</Message></Response>"))
	p.await(`document.querySelector('.check .st.ok')?.innerText === 'reads well: 1 verb'`)
	p.run(chromedp.Click("//button[text()='Add a bin']"))
	p.await(`document.querySelector('.bin h3')?.innerText.startsWith('hello ')`)
	p.clear("form.code [name=sms_url]")
	p.run(chromedp.SendKeys("form.code [name=sms_url]", "hello"),
		chromedp.Click("form.code .set button:not(.flat)"))
	p.await(`document.querySelector('#say').innerText === '` + shop + ` is saved'`)
	if receipt := p.text(ana, "hi"); len(receipt.Replies) != 1 ||
		receipt.Replies[0].Body != "Hello "+ana {
		t.Errorf("the bin did not answer: %+v", receipt)
	}
	p.run(chromedp.SendKeys("[name=friendly_name]", "ci"),
		chromedp.Click("//button[text()='Make a key']"))
	p.await(`/^SK[0-9a-f]{32}: \w+$/.test(document.querySelector('#secret').innerText)`)
	p.visit("/console/account")
	p.await(`document.querySelector('#secret').innerText === 'make a key to see it'`)
}
