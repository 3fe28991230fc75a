package browser

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"twilsim/simulator/control"
	"twilsim/simulator/messaging"
)

// TestLive shows each of many events, and says how long that took. The times are for people:
// they depend on the machine.
func TestLive(t *testing.T) {
	p := openAlone(t)
	p.text(ana, "first")
	p.visit("/console")
	p.run(chromedp.Evaluate(`window.seen = {}; new MutationObserver(() => {
		for (const b of document.querySelectorAll('.msg.me .bub'))
			window.seen[b.innerText] ??= Date.now();
	}).observe(document.body, { childList: true, subtree: true }); 0`, nil))
	var took []time.Duration
	n := 20
	if long() {
		n = 100
	}
	for i := range n {
		body := fmt.Sprintf("event %d", i)
		before := time.Now()
		p.text(ana, body)
		p.await(`'` + body + `' in window.seen`)
		at := time.UnixMilli(eval[int64](p, `window.seen['`+body+`']`))
		took = append(took, at.Sub(before))
	}
	slices.Sort(took)
	t.Logf("an event is visible after %v in the middle, %v at p95", took[n/2].Round(time.Millisecond),
		took[n*95/100].Round(time.Millisecond))
	// the thread shows its newest fifty messages, each once
	want := min(50, 2*n+2)
	if n, unique := eval[int](p, `document.querySelectorAll('.msg').length`),
		eval[int](p, `new Set([...document.querySelectorAll('.msg')].map(m => `+
			`m.dataset.key)).size`); n != want || unique != n {
		t.Errorf("%d messages, %d different ones, want %d", n, unique, want)
	}
}

// TestBurst: many events make few requests, and everything is there in the end.
func TestBurst(t *testing.T) {
	p := open(t)
	p.visit("/console/messages")
	p.run(chromedp.Evaluate(`window.fetches = 0; const real = window.fetch; window.fetch = (...a) `+
		`=> { window.fetches++; return real(...a); }; 0`, nil))
	const texts = 60
	for i := range texts {
		p.text(ana, fmt.Sprintf("burst %d", i))
	}
	p.await(fmt.Sprintf(`document.querySelector('#count').innerText === '%d messages'`, 2*texts))
	events := p.sim.Account().Journal.Last()
	if fetches := eval[int64](p, "window.fetches"); fetches*2 > events {
		t.Errorf("%d events made %d requests", events, fetches)
	}
}

// many sends n messages, as quickly as the account takes them.
func (p *page) many(n int) {
	p.t.Helper()
	for i := range n {
		if _, err := p.sim.Account().Send(p.t.Context(),
			messaging.Draft{To: fmt.Sprintf("+1303555%04d", i%10000),
				From: shop, Body: fmt.Sprintf("number %d", i), HasBody: true}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// TestManyMessages: of ten thousand messages the page has a window of rows, wherever it is
// scrolled.
func TestManyMessages(t *testing.T) {
	const n = 10_000
	p := openAlone(t)
	p.many(n)
	p.visit("/console/messages")
	p.await(`document.querySelector('#count').innerText === '10,000 messages'`)
	p.run(chromedp.Evaluate(`window.longest = 0; let last = performance.now(); (function frame(now) {
		window.longest = Math.max(window.longest, now - last); last = now;
		requestAnimationFrame(frame); })(last);
		window.tasks = []; new PerformanceObserver(l => { for (const e of l.getEntries())
		window.tasks.push(Math.round(e.duration)); }).observe({ type: 'longtask' }); 0`, nil))
	scroll := func(to string, want string) {
		t.Helper()
		p.run(chromedp.Evaluate(`document.querySelector('#scroll').scrollTop = `+to+`; 0`, nil))
		p.await(`[...document.querySelectorAll('#list .w')].some(c => c.innerText === '` + want +
			`' && c.getBoundingClientRect().top < innerHeight && c.getBoundingClientRect().bottom > 100)`)
		if rows := eval[int](p, `document.querySelectorAll('#list tr').length`); rows > 100 {
			t.Errorf("the table has %d rows", rows)
		}
	}
	scroll("30 * 5000", "number 4995")
	for i := range 20 {
		p.run(chromedp.Evaluate(fmt.Sprintf(`document.querySelector('#scroll').scrollTop = %d; 0`,
			3000*i), nil), settle())
	}
	scroll("1e9", "number 0")
	t.Logf("the longest frame while scrolling took %.0f ms; tasks of more than 50 ms: %s",
		eval[float64](p, "window.longest"), eval[string](p, "window.tasks.join() || 'none'"))
	scroll("0", "number 9999")
	// what is read does not move when a message comes
	scroll("30 * 100", "number 9895")
	p.many(1)
	p.await(`document.querySelector('#count').innerText === '10,001 messages'`)
	p.await(`Math.abs(document.querySelector('#scroll').scrollTop - 30 * 101) < 2`)
	took := eval[float64](p, `new Promise(done => {
		const q = document.querySelector('#q'), began = performance.now();
		q.value = 'to:+13035550007';
		q.dispatchEvent(new InputEvent('input', { bubbles: true }));
		new MutationObserver(() => {
			if (document.querySelector('#count')?.innerText === '1 message') done(performance.now() - began);
		}).observe(document.body, { childList: true, subtree: true, characterData: true });
	})`)
	t.Logf("a search took %.0f ms", took)
}

// TestRestart breaks the connection of two tabs, one of which is paused and slow. Both have
// everything, once, when the server is back; and after a new server they have what that has.
func TestRestart(t *testing.T) {
	p := open(t)
	p.offline = true
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(p.sim)
	server.Listener.Close()
	server.Listener = ln
	server.Start()
	p.url = server.URL
	p.text(ana, "before")
	p.visit("/console")
	one := p.ctx
	p.tab(1280, 900)
	p.visit("/console")
	two := p.ctx
	const slow, bytes = 100, 100 << 10 // milliseconds, and bytes a second
	p.run(chromedp.Click("#pause"), network.EmulateNetworkConditions(false, slow, bytes, bytes))

	server.CloseClientConnections()
	server.Close()
	p.ctx = one
	p.await(`document.querySelector('#live').innerText === 'disconnected' && ` +
		`!document.querySelector('#lost').hidden`)
	for i := range 3 {
		p.text(ana, fmt.Sprintf("meanwhile %d", i))
	}
	serve := func(handler http.Handler) *httptest.Server {
		t.Helper()
		again, err := net.Listen("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewUnstartedServer(handler)
		s.Listener.Close()
		s.Listener = again
		s.Start()
		return s
	}
	server = serve(p.sim)
	const bodies = `[...document.querySelectorAll('.msg.me .bub')].map(b => b.innerText).join()`
	const want = "before,meanwhile 0,meanwhile 1,meanwhile 2"
	p.await(bodies + ` === '` + want + `'`)
	p.await(`document.querySelector('#live').innerText === 'live' && ` +
		`document.querySelector('#lost').hidden`)
	p.ctx = two
	p.await(`/paused/.test(document.querySelector('#live').innerText)`)
	p.run(chromedp.Click("#pause"))
	p.await(bodies + ` === '` + want + `'`)

	// another server, whose events begin at 1 again
	server.CloseClientConnections()
	server.Close()
	p.sim = newSimulator(t)
	p.client = &control.Client{URL: p.url}
	server = serve(p.sim)
	defer func() { server.CloseClientConnections(); server.Close() }()
	p.text(ana, "after")
	for _, tab := range []struct{ name string }{{"two"}, {"one"}} {
		p.await(bodies + ` === 'after'`)
		if tab.name == "two" {
			p.ctx = one
		}
	}
}

// TestVisitDuringRefresh: a refresh that began before a link was followed does not put the old page
// in place of the new one, whenever it is answered.
func TestVisitDuringRefresh(t *testing.T) {
	p := open(t)
	p.text(ana, "one")
	p.visit("/console/account/numbers")
	// the pages of numbers are answered late, and that of bins a little later than it is asked for
	p.run(chromedp.Evaluate(`const real = window.fetch; window.asked = 0;
		window.fetch = async (url, how) => {
		const answer = await real(url, how);
		if (String(url).includes('/numbers')) { window.asked++;
			await new Promise(done => setTimeout(done, 600)); window.late = true; }
		if (String(url).includes('/bins')) await new Promise(done => setTimeout(done, 200));
		return answer; }; 0`, nil))
	p.follow("TwiML Bins")
	p.text(ana, "two")
	p.await(`location.pathname.endsWith('/bins') && document.querySelector('[data-part=bins]')`)
	p.await(`window.asked === 0 || window.late`)
	p.run(settle())
	if !eval[bool](p, `!!document.querySelector('[data-part=bins]')`) {
		t.Error("an old page has taken the place of the new one")
	}
}

// TestRefreshDuringVisit checks that a page which was made before an event, and came after the
// refresh of that event, is made anew: no other event says that it is old.
func TestRefreshDuringVisit(t *testing.T) {
	p := open(t)
	p.text(ana, "one")
	p.visit("/console/account/numbers")
	p.run(chromedp.Evaluate(`const real = window.fetch; window.refreshed = 0;
		window.fetch = async (url, how) => {
		const answer = await real(url, how);
		if (String(url).includes('/messages') && !window.release)
			await new Promise(done => { window.release = done; });
		else if (String(url).includes('/numbers')) window.refreshed++;
		return answer; }; 0`, nil))
	p.run(chromedp.Evaluate(`document.querySelector('header a[href$="/messages"]').click()`, nil))
	p.await(`window.release`)
	p.text(ana, "two")
	p.await(`window.refreshed > 0`)
	p.run(settle(), chromedp.Evaluate("window.release(); 0", nil))
	p.await(`location.pathname.endsWith('/messages') && ` +
		`document.querySelector('#list').innerText.includes('two')`)
}
