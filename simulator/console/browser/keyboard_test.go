package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab until the focus is at an element whose text begins so. A person does not want
// to press it more than most times.
func (p *page) tabTo(text string, most int) {
	p.t.Helper()
	var passed []string
	for range most {
		p.run(chromedp.KeyEvent(kb.Tab))
		at := strings.Join(strings.Fields(eval[string](p, focus)), " ")
		if strings.HasPrefix(at, text) {
			return
		}
		passed = append(passed, at)
	}
	p.t.Fatalf("%d times Tab do not lead to %q, but to %q", most, text, passed)
}

// TestKeyboardScenario saves a conversation as a scenario, runs it and steps through it, without a
// pointer.
func TestKeyboardScenario(t *testing.T) {
	p := open(t)
	p.text(ana, "Where is my order?")
	p.advance(5 * time.Second)
	p.visit("/console")
	p.keys("gm")
	p.await(`document.querySelector('h1').innerText === 'Messages' && ` +
		`document.activeElement.matches('h1')`)
	p.keys("j")
	p.keys(kb.Enter)
	p.await(`location.pathname.startsWith('/console/messages/') && ` +
		`document.activeElement.id === 'd-h'`)
	p.tabTo("Save this conversation", 20)
	p.keys(kb.Enter)
	p.await(`document.querySelector('#save-text').innerText.includes('Where is my order?')`)
	p.tabTo("INPUT", 1) // with the answers of the app
	p.run(chromedp.KeyEvent(" "))
	p.await(`document.querySelector('#save [name=answers]').checked`)
	p.tabTo("save-name", 3)
	p.keys("order")
	p.keys(kb.Enter)
	p.await(`location.pathname === '/console/runs' && ` +
		`document.querySelector('#count').innerText === '1 scenario'`)
	p.await(`document.activeElement.id === 'd-h'`)
	// the page Runs is reached by keys as well, and the scenario by Tab from its heading
	p.keys("gs")
	p.await(`document.activeElement.matches('h1') && document.activeElement.innerText === 'Runs'`)
	p.tabTo("Run order", 8)
	p.keys(kb.Enter)
	p.await(`document.querySelector('#run-state')?.innerText === 'ok' && ` +
		`document.activeElement.id === 'd-h'`)
	// j and k go through the runs and the lines, and a line marks what happened in it
	p.keys("j")
	for range 8 {
		if strings.HasPrefix(eval[string](p, `document.activeElement.innerText`), "sms") {
			break
		}
		p.keys("j")
	}
	p.await(`document.querySelector('#src [aria-current]')?.innerText.startsWith('sms')`)
	p.await(`document.querySelectorAll('.ev.hot').length > 0`)
	p.keys("k")
	p.await(`document.activeElement.matches('#src a') && ` +
		`!document.activeElement.innerText.startsWith('sms')`)
	p.keys(kb.Escape)
	p.await(`document.activeElement.innerText === 'run-1'`)
}

// TestKeyboardRule writes a text, adds a rule and previews it, without a pointer.
func TestKeyboardRule(t *testing.T) {
	p := open(t)
	p.text(ana, "hi")
	p.visit("/console")
	p.keys("n")
	p.keys("Hello")
	p.keys(kb.Enter)
	p.await(`document.querySelectorAll('.msg').length === 4 && document.activeElement.id === 'text'`)
	p.keys(kb.Escape)
	p.keys("gc")
	p.await(`document.querySelector('h1').innerText === 'Carrier' && ` +
		`document.activeElement.matches('h1')`)
	p.tabTo("add", 5)
	p.keys(kb.Enter)
	p.await(`document.activeElement.id === 'f-to'`)
	p.keys(ana)
	p.tabTo("f-then", 4)
	p.keys("unreachable")
	p.await(`document.querySelector('#preview').innerText.includes('undelivered 30003')`)
	p.keys(kb.Enter)
	p.await(`location.search === '?rule=r1' && document.activeElement.id === 'd-h'`)
	p.keys("gp")
	p.await(`document.querySelector('h1').innerText === 'Phones'`)
	p.await(`[...document.querySelectorAll('#nx-h + ul li')].some(l => ` +
		`l.innerText.includes('unreachable'))`)
}

// TestKeysOff: single keys can be switched off, and stay off.
func TestKeysOff(t *testing.T) {
	p := open(t)
	p.visit("/console")
	p.keys("?")
	p.await(`document.querySelector('#keys').open`)
	p.click("#single")
	p.keys(kb.Escape)
	p.visit("/console")
	p.keys("gm?")
	if path := eval[string](p, "location.pathname"); path != "/console" ||
		eval[bool](p, `document.querySelector('#keys').open`) {
		t.Errorf("a key works that is off: %s", path)
	}
	eval[bool](p, `localStorage.removeItem('twilsim.keys') ?? true`)
}
