package browser

import (
	"encoding/json"
	"fmt"
	"os"
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
		`axe.run(document, {runOnly: `+tags+`}).then(r => JSON.stringify(r.violations.map(v => ({
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

// TestAxe checks every view, empty and filled, in both themes, on a desk and on a phone.
func TestAxe(t *testing.T) {
	source := loadAxe(t)
	for _, filled := range []bool{false, true} {
		p := open(t)
		if filled {
			p.story()
		}
		for name, path := range views {
			p.visit(path)
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int64{1280, 390} {
					if width == 390 && scheme == "dark" != filled {
						continue // a colour does not depend on the width, nor a size on the theme
					}
					p.run(chromedp.EmulateViewport(width, 900), emulation.SetEmulatedMedia().WithFeatures(
						[]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
					p.axe(source, fmt.Sprintf("%s filled=%v %s %d", name, filled, scheme, width))
				}
			}
		}
	}
}

// TestAxeStates checks what a view looks like in other states.
func TestAxeStates(t *testing.T) {
	source := loadAxe(t)
	p := open(t)
	p.story()
	p.visit("/console")
	p.run(chromedp.Click("#help"))
	p.axe(source, "help")
	p.run(chromedp.Click("#keys [data-close]"), chromedp.Click("#pause"))
	p.axe(source, "paused")
	p.run(chromedp.Click("[data-open='#add-hs']"))
	p.axe(source, "dialog")
	p.visit("/console/messages?q=stat:x")
	p.axe(source, "wrong search")
	p.visit("/console/messages/SM99999999")
	p.axe(source, "missing")
	p.visit("/console/carrier?rule=r2&then=sent,delivrd")
	p.axe(source, "wrong script")
	p.visit("/console/webhooks/W10?compare=W9")
	p.run(chromedp.Click("[data-open='#edit']"))
	p.axe(source, "edit")
}

// TestReflow: no view scrolls in two directions at 320 pixels, the width of 1280 at 400 % (WCAG
// 1.4.10), nor at any other width.
func TestReflow(t *testing.T) {
	p := open(t)
	p.story()
	for name, path := range views {
		p.visit(path)
		for _, width := range []int64{320, 390, 768, 1024, 1280, 1920} {
			p.run(chromedp.EmulateViewport(width, 800), settle())
			if wide := eval[int64](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s at %d: the page is %d wide: %s", name, width, wide, eval[string](p,
					`[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > `+
						`innerWidth + 1 && e.checkVisibility() && !e.closest('.vh')).slice(0, 4).map(e => `+
						`e.outerHTML.slice(0, 90)).join('\n')`))
			}
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
