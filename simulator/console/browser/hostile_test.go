package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// hostile is what a text may hold: markup that would run a script, a mark that turns the direction
// of what follows, characters without a width, a NUL, and 4 kB of one character.
var hostile = `"><script>window.hacked = 1</script><img src="https://x.example/y" ` +
	`onerror="window.hacked = 2"></textarea></template><svg onload="window.hacked = 3"> ` +
	`javascript:alert(1) {{.}} ${7*7}` +
	"\u202egnp.exe\u2066\u200b\x00 " + strings.Repeat("\U0001F600", 1024)

// TestHostile shows texts that attack a page, in every view, in every place where a text from
// outside may stand. No script of theirs runs, no element is made, no host is asked, and the page
// does not get wider. A page that does any of it fails by itself.
func TestHostile(t *testing.T) {
	p := open(t)
	name := strings.ToValidUTF8(hostile[:60], "")
	p.name(ana, name)
	p.text(ana, hostile)
	p.text(ana, "fail")
	p.products(hostile)
	p.rule("body=*"+name[:20]+"*", "then=unreachable")
	account := p.sim.Account()
	send(t, p.url, account.SID, account.Token,
		"To=%2B12025550142&From=%2B12025550100&Boddy=x&Body="+url.QueryEscape(hostile)+
			"&"+url.QueryEscape(name)+"=x&StatusCallback="+url.QueryEscape("http://localhost:1/"+name))
	p.advance(10 * time.Second)
	text := strings.NewReplacer("'", "''", "\x00", "").Replace(hostile)
	p.scenario("hostile", "# "+name+"\napp\nsms "+ana+" "+shop+" '"+text+"'\nclock run\nexec false\n")
	p.runs("hostile")
	paths := []string{"/console", "/console/messages", "/console/webhooks/W1",
		"/console/webhooks/latest", "/console/requests",
		"/console/alerts", "/console/carrier?rule=r1", "/console/account", "/console/account/services",
		"/console/account/bins", "/console/account/templates", "/console/account/media",
		"/console/account/verify", "/console/account/lookup", "/console/account/sinks",
		"/console/account/keys", "/console/account/settings",
		"/console/account/numbers?q=" + url.QueryEscape(hostile[:80]),
		"/console/account/" + url.PathEscape(hostile[:20]),
		"/console/runs/run-1", "/console/runs/run-1/sim",
		"/console/messages?q=" + url.QueryEscape(hostile[:200]),
		"/console?phone=" + url.QueryEscape(hostile[:80]), "/console?h=" + url.QueryEscape(hostile[:80]),
		"/console/messages/" + url.PathEscape(hostile[:40])}
	for _, path := range paths {
		p.visit(path)
		p.text(ana, "live "+hostile[:200]) // it comes by the stream as well
		p.run(settle())
		for what, expression := range map[string]string{
			"a script ran": `'hacked' in window`,
			"an element was made": `!!document.querySelector('main script, main img[src^="https:"], ` +
				`svg[onload], [onerror]')`,
			"a link is dangerous":   `[...document.links].some(a => !/^https?:$/.test(a.protocol))`,
			"the page became wider": `document.documentElement.scrollWidth > innerWidth`,
			"the title is markup":   `document.title.includes('<')`,
		} {
			if eval[bool](p, expression) {
				t.Errorf("%s: %s", path, what)
			}
		}
	}
}

// TestOtherOrigin: a page of another origin can neither frame the console, nor post to its API, nor
// read it; and a host name that was made to resolve to this machine gets nothing.
func TestOtherOrigin(t *testing.T) {
	p := open(t)
	p.text(ana, "a secret")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>evil</title><iframe id="f" src="%[1]s/console"></iframe>
			<form id="go" method="post" action="%[1]s/sim/v1/reset" target="t">
			</form><iframe name="t"></iframe>
			<form id="run" method="post" enctype="text/plain" action="%[1]s/sim/v1/runs"
			target="t"><input name='{"scenario":"x","a":"' value='"}'></form>`, p.url)
	}))
	defer evil.Close()
	p.strangers = true
	p.run(chromedp.Navigate(evil.URL), chromedp.WaitReady("#f"))
	p.run(chromedp.Evaluate(`document.querySelector('#go').submit(); 0`, nil), settle())
	p.run(chromedp.Evaluate(`document.querySelector('#run').submit(); 0`, nil), settle())
	got := eval[string](p, `Promise.all([
		fetch('`+p.url+`/sim/v1/messages').then(r => r.text(), e => 'refused'),
		fetch('`+p.url+`/sim/v1/reset', { method: 'POST', mode: 'no-cors', body: '{}' }).
			then(r => 'opaque ' + r.type, e => 'refused'),
		fetch('`+p.url+`/sim/v1/runs', { method: 'POST', body: '{"scenario":"x"}',
			headers: { 'Content-Type': 'application/json' } }).then(r => r.text(), e => 'refused'),
		new Promise(done => {
			const s = new EventSource('`+p.url+`/sim/v1/events?after=0');
			s.onmessage = s.onopen = () => done('open'); s.onerror = () => done('refused'); }),
	]).then(a => a.join())`)
	if want := "refused,opaque opaque,refused,refused"; got != want {
		t.Errorf("the other page got %q, want %q", got, want)
	}
	found, err := p.client.Messages(t.Context(), nil, 0)
	if err != nil || len(found.Messages) != 2 {
		t.Errorf("the messages are gone: %+v, %v", found, err)
	}
	// chromium shows an error page in place of a page that may not be framed
	var framed string
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		tree, err := cdppage.GetFrameTree().Do(ctx)
		if err != nil {
			return err
		}
		for _, child := range tree.ChildFrames {
			if strings.HasPrefix(child.Frame.URL, p.url) && child.Frame.UnreachableURL == "" {
				framed = child.Frame.URL
			}
		}
		return nil
	}))
	if strings.HasSuffix(framed, "/console") {
		t.Errorf("the console is framed: %s", framed)
	}
	// rebound: the same address under another name
	_, port, _ := strings.Cut(strings.TrimPrefix(p.url, "http://"), ":")
	r, err := http.NewRequestWithContext(t.Context(), "GET", p.url+"/console/messages", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example:" + port
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a rebound host got %d", resp.StatusCode)
	}
}
