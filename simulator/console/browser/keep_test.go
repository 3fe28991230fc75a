package browser

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// keep keeps what a failed test has left, in a folder that it names: a picture and the document of
// the tab, and the events of the simulator.
func (p *page) keep() {
	if !p.t.Failed() {
		return
	}
	dir, err := os.MkdirTemp("", "console-failure-")
	if err != nil {
		p.t.Error(err)
		return
	}
	p.t.Logf("what the failure has left is in %s", dir)
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	var picture []byte
	var document string
	if err := chromedp.Run(ctx, chromedp.CaptureScreenshot(&picture),
		chromedp.OuterHTML("html", &document)); err != nil {
		p.t.Logf("no picture of the failure: %v", err) // the browser may be what failed
	}
	events, _ := p.sim.Account().Journal.Events(0)
	log, err := json.MarshalIndent(events, "", "  ")
	if err != nil {
		p.t.Error(err)
	}
	for name, data := range map[string][]byte{"page.png": picture, "page.html": []byte(document),
		"events.json": log} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			p.t.Error(err)
		}
	}
}
