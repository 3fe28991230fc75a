package browser

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"twilsim/testscript"
)

// axeFile is axe-core, which npm ci installs from the lock file in axe/.
const axeFile = "axe/node_modules/axe-core/axe.min.js"

// loadAxe reads axe-core, or skips the test.
func loadAxe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(axeFile)
	if err == nil {
		return string(source)
	}
	if testscript.Required("chromium") {
		t.Fatalf("axe-core is required: %v; npm ci --prefix simulator/console/browser/axe", err)
	}
	t.Skip("axe-core is not installed: npm ci --prefix simulator/console/browser/axe")
	return ""
}

// tags are the rules of axe that apply: all of WCAG 2.2 AA, and good practice.
const tags = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]`

// axe checks the page as it is.
func (p *page) axe(source, state string) {
	p.t.Helper()
	p.run(settle())
	if !eval[bool](p, "'axe' in window") {
		p.run(chromedp.Evaluate(source+";0", nil))
	}
	found := eval[string](p,
		`axe.run(document, {preload: false, resultTypes: ['violations'], runOnly: `+tags+
			`}).then(r => JSON.stringify(r.violations.map(v => ({
		rule: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + ' ' +
			n.failureSummary.replace(/\s+/g, ' ')) }))))`)
	var violations []struct {
		Rule, Help string
		Nodes      []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		p.t.Fatal(err)
	}
	for _, v := range violations {
		p.t.Errorf("%s: %s: %s\n  %s", state, v.Rule, v.Help,
			strings.Join(v.Nodes[:min(3, len(v.Nodes))], "\n  "))
	}
}

// theme is how a page is coloured.
type theme struct{ name, scheme, forced string }

var themes = []theme{{"light", "light", "none"}, {"dark", "dark", "none"},
	{"forced light", "light", "active"}, {"forced dark", "dark", "active"}}

// look sets the width of the page and its theme.
func (p *page) look(width int64, t theme) {
	p.t.Helper()
	p.run(chromedp.EmulateViewport(width, 900), emulation.SetEmulatedMedia().WithFeatures(
		[]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: t.scheme},
			{Name: "forced-colors", Value: t.forced}}))
}

// long reports whether all combinations are wanted, not a sample.
func long() bool { return os.Getenv("TWILSIM_CONSOLE_LONG") != "" }

// states are the states in which a view may be. Each is set up once the page is there.
var states = []struct {
	name string
	set  func(*page)
}{
	{"plain", func(*page) {}},
	{"paused", func(p *page) {
		p.run(chromedp.Click("#pause"))
		// from a new handset each time: a long thread is scrolled, and may end half under its header
		p.text(fmt.Sprintf("+1303555%04d", p.sim.Account().Journal.Last()%10000), "meanwhile")
		p.await(`/paused, \d+ new/.test(document.querySelector('#live').innerText)`)
	}},
	{"help", func(p *page) { p.run(chromedp.Click("#help")) }},
	{"dialog", func(p *page) {
		p.run(chromedp.Evaluate(`document.querySelector('main [data-open]')?.click(); 0`, nil))
	}},
	{"error", func(p *page) {
		p.run(chromedp.Evaluate(`for (const e of document.querySelectorAll('.err')) e.textContent = `+
			`'what was wrong; try another'; 0`, nil))
	}},
}

// TestAxe checks every view with no, one and many things, in all themes, on a desk and on a phone,
// and in the states of a page. TWILSIM_CONSOLE_LONG=1 checks all combinations: without it, each
// view and each state is checked in one theme and one width of several.
func TestAxe(t *testing.T) {
	source := loadAxe(t)
	for _, fill := range []string{"empty", "one", "many"} {
		t.Run(fill, func(t *testing.T) { open(t).axeAll(source, fill) })
	}
}

// axeAll checks the views of a simulator that has nothing, one text or many things.
func (p *page) axeAll(source, fill string) {
	p.t.Helper()
	switch fill {
	case "one":
		p.text(ana, "hi")
	case "many":
		p.products("shop")
		p.story()
		if long() {
			p.many(1000)
		}
	}
	n := 0
	for v, name := range slices.Sorted(maps.Keys(views)) {
		for s, state := range states {
			if !wanted(fill, v, name, s) {
				continue
			}
			p.show(name)
			state.set(p)
			for i, theme := range themes {
				for k, width := range []int64{1280, 390} {
					if !long() && (n+i+len(themes)*k)%8 != 0 {
						continue
					}
					p.look(width, theme)
					p.axe(source, fmt.Sprintf("%s %s %s %s %d", name, fill, state.name, theme.name, width))
				}
			}
			n += 3
		}
	}
}

// wanted reports whether a view is checked in a state. The parts of an account share their frame,
// which is checked with the other views.
func wanted(fill string, view int, name string, state int) bool {
	part := strings.HasPrefix(views[name], "/console/account/")
	if part && (fill == "one" || states[state].name == "paused" || states[state].name == "help") {
		return false
	}
	if long() {
		return true
	}
	switch fill {
	case "empty":
		return state == 0 && !part
	case "one":
		return state == 0 && name == "phones"
	}
	return state == 0 || !part && state == 1+view%(len(states)-1)
}

// TestAxeStates checks what a view looks like when something is wrong, or in its dialogs.
func TestAxeStates(t *testing.T) {
	source := loadAxe(t)
	p := open(t)
	p.story()
	p.visit("/console/messages?q=stat:x")
	p.axe(source, "wrong search")
	p.visit("/console/messages/SM99999999")
	p.axe(source, "missing")
	p.visit("/console/carrier?rule=r2&then=sent,delivrd")
	p.axe(source, "wrong script")
	p.visit("/console/webhooks/W10?compare=W9")
	p.run(chromedp.Click("[data-open='#edit']"))
	p.axe(source, "edit")
	p.text("+13035550001", "fail") // another thread: that of ana must not scroll
	p.text("+13035550001", "fail")
	p.visit("/console/alerts")
	p.axe(source, "copies of an alert")
	if _, err := p.client.DisableRule(t.Context(), "r2"); err != nil {
		t.Fatal(err)
	}
	p.visit("/console/carrier?rule=r2")
	p.axe(source, "disabled rule")
	p.visit("/console?h=nobody")
	p.axe(source, "no handset matches")
	p.visit("/console/webhooks/W99999")
	p.axe(source, "missing webhook")
	p.run(chromedp.Click("#help"), chromedp.SetValue("#density", "compact"))
	p.axe(source, "settings")
	p.visit("/console?phone=%2B12025550142")
	p.offline = true
	p.server.CloseClientConnections()
	p.server.Close()
	p.await(`!document.querySelector('#lost').hidden`)
	for _, theme := range themes {
		p.look(1280, theme)
		p.axe(source, "disconnected "+theme.name)
	}
}

// TestReflow: no view scrolls in two directions at 320 pixels, the width of 1280 at 400 % (WCAG
// 1.4.10), nor at any other width, nor with more space between its letters.
func TestReflow(t *testing.T) {
	p := open(t)
	p.products("shop")
	p.story()
	for name := range views {
		p.show(name)
		for _, width := range []int64{320, 390, 768, 1024, 1280, 1920} {
			p.run(chromedp.EmulateViewport(width, 800)) // the next line has the layout made
			if wide := eval[int64](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s at %d: the page is %d wide: %s", name, width, wide, eval[string](p,
					`[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > `+
						`innerWidth + 1 && e.checkVisibility() && !e.closest('.vh')).slice(0, 4).map(e => `+
						`e.outerHTML.slice(0, 90)).join('\n')`))
			}
		}
		p.spaced(name)
	}
}

// spacing is what a person may set for texts (WCAG 1.4.12).
const spacing = `* { line-height: 1.5 !important; letter-spacing: .12em !important; ` +
	`word-spacing: .16em !important } p { margin-bottom: 2em !important }`

// spaced gives the texts of the page more space between lines, words and letters. Then nothing may
// be cut off but the texts that are cut anyway, and the page may get no wider.
func (p *page) spaced(name string) {
	p.t.Helper()
	p.run(chromedp.Evaluate(`(s => { s.replaceSync(`+quoted(spacing)+
		`); document.adoptedStyleSheets = [s]; })(new CSSStyleSheet())`, nil))
	for _, width := range []int64{390, 1280} {
		p.run(chromedp.EmulateViewport(width, 800))
		if wide := eval[int64](p, "document.documentElement.scrollWidth"); wide > width {
			p.t.Errorf("%s at %d, spaced: the page is %d wide", name, width, wide)
		}
		cut := eval[string](p, `[...document.querySelectorAll('button, .btn, h1, h2, dt, dd, label')]`+
			`.filter(e => e.checkVisibility() && !e.closest('.cut, .vh, .w') && !e.querySelector('.vh, `+
			`.cut, bdi') && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow `+
			`!== 'visible').map(e => e.outerHTML.slice(0, 80)).join('\n')`)
		if cut != "" {
			p.t.Errorf("%s at %d, spaced: these are cut off: %s", name, width, cut)
		}
	}
}

// TestStill: with reduced motion nothing moves.
func TestStill(t *testing.T) {
	p := open(t)
	p.visit("/console")
	p.text(ana, "hi")
	p.await(`document.querySelector('.msg')`)
	if n := eval[int](p, "document.getAnimations().length"); n > 0 {
		t.Errorf("%d animations", n)
	}
	p.advance(time.Second)
}
