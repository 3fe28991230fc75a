package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/testscript"
	"twilsim/testscript/library"
)

// start is when the clock of a test's simulator begins.
var start = time.Date(2026, 11, 26, 10, 41, 48, 2e6, time.UTC)

const (
	ana  = "+12025550142"
	ben  = "+12025550143"
	shop = simulator.DefaultPhoneNumber
)

// chromium is the browser that all tests share. Each tab has a context of its own: its own cookies
// and settings.
var chromium struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	time.Local = time.UTC // so that pictures do not depend on the machine
	code := m.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	os.Exit(code)
}

// launch starts the browser on the first use.
func launch() {
	path, err := exec.LookPath("chromium")
	if err != nil {
		chromium.err = err
		return
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("force-prefers-reduced-motion", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	chromium.ctx, chromium.stop = ctx, func() { closeBrowser(); cancel() }
	chromium.err = chromedp.Run(ctx)
}

// page is a tab that shows the console of a simulator of its own.
type page struct {
	t      *testing.T
	sim    *simulator.Server
	client *control.Client
	url    string // of the simulator
	server *httptest.Server
	folder string // of its scenarios
	failed string // the callback of its story that failed
	ctx    context.Context

	offline bool // the server goes away, which a browser logs as an error
	refused bool // so does it with an answer of 401 or 404
	// strangers says that the page is not ours: what it logs and asks for is not looked at
	strangers bool

	mu    sync.Mutex
	wrong []string // console errors, and requests to other hosts
}

// open starts a simulator with an app and a frozen clock, and opens a tab. The test fails if the
// page logs an error or asks another host for something. It runs at the same time as other tests.
func open(t *testing.T) *page {
	t.Helper()
	t.Parallel()
	return openAlone(t)
}

// openAlone is open for a test that measures, and runs while no other does.
func openAlone(t *testing.T) *page {
	t.Helper()
	chromium.once.Do(launch)
	if chromium.err != nil {
		if testscript.Required("chromium") {
			t.Fatalf("chromium is required: %v", chromium.err)
		}
		t.Skipf("no browser: %v", chromium.err)
	}
	p := &page{t: t, sim: newSimulator(t)}
	p.serve()
	p.tab(1280, 900)
	return p
}

// serve listens for the page's simulator.
func (p *page) serve() {
	server := httptest.NewServer(p.sim)
	p.t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	p.url, p.server = server.URL, server
	p.sim.SetURL(server.URL)
	p.folder = filepath.Join(p.t.TempDir(), "scenarios")
	p.t.Cleanup(library.Attach(p.sim, p.folder,
		func(string) []string { return nil }, func() string { return server.URL }))
	p.client = &control.Client{URL: server.URL}
}

// newSimulator returns a simulator with an app and a frozen clock.
func newSimulator(t *testing.T) *simulator.Server {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(answer))
	sim := &simulator.Server{Clock: clock.Virtual(start), ForwardTo: app.URL}
	t.Cleanup(func() { sim.Close(); app.Close() })
	return sim
}

// newTarget opens a tab in a context of its own.
func (p *page) newTarget() target.ID {
	p.t.Helper()
	browser := cdp.WithExecutor(chromium.ctx, chromedp.FromContext(chromium.ctx).Browser)
	id, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(browser)
	if err != nil {
		p.t.Fatal(err)
	}
	tab, err := target.CreateTarget("about:blank").WithBrowserContextID(id).WithNewWindow(true).
		Do(browser)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = target.DisposeBrowserContext(id).Do(browser) }) // it may be gone
	return tab
}

// tab opens a new tab of this size.
func (p *page) tab(width, height int64) {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithTargetID(p.newTarget()))
	p.t.Cleanup(cancel)
	limit := 2 * time.Minute
	if long() {
		limit = 30 * time.Minute
	}
	ctx, cancelTimeout := context.WithTimeout(ctx, limit)
	p.t.Cleanup(cancelTimeout)
	p.ctx = ctx
	chromedp.ListenTarget(ctx, p.watch)
	p.run(network.Enable(), log.Enable(), runtime.Enable(), chromedp.EmulateViewport(width, height))
	p.t.Cleanup(p.keep)
	p.t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, wrong := range p.wrong {
			p.t.Errorf("the page: %s", wrong)
		}
		p.wrong = nil
	})
}

// watch notes what no page of ours does.
func (p *page) watch(event any) {
	note := func(format string, args ...any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.strangers {
			return
		}
		p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		note("exception: %s", e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			note("console: %s", e.Args[0].Value)
		}
	case *log.EventEntryAdded:
		// chromium logs answers of 400, 404 and 409 by itself: they are how the API refuses a form
		refused := strings.Contains(e.Entry.Text, "status of 400") ||
			strings.Contains(e.Entry.Text, "status of 404") && strings.Contains(e.Entry.URL, "/sim/v1/") ||
			strings.Contains(e.Entry.Text, "status of 409") ||
			p.refused && (strings.Contains(e.Entry.Text, "status of 401") ||
				strings.Contains(e.Entry.Text, "status of 404"))
		gone := p.offline && strings.Contains(e.Entry.Text, "net::ERR_")
		if e.Entry.Level == log.LevelError && !refused && !gone {
			note("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, p.url) &&
			!strings.HasPrefix(u, "data:") && u != "about:blank" {
			note("request to another host: %s", u)
		}
	}
}

// answer is the app: it says what it got, and breaks when it is told to.
func answer(w http.ResponseWriter, r *http.Request) {
	body := r.FormValue("Body")
	switch {
	case r.URL.Path == "/status" && r.FormValue("MessageStatus") == "undelivered":
		http.Error(w, `duplicate key value violates unique constraint "receipts_pkey"`,
			http.StatusInternalServerError)
	case r.URL.Path != "/sms":
		w.WriteHeader(http.StatusNoContent)
	case body == "fail":
		http.Error(w, "NoMethodError", http.StatusInternalServerError)
	case strings.HasPrefix(body, "STOP"):
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<Response/>")
	default:
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, `<Response><Message action="/status">You said: %s</Message></Response>`,
			strings.NewReplacer("&", "&amp;", "<", "&lt;", "\x00", "").Replace(body))
	}
}

func (p *page) run(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// visit goes to a path and waits until its modules have started.
func (p *page) visit(path string) {
	p.t.Helper()
	p.run(chromedp.Navigate(p.url+path), chromedp.WaitReady("html[data-ready]"))
}

// eval returns the value of an expression.
func eval[T any](p *page, expression string) T {
	p.t.Helper()
	var v T
	p.run(chromedp.Evaluate(expression, &v, awaited))
	return v
}

// await waits until an expression is true.
func (p *page) await(expression string) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx,
		chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(20*time.Second),
			chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		p.t.Fatalf("waiting for %s: %v\n%s", expression, err, eval[string](p, "document.body.innerText"))
	}
}

// text makes a handset text the shop.
func (p *page) text(from, body string) *control.Receipt {
	p.t.Helper()
	receipt, err := p.client.Text(p.t.Context(), control.Text{From: from, To: shop, Body: body})
	if err != nil {
		p.t.Fatal(err)
	}
	return receipt
}

func (p *page) advance(d time.Duration) {
	p.t.Helper()
	if _, err := p.client.Advance(p.t.Context(), d); err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) rule(words ...string) {
	p.t.Helper()
	if _, err := p.client.AddRule(p.t.Context(), words); err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) name(number, name string) {
	p.t.Helper()
	if _, err := p.client.SetPhone(p.t.Context(), number, control.Phone{Name: &name}); err != nil {
		p.t.Fatal(err)
	}
}

func newRun(scenario string) control.NewRun { return control.NewRun{Scenario: scenario} }

// quoted is a string of JavaScript.
func quoted(s string) string { return strconv.Quote(s) }

// send makes a request of Twilio's API, as an app does.
func send(t *testing.T, url, sid, token, form string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST",
		url+"/2010-04-01/Accounts/"+sid+"/Messages.json",
		strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(sid, token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// awaited waits for the promise that an expression returns.
func awaited(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }
