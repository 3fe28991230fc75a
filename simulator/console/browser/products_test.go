package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/control"
)

// pixel is a picture of one point.
var pixel = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x7f\xff\xff\xff\xff,\x00\x00\x00\x00" +
	"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// products makes things of all products that are not messaging: a service, a bin, a key, a sink
// with an event, what Lookup says, codes of Verify, a template, an opt-out and files. Each has the
// text where it may have one.
func (p *page) products(text string) {
	p.t.Helper()
	ctx := p.t.Context()
	short := strings.ToValidUTF8(text[:min(len(text), 30)], "")
	onNumber := true // or else texts to the number would reach no app
	must := func(_ any, err error) {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
	}
	must(p.client.AddService(ctx, control.ServiceSettings{FriendlyName: &short,
		AddSenders: []string{shop}, UseInboundWebhookOnNumber: &onNumber}))
	must(p.client.SetBin(ctx, "hello", "<Response><Message>"+text+"</Message></Response>"))
	must(p.client.AddKey(ctx, short))
	must(p.client.AddSink(ctx, control.NewSink{Description: text,
		Destination: p.sim.ForwardTo + "/events"}))
	must(p.client.SetLookup(ctx, ana, map[string]string{"carrier": text, "type": "mobile"}))
	must(p.client.SetLookup(ctx, ben, map[string]string{"line-status": "inactive"}))
	must(p.client.AddTemplate(ctx, control.NewTemplate{FriendlyName: short, Language: "en",
		Types: []byte(`{"twilio/text":{"body":"At noon?"}}`)}))
	must(p.client.SetOptOut(ctx, "+12025550149", shop, true))
	must(p.client.Text(ctx, control.Text{From: ben, To: shop, Body: text, Media: []control.Media{
		{Name: "a.gif", Data: pixel}, {Name: "<b>.svg", Data: []byte("<svg onload='x()'/>")}}}))
	made := p.post("/v2/Services", "FriendlyName=Shop")
	verify := "/v2/Services/" + regexp.MustCompile(`VA\w{32}`).FindString(made) + "/Verifications"
	p.post(verify, "Channel=sms&To="+url.QueryEscape(ana))
	p.post(strings.TrimSuffix(verify, "s")+"Check", "Code=1&To="+url.QueryEscape(ana))
	p.post(verify, "Channel=sms&To="+url.QueryEscape(ben))
	p.advance(5 * time.Second)
}

// post makes the app post a form to Twilio's API, and returns the answer.
func (p *page) post(path, form string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "POST", p.url+path, strings.NewReader(form))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(p.sim.Account().SID, p.sim.Account().Token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// TestProducts shows what each product has: codes of Verify as they are sent, what Lookup says and
// how it is changed, sinks of Event Streams with their events, and files.
func TestProducts(t *testing.T) {
	p := open(t)
	p.visit("/console/account/verify")
	p.await(`document.querySelector('.p-det .big').innerText === 'No code was sent.'`)
	p.products("Shop")
	p.await(`document.querySelectorAll('.p-det tbody[data-live] tr').length === 2`)
	p.await(`document.querySelector('#vs-h + table tbody tr')?.innerText.startsWith('Shop')`)
	codes, err := p.client.Verifications(t.Context(), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.await(`document.querySelector('.p-det tbody code').innerText === ` +
		quoted(codes.Verifications[0].Code))
	p.fill(".p-det form [name=to]", "+12025550155")
	p.fill(".p-det form [name=code]", "424242")
	p.press("Add the rule")
	p.await(`document.querySelector('#say').innerText === 'Rule r1 fixes the code'`)

	p.visit("/console/account")
	p.follow("Lookup")
	p.await(`location.pathname === '/console/account/lookup' && document.activeElement.id === 'd-h'`)
	p.follow(ana)
	p.await(`document.querySelector('#lf-type').value === 'mobile' && ` +
		`document.activeElement.id === 'lf-h'`)
	p.fill("#lf-carrier", "")
	p.fill("#lf-mcc", "x")
	p.press("Save")
	p.await(`document.querySelector('.p-det .err').innerText.includes('digits')`)
	p.fill("#lf-mcc", "310")
	p.press("Save")
	p.await(`document.querySelector('.p-det tbody tr td').innerText === 'mcc 310 type mobile'`)

	p.follow("Event Streams")
	p.await(`document.querySelector('[data-part=sinks] tbody tr')`)
	p.click(`.types [value="com.twilio.messaging.message.sent"]`)
	p.press("Save Shop")
	sinks, err := p.client.Sinks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.await(fmt.Sprintf(`document.querySelector('#say').innerText === 'The sink gets %d types of '+`+
		`'events'`, len(sinks.Types)-1))
	p.press("Test Shop")
	p.await(`document.querySelector('#say').innerText === 'The test event is on its way'`)
	p.press("Add a sink")
	p.fill("#ak-u", "nowhere")
	p.press("Add")
	p.await(`document.querySelector('#add-sink .err').innerText.includes('bad destination')`)
	p.fill("#ak-u", p.url+"/more")
	p.press("Add")
	p.await(`document.querySelectorAll('.p-det .types').length === 2 && ` +
		`!document.querySelector('[open]')`)
	p.press("Remove Shop")
	p.await(`document.querySelectorAll('.p-det .types').length === 1`)

	p.follow("Media")
	p.await(`document.querySelector('.gallery img')?.naturalWidth === 1`)
	p.await(`document.querySelector('.gallery a[download]')?.innerText === 'image/svg+xml'`)
	p.follow("Account")
	p.await(`document.querySelector('#ac-n')`)
	p.fill("#new-account [name=friendly_name]", "other")
	p.press("Make a subaccount")
	p.await(`/^other: AC[0-9a-f]{32}, token \w+$/.test(document.querySelector('#made').innerText)`)
	p.fill("#ac-n", "the shop")
	p.press("Save")
	p.await(`document.querySelector('.acc').selectedOptions[0].innerText === 'the shop'`)
	// the search is about what is listed
	p.follow("TwiML Bins")
	p.await(`location.pathname === '/console/account/bins' && document.activeElement.id === 'd-h'`)
	p.fill("#q", "nothing like it")
	p.await(`document.querySelector('#count')?.innerText === '0' && ` +
		`location.search === '?q=nothing+like+it'`)
	p.fill("#q", "hello")
	p.await(`document.querySelector('#count')?.innerText === '1'`)
}

// The helpers below name what they use as a person would. They need one way to find it: by its text
// or the name that screen readers read.

// press clicks the visible button of this name.
func (p *page) press(name string) { p.t.Helper(); p.clickOn("button", name) }

// follow clicks the visible link of this text in the content.
func (p *page) follow(text string) { p.t.Helper(); p.clickOn("main a", text) }

func (p *page) clickOn(selector, name string) {
	p.t.Helper()
	find := `[...(document.querySelector('dialog[open]') ?? document).querySelectorAll('` + selector +
		`')].find(e => e.checkVisibility() && (e.ariaLabel ?? ` +
		`e.textContent.replace(/\s+/g, ' ').trim()) === ` + quoted(name) + `)`
	p.await(`!!` + find)
	eval[bool](p, find+`.click() ?? true`)
}

func (p *page) click(selector string) {
	p.t.Helper()
	p.await(`!!document.querySelector(` + quoted(selector) + `)`)
	eval[bool](p, `document.querySelector(`+quoted(selector)+`).click() ?? true`)
}

// fill puts a text into a field, as if it were typed.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	p.await(`!!document.querySelector(` + quoted(selector) + `)`)
	eval[bool](p, `(e => { e.focus(); e.value = `+quoted(text)+
		`; e.dispatchEvent(new InputEvent('input', { bubbles: true })); return true; })`+
		`(document.querySelector(`+quoted(selector)+`))`)
}
