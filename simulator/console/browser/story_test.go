package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is the element that has the focus: its ID or else its text.
const focus = `(document.activeElement.id || document.activeElement.innerText || ` +
	`document.activeElement.tagName).trim()`

// keys types keys, wherever the focus is. A key whose default is prevented types nothing, which is
// not so for the events of chromedp.KeyEvent.
func (p *page) keys(keys string) {
	p.t.Helper()
	for _, key := range keys {
		if string(key) == kb.Enter {
			p.run(input.DispatchKeyEvent(input.KeyDown).WithKey("Enter").WithCode("Enter").
				WithWindowsVirtualKeyCode(13).WithText("\r"),
				input.DispatchKeyEvent(input.KeyUp).WithKey("Enter").WithCode("Enter").
					WithWindowsVirtualKeyCode(13))
			continue
		}
		if key < ' ' || key > '~' {
			p.run(chromedp.KeyEvent(string(key)))
			continue
		}
		p.run(input.DispatchKeyEvent(input.KeyDown).WithKey(string(key)).WithText(string(key)),
			input.DispatchKeyEvent(input.KeyUp).WithKey(string(key)))
	}
}

// clear empties a field.
func (p *page) clear(selector string) {
	p.t.Helper()
	p.run(chromedp.Evaluate("document.querySelector('"+selector+"').value = ''", nil))
}

// TestTutorial is the whole story in a browser: a text from the phone, the reply, a handset that is
// off, the failure and its callback.
func TestTutorial(t *testing.T) {
	p := open(t)
	p.visit("/console")
	// a handset
	p.run(chromedp.Click("main [data-open='#add-hs'].go"), chromedp.SetValue("#ah-m", "Ana"),
		chromedp.Click("#add-hs button.go"))
	p.await(`document.querySelector('#th-h')?.innerText.includes('Ana')`)
	p.await(`location.search.includes('phone=')`) // the handset's own page is there
	// it texts, and sees the reply
	p.run(chromedp.SendKeys("#text", "Where is my order?"))
	p.await(`document.querySelector('#segs').innerText === '18/160 GSM-7'`)
	p.run(chromedp.Focus("#text"))
	p.keys(kb.Enter)
	p.await(`[...document.querySelectorAll('.bub')].some(b => b.innerText === 'You said: Where is ` +
		`my order?')`)
	p.await(`document.querySelector('#text').value === ''`)
	p.run(chromedp.Navigate(p.url + "/console/carrier"))
	p.run(chromedp.Click("[data-api='POST /clock/run']"))
	p.await(`document.querySelector('#next-event') === null`)
	p.run(chromedp.Click(".views a[href='/console']"))
	p.await(`[...document.querySelectorAll('.msg .st')].some(s => s.innerText === 'delivered')`)
	// the handset is off
	p.run(chromedp.Click("#handset [value=off]"))
	p.await(`[...document.querySelectorAll('.hs .st')].some(s => s.innerText === 'off')`)
	p.run(chromedp.SendKeys("#text", "Are you there?"))
	p.keys(kb.Enter)
	p.await(`document.querySelectorAll('.msg').length === 4`)
	for _, status := range []string{"sent", "undelivered 30003"} {
		p.run(chromedp.Click("#now button"))
		p.await("document.querySelector('.msg:last-child .st')?.innerText === '" + status + "'")
	}
	// its callback failed, and is replayed
	p.run(chromedp.Click(".msg.lost .bub"))
	p.await(`document.querySelector('#tl .call.bad a')`)
	p.run(chromedp.Click("#tl .call.bad a"))
	p.await(`document.querySelector('h1').innerText === 'Webhooks' && ` +
		`document.querySelector('.p-det .note.bad')`)
	p.run(chromedp.Click("#replay"))
	p.await(`[...document.querySelectorAll('#list .tag')].some(t => ` +
		`t.innerText.startsWith('replay of'))`)
	found, err := p.client.Webhooks(t.Context(), []string{"MessageStatus=undelivered"}, 0)
	if err != nil || len(found.Webhooks) != 2 || found.Webhooks[0].ReplayOf == "" {
		t.Errorf("the webhooks: %+v, %v", found, err)
	}
	// the conversation is saved as a scenario, which runs without the app and passes
	p.visit("/console/messages/" + found.Webhooks[0].SID)
	p.run(chromedp.Click("#scenario summary"), chromedp.Click("#scenario [name=answers]"))
	p.await(`document.querySelector('#save-text').innerText.includes('Are you there?')`)
	p.await(`document.querySelector('#scenario a').href.endsWith('answers=true')`)
	p.run(chromedp.SendKeys("#save-name", "phone-off"), chromedp.Click("#save button.go"))
	p.await(`location.pathname === '/console/runs' && document.querySelector('#count').innerText ` +
		`=== '1 scenario'`)
	p.run(chromedp.Click("//button[contains(., 'Run phone-off')]"))
	p.await(`document.querySelector('#run-state')?.innerText === 'ok'`)
	p.await(`[...document.querySelectorAll('.ev')].some(e => e.innerText.includes('undelivered'))`)
	text, err := os.ReadFile(filepath.Join(p.folder, "phone-off.txtar"))
	if err != nil || !strings.Contains(string(text), "undelivered") {
		t.Errorf("the scenario: %s, %v", text, err)
	}
	// it is not replaced unasked
	p.visit("/console/messages/" + found.Webhooks[0].SID)
	p.run(chromedp.Click("#scenario summary"), chromedp.SendKeys("#save-name", "phone-off"),
		chromedp.Click("#save button.go"))
	p.await(`document.querySelector('#save .err').innerText.includes('exists already')`)
	p.run(chromedp.Click("#save [name=replace]"), chromedp.Click("#save button.go"))
	p.await(`location.pathname === '/console/runs'`)
}

// TestSaveSpan saves a span of time, with two handsets, and runs it.
func TestSaveSpan(t *testing.T) {
	p := open(t)
	p.text(ana, "before")
	p.advance(time.Minute)
	first := p.text(ana, "one")
	p.text(ben, "two")
	p.advance(time.Minute)
	p.visit("/console/messages/" + first.Message.SID)
	p.run(chromedp.Click("//button[text()='Span from here']"))
	p.await(`document.querySelector('#span-text').innerText.includes('two')`)
	if text := eval[string](p,
		`document.querySelector('#span-text').innerText`); strings.Contains(text, "before") ||
		!strings.Contains(text, "one") {
		t.Errorf("the span: %s", text)
	}
	p.run(chromedp.Click("#span [name=answers]"), chromedp.SendKeys("#span-name", "both"),
		chromedp.Click("#span button.go"))
	p.await(`location.pathname === '/console/runs'`)
	p.run(chromedp.Click("//button[contains(., 'Run both')]"))
	p.await(`document.querySelector('#run-state')?.innerText === 'ok'`)
	// an empty span says so
	p.visit("/console/messages")
	p.run(chromedp.Click("//button[text()='Save a span']"),
		chromedp.SetValue("#span-since", "2030-01-01T00:00"),
		chromedp.Evaluate(`document.querySelector('#span-since').dispatchEvent(new Event('change', { `+
			`bubbles: true }))`, nil))
	p.await(`document.querySelector('#span .err').innerText.includes('no message began')`)
}

// TestKeyboard goes a way without a pointer, and wants the focus where a person would look for it.
func TestKeyboard(t *testing.T) {
	p := open(t)
	p.story()
	p.visit("/console")
	want := func(step, want string) {
		t.Helper()
		p.await(`document.readyState === 'complete'`)
		if got := eval[string](p, focus); !strings.HasPrefix(got, want) {
			t.Errorf("%s: the focus is at %q, want %q", step, got, want)
		}
	}
	p.keys("n")
	want("n", "text")
	p.keys(kb.Escape)
	p.keys("gw")
	p.await(`document.querySelector('h1').innerText === 'Webhooks'`)
	p.await(`document.activeElement.matches('h1')`)
	p.keys("j")
	want("j", "W16")
	p.keys("jj")
	want("jj", "W14")
	p.keys("k")
	want("k", "W15")
	p.keys(kb.Enter)
	p.await(`location.pathname === '/console/webhooks/W15' && document.activeElement.id === 'd-h'`)
	p.keys(kb.Escape)
	want("Escape", "W15")
	// two are compared
	p.keys("x")
	p.keys("jjjjj")
	want("jjjjj", "W10")
	p.keys("x")
	p.keys("d")
	p.await(`new URL(location).searchParams.get('compare') === 'W10'`)
	p.await(`document.activeElement.id === 'h-dif'`)
	// the search
	p.keys("/")
	want("/", "q")
	p.run(chromedp.SendKeys("#q", "http:500"))
	p.await(`document.querySelector('#count').innerText === '1 webhook'`)
	if got := eval[string](p, "new URL(location).searchParams.get('q')"); got != "http:500" {
		t.Errorf("the search is not in the URL: %q", got)
	}
	p.keys(kb.Escape)
	p.keys("p")
	p.await(`document.querySelector('#live').innerText === 'paused'`)
	p.text(ben, "START")
	p.await(`/paused, \d+ new/.test(document.querySelector('#live').innerText)`)
	p.keys("p")
	p.await(`document.querySelector('#live').innerText === 'live'`)
	p.keys("?")
	p.await(`document.querySelector('#keys').open`)
	p.keys(kb.Escape)
	// a rule goes up
	p.keys("gc")
	p.await(`document.querySelector('h1').innerText === 'Carrier'`)
	p.keys("jj")
	want("jj in the rules", "r2")
	p.run(chromedp.KeyEvent(kb.ArrowUp, chromedp.KeyModifiers(1)))
	p.await(`document.querySelector('#list .hit').innerText === 'r2'`)
	want("Alt-Up", "r2")
	// back and forward
	p.run(chromedp.Evaluate("history.back()", nil))
	p.await(`document.querySelector('h1').innerText === 'Webhooks' && ` +
		`document.querySelector('#q').value === 'http:500'`)
	p.run(chromedp.Evaluate("history.forward()", nil))
	p.await(`document.querySelector('h1').innerText === 'Carrier'`)
}

// TestRuleForm: a rule is previewed while it is typed, saved, and refused with a reason.
func TestRuleForm(t *testing.T) {
	p := open(t)
	p.visit("/console/carrier?new=message")
	p.run(chromedp.SendKeys("#f-to", ana), chromedp.SendKeys("#f-then", "sent,delivrd"))
	p.await(`document.querySelector('#preview .bad')?.innerText.includes('cannot be read')`)
	p.run(chromedp.Click("#rule button.go"))
	p.await(`document.querySelector('#rule .err').innerText.includes('unknown status "delivrd"')`)
	p.clear("#f-then")
	p.run(chromedp.SendKeys("#f-then", "sent@1s,undelivered:30003@3s"))
	p.await(`document.querySelector('#preview').innerText.includes('undelivered 30003')`)
	if got, want := eval[string](p, `document.querySelector('#r-cli').innerText`),
		"twilsim rule add to=+12025550142 then=sent@1s,undelivered:30003@3s"; got != want {
		t.Errorf("the command is %q, want %q", got, want)
	}
	p.run(chromedp.SendKeys("#f-times", "2"), chromedp.Click("#rule button.go"))
	p.await(`document.querySelector('#list .hit')?.innerText === 'r1' && location.search === ` +
		`'?rule=r1'`)
	rules, err := p.client.Rules(t.Context())
	if err != nil || len(rules.Rules) != 1 || rules.Rules[0].Times != 2 {
		t.Errorf("the rules: %+v, %v", rules, err)
	}
}
