package browser

import (
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"twilsim/simulator/control"
	"twilsim/simulator/directory"
)

// TestPin: the newest message is shown and followed, until somebody uses what is shown.
func TestPin(t *testing.T) {
	p := open(t)
	p.text(ana, "one")
	p.visit("/console")
	p.await(`document.querySelector('#message .big').innerText === 'You said: one'`)
	p.text(ana, "two")
	p.await(`document.querySelector('#message .big').innerText === 'You said: two'`)
	p.run(chromedp.Click("#scenario summary"), chromedp.SendKeys("#save-name", "mine"))
	p.text(ana, "three")
	p.await(`document.querySelectorAll('.msg').length === 6`)
	if got := eval[string](p, `document.querySelector('#message .big').innerText + ' ' + `+
		`document.querySelector('#save-name').value + ' ' + `+
		`document.querySelector('#scenario').open`); got != "You said: two mine true" {
		t.Errorf("the message that was used has given way: %s", got)
	}
	p.visit("/console/messages")
	p.run(chromedp.Focus(".p-det .cli button"))
	p.await(`location.pathname.startsWith('/console/messages/SM')`)
	p.text(ana, "four")
	p.await(`document.querySelector('#count').innerText === '8 messages'`)
	p.await(`document.querySelector('.p-det .big').innerText === 'You said: three'`)
}

// TestAlarm: an error is read out when it is new, the errors of the next seconds as one.
func TestAlarm(t *testing.T) {
	p := open(t)
	p.text(ana, "fail")
	p.visit("/console/messages")
	const said = `document.querySelector('#alarm').textContent`
	if got := eval[string](p, said); got != "" {
		t.Errorf("an old alert is read out: %s", got)
	}
	p.text(ana, "fail")
	p.await(said + ` === 'alert A2 11200 HTTP retrieval failure'`)
	p.text(ana, "fail")
	p.await(`document.body.dataset.alarm.startsWith('A3 ')`)
	p.text(ana, "fail")
	p.await(said + ` === '2 new alerts'`)
}

// TestUnreadIsRead: the texts to a handset are counted until its thread is opened.
func TestUnreadIsRead(t *testing.T) {
	p := open(t)
	p.text(ben, "hi")
	p.text(ana, "hi")
	p.visit("/console?phone=%2B12025550142")
	const unread = `document.querySelector('#handsets [data-key="+12025550143"] .cnt')?.innerText`
	p.await(unread + `?.startsWith('1')`)
	p.run(chromedp.Click(`#handsets [data-key="+12025550143"] a`))
	p.await(`location.search.includes('143') && ` + unread + ` === undefined`)
	p.run(chromedp.Click(`#handsets [data-key="+12025550142"] a`))
	p.await(`location.search.includes('142') && ` + unread + ` === undefined`)
	threads, err := p.client.Threads(t.Context())
	if err != nil || threads.Threads[0].Unread+threads.Threads[1].Unread != 0 {
		t.Errorf("the threads: %+v, %v", threads, err)
	}
}

// TestScrollComesBack: back and a reload show the rows that were there, with the same search and
// the same message.
func TestScrollComesBack(t *testing.T) {
	p := open(t)
	p.many(400)
	p.visit("/console/messages?q=to:%2B1303*")
	const top = `Math.round(document.querySelector('#scroll').scrollTop)`
	const there = `[...document.querySelectorAll('#list .w')].some(c => ` +
		`c.innerText === 'number 195' && c.getBoundingClientRect().top < innerHeight && ` +
		`c.getBoundingClientRect().bottom > 100)`
	p.run(chromedp.Evaluate(`document.querySelector('#scroll').scrollTop = 6000; 0`, nil))
	p.await(there)
	p.run(chromedp.Evaluate(`[...document.querySelectorAll('#list tr')].find(r => `+
		`r.innerText.includes('number 195')).querySelector('a').click()`, nil))
	p.await(`location.pathname !== '/console/messages' && ` +
		`document.querySelector('.p-det .big').innerText === 'number 195'`)
	if got := eval[int](p, top); got < 5990 || got > 6010 {
		t.Errorf("opening a message scrolls to %d", got)
	}
	p.run(chromedp.Click(".views a[href$='/webhooks']"))
	p.await(`document.querySelector('h1').innerText === 'Webhooks'`)
	p.run(chromedp.Evaluate("history.back()", nil))
	p.await(`document.querySelector('h1').innerText === 'Messages' && ` + there)
	p.run(chromedp.Reload(), chromedp.WaitReady("html[data-ready]"))
	p.await(`document.querySelector('#q').value === 'to:+1303*' && ` + there)
	p.await(`document.querySelector('.p-det .big').innerText === 'number 195'`)
}

// TestClosedAccount: the page of an account that is closed meanwhile says so; that of one which a
// new server does not have becomes an error that leads back.
func TestClosedAccount(t *testing.T) {
	p := open(t)
	made, err := p.client.CreateAccount(t.Context(), "west")
	if err != nil {
		t.Fatal(err)
	}
	p.visit("/console/accounts/" + made.SID + "/messages")
	west := &control.Client{URL: p.url, Account: made.SID}
	closed := directory.Closed
	if _, err := west.SetAccount(t.Context(), control.AccountSettings{Status: &closed}); err != nil {
		t.Fatal(err)
	}
	p.await(`document.querySelector('#closed')?.innerText.includes('is closed')`)
	p.refused, p.offline = true, true // by a server that does not have it
	address := p.server.Listener.Addr().String()
	p.server.CloseClientConnections()
	p.server.Close()
	again, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(newSimulator(t))
	server.Listener.Close()
	server.Listener = again
	server.Start()
	defer func() { server.CloseClientConnections(); server.Close() }()
	p.run(chromedp.WaitVisible("[data-gone] .note.bad")) // which a navigation does not end
	if text := eval[string](p, "document.body.innerText"); !strings.Contains(text,
		"there is no account") {
		t.Errorf("the page says %s", text)
	}
	p.run(chromedp.Click("a[href='/console']"), chromedp.WaitVisible("[data-page=phones]"))
}

// TestManyHandsets finds one of many handsets while its name is typed.
func TestManyHandsets(t *testing.T) {
	p := open(t)
	for i := range 5000 {
		_, err := p.sim.Account().NameHandset(fmt.Sprintf("+1303555%04d", i), fmt.Sprintf("Nr %d.", i))
		if err != nil {
			t.Fatal(err)
		}
	}
	p.visit("/console")
	p.run(chromedp.SendKeys(".hs-find input", "nr 4321."))
	p.await(`document.querySelectorAll('#handsets li').length === 1 && ` +
		`new URL(location).searchParams.get('h') === 'nr 4321.'`)
	p.run(chromedp.Click("#handsets a"))
	p.await(`document.querySelector('#th-h').innerText.startsWith('Nr 4321.')`)
	p.text("+13035550007", "hi") // another thread
	p.await(`document.querySelector('footer').innerText.includes('2 messages')`)
}

// TestDisableRule disables a rule in its form, and enables it again.
func TestDisableRule(t *testing.T) {
	p := open(t)
	p.rule("then=unreachable", "race")
	p.visit("/console/carrier")
	p.press("Disable")
	p.await(`document.querySelector('#list .tag')?.innerText === 'disabled'`)
	p.fill("#f-times", "2") // saving keeps the words without a field
	p.press("Save Ctrl Enter")
	p.await(`document.querySelector('#say').innerText === 'Rule r1 is saved'`)
	rules, err := p.client.Rules(t.Context())
	if err != nil || !rules.Rules[0].Disabled || !rules.Rules[0].Race || rules.Rules[0].Times != 2 {
		t.Errorf("the rules: %+v, %v", rules, err)
	}
	p.press("Enable")
	p.await(`!document.querySelector('#list tr:first-child').innerText.includes('disabled')`)
}
