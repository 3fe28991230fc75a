package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAccount adds a bin, whose document is checked while it is typed, lets a number use it, and
// makes a key, whose secret is shown once.
func TestAccount(t *testing.T) {
	p := open(t)
	p.visit("/console/account/bins")
	p.run(chromedp.SendKeys("#nb-n", "hello"),
		chromedp.SendKeys("#nb-b", "<Response><Message>Hello</Response>"))
	p.await(`document.querySelector('.check .st.bad')?.innerText === '12100'`)
	p.clear("#nb-b")
	p.run(chromedp.SendKeys("#nb-b", "<Response><Message>Hello {{From}}</Message></Response>"))
	p.await(`document.querySelector('.check .st.ok')?.innerText === 'reads well: 1 verb'`)
	p.run(chromedp.Click("//button[text()='Add a bin']"))
	p.await(`document.querySelector('.bin h3')?.innerText.startsWith('hello ')`)
	// a bin that is there is checked when somebody looks at it
	p.visit("/console/account/bins")
	p.run(chromedp.Focus(".bin textarea"))
	p.await(`document.querySelector('.check .st.ok')?.innerText === 'reads well: 1 verb'`)
	p.visit("/console/account/numbers")
	p.clear("form.code [name=sms_url]")
	p.run(chromedp.SendKeys("form.code [name=sms_url]", "hello"),
		chromedp.Click("form.code .set button:not(.flat)"))
	p.await(`document.querySelector('#say').innerText === '` + shop + ` is saved'`)
	if receipt := p.text(ana, "hi"); len(receipt.Replies) != 1 ||
		receipt.Replies[0].Body != "Hello "+ana {
		t.Errorf("the bin did not answer: %+v", receipt)
	}
	p.visit("/console/account/keys")
	p.run(chromedp.SendKeys(".p-det [name=friendly_name]", "ci"),
		chromedp.Click("//button[text()='Make a key']"))
	p.await(`/^SK[0-9a-f]{32}: \w+$/.test(document.querySelector('#secret').innerText)`)
	p.visit("/console/account/keys")
	p.await(`document.querySelector('#secret').innerText === 'make a key to see it'`)
	p.fill("tbody [name=friendly_name]", "their ci")
	p.run(chromedp.Click("//button[contains(., 'Rename')]"))
	p.await(`document.querySelector('#say').innerText === 'The key is called their ci'`)
	if keys, err := p.client.Keys(t.Context()); err != nil || keys.Keys[0].FriendlyName != "their ci" {
		t.Errorf("the keys: %+v, %v", keys, err)
	}
}

// TestServices adds a Messaging Service, gives it a sender and takes it away, and opts a recipient
// out and in.
func TestServices(t *testing.T) {
	p := open(t)
	p.visit("/console/account/services")
	p.run(chromedp.Click("[data-open='#add-service']"), chromedp.SendKeys("#as-n", "shop"),
		chromedp.SendKeys("#as-s", "+12025550999"), chromedp.Click("#add-service button.go"))
	p.await(`document.querySelector('#add-service .err').innerText.includes('+12025550999')`)
	p.clear("#as-s")
	p.run(chromedp.Click("#add-service button.go"))
	p.await(`!document.querySelector('#add-service').open && ` +
		`document.querySelector('[name=add_senders]')`)
	p.run(chromedp.SendKeys(".p-det .cards [name=add_senders]", shop),
		chromedp.Click("//button[contains(., 'a sender to shop')]"))
	p.await(`document.querySelector('.senders .id')?.innerText === '` + shop + `'`)
	p.clear("[id^=sc-]")
	p.run(chromedp.SendKeys("[id^=sc-]", "http://localhost:3000/status"),
		chromedp.Click("//button[contains(., 'Save shop')]"))
	p.await(`document.querySelector('#say').innerText === 'shop is saved'`)
	services, err := p.client.Services(t.Context())
	if err != nil || len(services.Services) != 1 ||
		services.Services[0].StatusCallback != "http://localhost:3000/status" ||
		len(services.Services[0].Senders) != 1 {
		t.Errorf("the services: %+v, %v", services, err)
	}
	p.run(chromedp.Click(".senders button"))
	p.await(`!document.querySelector('.senders')`)
	p.axe(loadAxe(t), "services")
	p.visit("/console/account/optouts")
	p.run(chromedp.SendKeys("[name=recipient]", ana), chromedp.SendKeys("[name=sender]", shop),
		chromedp.Click("//button[text()='Opt out']"))
	p.await(`document.querySelector('.p-det table')?.innerText.includes('` + ana + `')`)
	p.run(chromedp.Click("//button[contains(., 'Opt in')]"))
	p.await(`!document.querySelector('.p-det table')`)
}
