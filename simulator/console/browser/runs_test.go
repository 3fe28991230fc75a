package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"twilsim/simulator/control"
)

// TestRuns runs scenarios from the page: one that fails, which is stepped through and whose
// simulator is looked at, and one that is watched while it runs, and stopped.
func TestRuns(t *testing.T) {
	p := open(t)
	p.scenario("delivery/late", failing)
	p.scenario("passes", "# hi\napp\nsms "+ana+" "+shop+" hi\nclock run\n")
	p.visit("/console/runs")
	p.await(`document.querySelector('#count').innerText === '2 scenarios'`)
	p.run(chromedp.Click("//button[contains(., 'Run delivery/late')]"))
	p.await(`location.pathname === '/console/runs/run-1' && ` +
		`document.querySelector('#run-state').innerText === 'FAIL'`)
	p.await(`document.querySelector('#src [aria-current]')?.dataset.line === '8'`)
	p.await(`document.querySelectorAll('.ev.hot').length === 2`)
	p.run(chromedp.Click("[data-step='-1']"))
	p.await(`document.querySelector('#step-q').innerText.endsWith('events of line 5')`)
	p.snap("runs", 1280, "light")
	// its phones, messages and webhooks are there, and cannot be changed
	p.run(chromedp.Click("//nav[@aria-label='The simulator of the run']/a[text()='Phones']"))
	p.await(`document.querySelectorAll('.msg').length === 2 && ` +
		`document.querySelector('.in-run').innerText.includes('run-1')`)
	if shown := eval[bool](p, `document.querySelector('#compose').checkVisibility()`); shown {
		t.Error("a run that has ended can be texted")
	}
	p.snap("run-phones", 1280, "light")
	p.run(chromedp.Click(".views a[href$='/sim/webhooks']"))
	p.await(`document.querySelector('#count')?.innerText === '4 webhooks' && ` +
		`document.querySelectorAll('.signed').length > 0`)
	p.run(chromedp.Click(".in-run a"))
	p.await(`location.pathname === '/console/runs/run-1'`)
	// another is watched, line by line, and stopped
	p.run(chromedp.Click("//button[contains(., 'a command a second: passes')]"))
	p.await(`location.pathname === '/console/runs/run-2' && document.querySelector('#src .st.fly + ` +
		`a')?.innerText.startsWith('sms')`)
	p.run(chromedp.Click("//button[text()='Stop']"))
	p.await(`document.querySelector('#run-state').innerText === 'stopped'`)
	// what another program has run appears by itself
	if _, err := p.client.StartRun(t.Context(), newRun("passes")); err != nil {
		t.Fatal(err)
	}
	p.await(`document.querySelector('#list .hit').innerText === 'run-3' && ` +
		`document.querySelector('#list .st').innerText === 'ok'`)
	p.axe(loadAxe(t), "runs")
	p.visit("/console/runs/run-9")
	p.await(`document.querySelector('.p-det .note').innerText.includes('there is no run')`)
}

// TestRunKeepsLine checks that the line that a person has chosen stays chosen when the page changes
// because of another run.
func TestRunKeepsLine(t *testing.T) {
	p := open(t)
	p.scenario("delivery/late", failing)
	p.scenario("passes", "# hi\napp\nsms "+ana+" "+shop+" hi\nclock run\n")
	p.runs("delivery/late")
	p.visit("/console/runs/run-1")
	p.await(`document.querySelector('#src [aria-current]')?.dataset.line === '8'`)
	p.run(chromedp.Click("[data-step='-1']"))
	p.await(`document.querySelector('#src [aria-current]').dataset.line === '5'`)
	p.runs("passes")
	p.await(`document.querySelector('#list .hit').innerText === 'run-2' && ` +
		`document.querySelector('#list .st').innerText === 'ok'`)
	p.await(`[...document.querySelectorAll('#src [aria-current]')].map(a => a.dataset.line)` +
		`.join() === '5' && document.querySelectorAll('.ev.hot').length > 0`)
	// where another run is opened, the line is that of the failure, or none
	p.run(chromedp.Click("#list .hit"))
	p.await(`location.pathname === '/console/runs/run-2' && ` +
		`document.querySelectorAll('#src [aria-current][data-line="5"]').length === 0`)
}

// scenario writes a file into the folder of scenarios.
func (p *page) scenario(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.folder, name+".txtar")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

// runs runs a scenario to its end.
func (p *page) runs(name string) {
	p.t.Helper()
	run, err := p.client.StartRun(p.t.Context(), newRun(name))
	for version := int64(0); err == nil && run.State == control.RunRunning; {
		var runs *control.Runs
		if runs, err = p.client.Runs(p.t.Context(), version); err == nil {
			version, run = runs.Version, &runs.Runs[0]
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
