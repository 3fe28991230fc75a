package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestLogin logs in with the token, which never is in a URL, and is live then.
func TestLogin(t *testing.T) {
	p := open(t)
	p.sim = newSimulator(t)
	p.sim.AccessToken = "let-me-in"
	p.serve()
	p.client.Token = "let-me-in"
	p.refused = true
	p.run(chromedp.Navigate(p.url+"/console/messages"), chromedp.WaitReady("#token"))
	p.axe(loadAxe(t), "login")
	p.run(chromedp.SendKeys("#token", "guess"), chromedp.Click("button.go"),
		chromedp.WaitReady("#wrong"))
	p.run(chromedp.SendKeys("#token", "let-me-in"), chromedp.Click("button.go"),
		chromedp.WaitReady("html[data-ready]"))
	p.await(`document.querySelector('h1').innerText === 'Messages'`)
	p.text(ana, "hi")
	p.await(`document.querySelector('#count').innerText === '2 messages'`)
	if url := eval[string](p, "location.href"); strings.Contains(url, "let-me-in") {
		t.Errorf("the token is in the URL %s", url)
	}
	if cookie := eval[string](p, "document.cookie"); cookie != "" {
		t.Errorf("a script can read the cookie %s", cookie)
	}
}
