package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"twilsim/simulator/console"
	"twilsim/testscript"
)

// failing is a scenario that fails in its line 8, because a callback comes twice.
const failing = `# a customer texts
app
rule to=+12025550142 then='sent*2@1s>3s,delivered@2s'
sms +12025550142 +12025550100 'Where is my order?'
clock advance 10s

# the app receives the receipt once
expect webhook MessageStatus=sent count=1
exec echo never
`

// TestTraceFile steps through the file about a failure, without a server.
func TestTraceFile(t *testing.T) {
	dir := t.TempDir()
	scenario, file := filepath.Join(dir, "late.txtar"), filepath.Join(dir, "trace.html")
	if err := os.WriteFile(scenario, []byte(failing), 0o666); err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	_, err := (&testscript.Runner{}).
		Do(t.Context(), []testscript.Scenario{{Name: "late", File: scenario}},
			func(r testscript.Result) {
				if err := r.WriteTrace(&page, console.TracePlace{}); err != nil {
					t.Error(err)
				}
			})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(page.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	p := open(t)
	p.url = "file://"
	p.run(chromedp.Navigate("file://" + file))
	// the line that failed is chosen, and what its failure is about is marked
	const chosen = `document.querySelector('#src [aria-current]').dataset.line`
	const hot = `[...document.querySelectorAll('.ev.hot')].map(e => ` +
		`e.querySelector('.who').innerText + ' ' + (e.querySelector('[data-target]')?.innerText ?? ` +
		`'').trim()).join()`
	p.await(chosen + ` === '8'`)
	p.await(hot + ` === 'webhook W3,webhook W4'`)
	// one step back is what came before
	p.run(chromedp.Click("[data-step='-1']"))
	p.await(chosen + ` === '5'`)
	if got := eval[string](p, hot); !strings.Contains(got, "app log") || !strings.Contains(got, "W2") {
		t.Errorf("what happened in line 5: %s", got)
	}
	p.keys("kkj")
	p.await(chosen + ` === '4' && document.activeElement.dataset.line === '4'`)
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			p.run(chromedp.EmulateViewport(width, 900), emulation.SetEmulatedMedia().WithFeatures(
				[]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			p.snap("trace", width, scheme)
		}
	}
	if wide := eval[int64](p, "document.documentElement.scrollWidth"); wide > 390 {
		t.Errorf("the page is %d wide", wide)
	}
	p.axe(loadAxe(t), "trace")
}
