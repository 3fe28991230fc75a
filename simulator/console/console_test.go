package console_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/testscript/library"
)

const (
	ana  = "+12025550142"
	shop = simulator.DefaultPhoneNumber
)

// world is a simulator with an app that answers what it got.
type world struct {
	t      testing.TB
	sim    *simulator.Server
	client *control.Client
	folder string // of scenarios
}

func newWorld(t testing.TB) *world {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := r.FormValue("Body")
		if r.URL.Path != "/sms" || body == "fail" {
			http.Error(w, body, http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, `<Response><Message action="/status">`)
		_ = xml.EscapeText(w, []byte(body))
		fmt.Fprint(w, `</Message></Response>`)
	}))
	t.Cleanup(app.Close)
	w := &world{t: t, folder: t.TempDir(), sim: &simulator.Server{ForwardTo: app.URL,
		Clock: clock.Virtual(time.Date(2026, 11, 26, 10, 42, 7, 0, time.UTC))}}
	t.Cleanup(library.Attach(w.sim, w.folder, func(string) []string { return nil },
		func() string { return w.client.URL }))
	server := httptest.NewServer(w.sim)
	t.Cleanup(func() { server.Close(); w.sim.Close() })
	w.client = &control.Client{URL: server.URL}
	return w
}

// get asks for a page as a browser on this machine does.
func (w *world) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest("GET", "http://localhost:2010"+path, nil)
	r.Header.Set("Accept", "text/html")
	recorder := httptest.NewRecorder()
	w.sim.ServeHTTP(recorder, r)
	return recorder
}

func (w *world) text(body string) *control.Receipt {
	w.t.Helper()
	receipt, err := w.client.Text(w.t.Context(), control.Text{From: ana, To: shop, Body: body})
	if err != nil {
		w.t.Fatal(err)
	}
	return receipt
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if _, err := w.client.Advance(w.t.Context(), d); err != nil {
		w.t.Fatal(err)
	}
}

// paths are all views, with things that exist in the world of populate.
var paths = []string{
	"/console", "/console?h=ana", "/console?phone=%2B12025550142&pane=handset",
	"/console/messages/latest?time=real", "/console/alerts/latest",
	"/console?m=latest", "/console?phone=%2B12025550143", "/console/messages",
	"/console/messages/latest", "/console/messages?q=status:undelivered&skip=1",
	"/console/webhooks", "/console/webhooks/W1", "/console/webhooks/W99?q=http:>=400",
	"/console/webhooks/latest?compare=W1", "/console/webhooks?q=MessageStatus:sent",
	"/console/alerts", "/console/alerts/A1", "/console/alerts/A99?q=level:error",
	"/console/alerts?q=cod:1", "/console/carrier", "/console/carrier?rule=r1",
	"/console/carrier?rule=r2&then=sent,delivrd", "/console/carrier?new=api",
	"/console/carrier?rule=r99&to=nobody", "/console/requests", "/console/requests/latest",
	"/console/messages?q=stat:x", "/console/messages/SM9",
	"/console/runs", "/console/runs?q=no", "/console/runs/run-1", "/console/runs/run-9",
	"/console/account", "/console/account/numbers?q=nothing", "/console/account/services",
	"/console/account/bins", "/console/account/templates", "/console/account/media",
	"/console/account/optouts", "/console/account/verify", "/console/account/lookup",
	"/console/account/lookup?number=%2B12025550142", "/console/account/sinks",
	"/console/account/keys", "/console/account/settings", "/console/account/nothing",
}

// inRun are views of the simulator of a run.
var inRun = []string{
	"/console/runs/run-1/sim", "/console/runs/run-1/sim/messages",
	"/console/runs/run-1/sim/webhooks/W1", "/console/runs/run-1/sim/alerts",
	"/console/runs/run-1/sim/carrier", "/console/runs/run-1/sim/account",
}

// runScenario runs a scenario in which a handset sends a text, and waits for its end.
func (w *world) runScenario(text string) {
	w.t.Helper()
	text = strings.NewReplacer("'", "''", "\x00", "", "\n", " ").Replace(text)
	file := "# <b>title</b>\napp\nsms " + ana + " " + shop + " '" + text + "'\nclock run\nexec false\n"
	if err := os.WriteFile(w.folder+"/run.txtar", []byte(file), 0o666); err != nil {
		w.t.Fatal(err)
	}
	run, err := w.client.StartRun(w.t.Context(), control.NewRun{Scenario: "run"})
	for version := int64(0); err == nil && run.State == control.RunRunning; {
		var runs *control.Runs
		if runs, err = w.client.Runs(w.t.Context(), version); err == nil {
			version, run = runs.Version, &runs.Runs[0]
		}
	}
	if err != nil || run.State != control.RunFailed {
		w.t.Fatalf("the run: %+v, %v", run, err)
	}
}

// populate makes one of everything: a text that arrives, one that fails, and one in flight.
func (w *world) populate(text string) {
	w.t.Helper()
	for _, words := range [][]string{
		{"body=*lost*", "then=unreachable"}, {"webhook=status", "status=sent", "fault=late:30s"},
		{"api=POST:Messages", "respond=500", "times=2"},
	} {
		if _, err := w.client.AddRule(w.t.Context(), words); err != nil {
			w.t.Fatal(err)
		}
	}
	name := "Ana " + strings.ToValidUTF8(text[:min(len(text), 20)], "")
	if _, err := w.client.SetPhone(w.t.Context(), ana, control.Phone{Name: &name}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.client.SetBin(w.t.Context(), "hello", text); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.client.AddKey(w.t.Context(), text[:min(len(text), 60)]); err != nil {
		w.t.Fatal(err)
	}
	w.products(text)
	w.text("lost " + text)
	w.text("fail")
	w.advance(10 * time.Second)
	w.text(text)
	w.send("To=%2B12025550142&Boddy=x&Body=" + url.QueryEscape(text))
	w.advance(700 * time.Millisecond)
	w.runScenario(text)
}

// products makes one thing of each product that is not messaging, and a file.
func (w *world) products(text string) {
	w.t.Helper()
	ctx, short := w.t.Context(), strings.ToValidUTF8(text[:min(len(text), 30)], "")
	service := control.ServiceSettings{FriendlyName: &short, AddSenders: []string{shop}}
	_, err := w.client.AddService(ctx, service)
	sink := control.NewSink{Description: text, Destination: w.client.URL + "/events"}
	_, err2 := w.client.AddSink(ctx, sink)
	_, err3 := w.client.SetLookup(ctx, ana, map[string]string{"carrier": text, "type": "mobile"})
	_, err4 := w.client.Text(ctx, control.Text{From: ana, To: shop, Body: text,
		Media: []control.Media{{Name: "<b>.svg", Data: []byte("<svg onload='x()'/>")}}})
	_, err5 := w.client.SetOptOut(ctx, "+12025550149", shop, true)
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		w.t.Fatal(err)
	}
	made := w.ask("/v2/Services", "FriendlyName="+url.QueryEscape("codes"))
	w.ask("/v2/Services/"+regexp.MustCompile(`VA\w{32}`).FindString(made)+"/Verifications",
		"Channel=sms&To=%2B12025550142")
}

// send makes the app ask the API for a message.
func (w *world) send(form string) {
	w.t.Helper()
	w.ask("/2010-04-01/Accounts/"+w.sim.Account().SID+"/Messages.json", form+"&From=%2B12025550100")
}

// ask makes the app post a form to Twilio's API, and returns the answer.
func (w *world) ask(path, form string) string {
	w.t.Helper()
	a := w.sim.Account()
	r := httptest.NewRequest("POST", "http://localhost:2010"+path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(a.SID, a.Token)
	recorder := httptest.NewRecorder()
	w.sim.ServeHTTP(recorder, r)
	return recorder.Body.String()
}

// allPaths are the paths of all views; those of a run exist where there was one.
func allPaths(full bool) []string {
	if !full {
		return paths
	}
	return append(slices.Clone(paths), inRun...)
}

// parsed is what the tests look for in a page.
type parsed struct {
	names map[string]int // of elements
	wrong []string
}

// voids are elements without a name for people that need one.
func parse(t *testing.T, page string) parsed {
	t.Helper()
	p := parsed{names: map[string]int{}}
	ids, labels, fields := map[string]bool{}, map[string]bool{}, []map[string]string{}
	var inLabel, inButton int
	buttonText := ""
	d := xml.NewDecoder(strings.NewReader(strings.Replace(page, "<!doctype html>", "", 1)))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		switch e := token.(type) {
		case xml.CharData:
			if inButton > 0 {
				buttonText += strings.TrimSpace(string(e))
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "label":
				inLabel--
			case "button":
				inButton--
				if buttonText == "" {
					p.wrong = append(p.wrong, "a button without a name")
				}
			}
		case xml.StartElement:
			name := e.Name.Local
			p.names[name]++
			a := map[string]string{"inLabel": strconv.Itoa(inLabel)}
			for _, attr := range e.Attr {
				a[attr.Name.Local] = attr.Value
				if strings.HasPrefix(attr.Name.Local, "on") || attr.Name.Local == "style" {
					p.wrong = append(p.wrong, name+" has "+attr.Name.Local)
				}
			}
			if id := a["id"]; id != "" && ids[id] {
				p.wrong = append(p.wrong, "id "+id+" twice")
			} else if id != "" {
				ids[id] = true
			}
			switch name {
			case "label":
				labels[a["for"]] = true
				inLabel++
			case "input", "select", "textarea":
				if a["type"] != "hidden" {
					fields = append(fields, a)
				}
			case "button":
				inButton++
				buttonText = a["aria-label"]
			case "th":
				if a["scope"] == "" {
					p.wrong = append(p.wrong, "th without scope")
				}
			case "img":
				if _, ok := a["alt"]; !ok {
					p.wrong = append(p.wrong, "img without alt")
				}
			case "html":
				if a["lang"] == "" {
					p.wrong = append(p.wrong, "no lang")
				}
			case "script":
				if !strings.HasPrefix(a["src"], "/console/assets/") {
					p.wrong = append(p.wrong, "a script that is not a file of ours")
				}
			}
		}
	}
	for _, f := range fields {
		if f["aria-label"] == "" && f["inLabel"] == "0" && !labels[f["id"]] {
			p.wrong = append(p.wrong, fmt.Sprintf("no label: %v", f))
		}
	}
	return p
}

func TestViews(t *testing.T) {
	for _, full := range []bool{false, true} {
		w := newWorld(t)
		if full {
			w.populate("Where is my order?")
		}
		for _, path := range allPaths(full) {
			t.Run(fmt.Sprintf("%s %v", path, full), func(t *testing.T) {
				answer := w.get(path)
				if answer.Code != http.StatusOK {
					t.Fatalf("status %d: %s", answer.Code, answer.Body)
				}
				p := parse(t, answer.Body.String())
				for _, name := range []string{"h1", "main", "header", "nav", "footer", "title"} {
					want := 1
					if got := p.names[name]; got < want || name != "header" && name != "nav" && got > want {
						t.Errorf("%d of %s, want %d", got, name, want)
					}
				}
				if len(p.wrong) > 0 {
					t.Errorf("wrong: %q", p.wrong)
				}
			})
		}
	}
}

// TestBubbleNamesAlert: a text whose webhook failed does not look as if all were well.
func TestBubbleNamesAlert(t *testing.T) {
	w := newWorld(t)
	w.text("hello")
	link := `href="/console/alerts/A1">alert A1</a>`
	if strings.Contains(w.get("/console").Body.String(), link) {
		t.Error("a text that the app answered has an alert")
	}
	w.text("fail")
	if page := w.get("/console").Body.String(); strings.Count(page, link) != 1 {
		t.Errorf("the thread does not name the alert once: %s", page)
	}
}

// hostile is what a text may hold: markup, a direction override, a NUL and 4 kB of one character.
var hostile = `"><script>alert(1)</script><img src=https://x.example/y ` +
	`onerror='alert(1)'></textarea>` +
	"\u202egnp.exe\x00\u200b{{.}}" + strings.Repeat("\U0001F600", 1024)

func TestHostileTexts(t *testing.T) {
	w := newWorld(t)
	w.populate(hostile)
	for _, path := range allPaths(true) {
		page := w.get(path).Body.String()
		p := parse(t, page)
		if p.names["script"] != 1 || len(p.wrong) > 0 || strings.Contains(page, "<img src=https") {
			t.Errorf("%s: %d scripts, wrong: %q", path, p.names["script"], p.wrong)
		}
		if strings.Contains(page, "\x00") {
			t.Errorf("%s: a NUL came through", path)
		}
	}
	title := regexp.MustCompile(`<title>(.*?)</title>`).
		FindStringSubmatch(w.get("/console").Body.String())
	if len(title) != 2 || strings.Contains(title[1], "alert(1)") {
		t.Errorf("title: %q", title)
	}
}

// TestHeaders: no page runs scripts of others, and none is shown in a frame of others.
func TestHeaders(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/console", "/console/assets/app.js", "/console/nothing"} {
		h := w.get(path).Header()
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
			"base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// TestStrangers: other origins and rebound hosts get no page.
func TestStrangers(t *testing.T) {
	w := newWorld(t)
	w.text("a secret")
	tests := []struct{ name, method, url, origin string }{
		{"rebound", "GET", "http://evil.example/console", ""},
		{"other origin", "GET", "http://localhost:2010/console", "https://evil.example"},
		{"post", "POST", "http://localhost:2010/console", ""},
		{"a run from another origin", "POST", "http://localhost:2010/sim/v1/runs",
			"https://evil.example"},
		{"saved from another origin", "POST", "http://localhost:2010/sim/v1/scenarios",
			"https://evil.example"},
		{"a form without origin of a rebound host", "POST", "http://evil.example/sim/v1/runs", ""},
		{"a run's simulator", "GET", "http://evil.example/sim/v1/runs/run-1/sim/messages", ""},
		{"a run's page", "GET", "http://localhost:2010/console/runs/run-1/sim", "https://evil.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.url, nil)
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			recorder := httptest.NewRecorder()
			w.sim.ServeHTTP(recorder, r)
			if recorder.Code != 403 && recorder.Code != 405 ||
				strings.Contains(recorder.Body.String(), "a secret") {
				t.Errorf("got %d %s", recorder.Code, recorder.Body)
			}
		})
	}
}

// TestWeight: a page and its files have at most 250 kB, decoded, and name no other host.
func TestWeight(t *testing.T) {
	w := newWorld(t)
	w.populate("Where is my order?")
	total := 0
	err := fs.WalkDir(os.DirFS("assets"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		answer := w.get("/console/assets/" + name)
		if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", name, answer.Code, answer.Header())
		}
		total += answer.Body.Len()
		for _, url := range regexp.MustCompile(`https?://[^\s'"]+`).
			FindAllString(answer.Body.String(), -1) {
			if !strings.HasPrefix(url, "http://www.w3.org/") { // a namespace, which nobody fetches
				t.Errorf("%s names %s", name, url)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if page := w.get(path).Body.Len(); total+page > 250_000 {
			t.Errorf("%s: %d bytes and %d of files, want 250,000 together", path, page, total)
		}
	}
	t.Logf("%d bytes of files", total)
}

// TestContrast computes the contrast of each colour of text on each ground on which it stands (WCAG
// 1.4.3), in both themes.
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)`).
		FindAllStringSubmatch(string(css), -1) {
		if _, ok := tokens[m[1]]; !ok { // the first is the usual one
			tokens[m[1]] = [2]string{m[2], m[3]}
		}
	}
	tests := []struct {
		text, ground string
		want         float64
	}{
		{"ink", "page", 4.5}, {"ink", "pane", 4.5}, {"ink", "sunk", 4.5}, {"ink", "now-bg", 4.5},
		{"ink2", "page", 4.5}, {"ink2", "pane", 4.5}, {"ink2", "sunk", 4.5}, {"ink2", "now-bg", 4.5},
		{"ink3", "pane", 4.5}, {"ink3", "sunk", 4.5}, {"now", "pane", 4.5}, {"now", "now-bg", 4.5},
		{"on-now", "now", 4.5}, {"ok", "pane", 4.5}, {"ok", "ok-bg", 4.5}, {"bad", "pane", 4.5},
		{"bad", "bad-bg", 4.5}, {"bad", "sunk", 4.5}, {"warn", "warn-bg", 4.5}, {"edge", "pane", 3},
		{"ink", "bad-bg", 4.5}, {"ink", "warn-bg", 4.5}, {"ok", "now-bg", 4.5}, {"bad", "now-bg", 4.5},
	}
	for _, tt := range tests {
		for i, theme := range []string{"light", "dark"} {
			a, b := tokens[tt.text][i], tokens[tt.ground][i]
			if got := contrast(luminance(t, a), luminance(t, b)); got < tt.want {
				t.Errorf("%s on %s in %s: %.2f, want %.1f", tt.text, tt.ground, theme, got, tt.want)
			}
		}
	}
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// luminance is the relative luminance of #rrggbb.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.03928 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

// TestLinks: every link of the pages leads to a page, with what it names.
func TestLinks(t *testing.T) {
	w := newWorld(t)
	w.populate("hi")
	link := regexp.MustCompile(`<a [^>]*href="(/console[^"#]*)`)
	seen := map[string]bool{"/console": true}
	for queue := []string{"/console"}; len(queue) > 0 && len(seen) < 400; {
		path := queue[0]
		queue = queue[1:]
		answer := w.get(path)
		page := answer.Body.String()
		if answer.Code != http.StatusOK || strings.Contains(page, "there is no") ||
			strings.Contains(page, "did you mean") ||
			strings.Contains(page, "No handset yet") || strings.Contains(path, "%25") {
			t.Errorf("%s: %d: %s", path, answer.Code, page)
		}
		for _, found := range link.FindAllStringSubmatch(page, -1) {
			if next := html.UnescapeString(found[1]); !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d links: %v", len(seen), seen)
	}
}
