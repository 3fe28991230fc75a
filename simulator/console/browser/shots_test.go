package browser

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"twilsim/simulator/control"
)

// story plays a small day at the shop.
func (p *page) story() {
	p.t.Helper()
	p.name(ana, "Ana")
	p.name(ben, "Ben")
	p.name("+447700900123", "Cy")
	p.text(ben, "STOP")
	p.advance(7 * time.Second)
	p.text("+447700900123", "Ihr Paket ist da?")
	p.advance(5 * time.Second)
	p.text(ana, "Where is my order 4711?")
	p.advance(7 * time.Second)
	p.rule("to="+ana, "then=unreachable", "times=1")
	p.text(ana, "Send me a code")
	p.advance(12 * time.Second)
	p.rule("to="+ana, "then=sent@1s,delivered@6s>10s")
	p.rule("webhook=status", "status=sent", "fault=duplicate", "times=1")
	p.rule("to=+44*", "then=sent@1s,delivered@4s*2", "chance=20%")
	p.rule("api=POST:Messages", "respond=500", "times=2")
	off := control.Phone{State: "off"}
	if _, err := p.client.SetPhone(p.t.Context(), "+447700900123", off); err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.client.Text(p.t.Context(), control.Text{From: "whatsapp:+4915550001234",
		To: "whatsapp:" + shop, Body: "Hallo"}); err != nil {
		p.t.Fatal(err)
	}
	p.text(ana, "Has it left the warehouse?")
	p.advance(3200 * time.Millisecond)
	found, err := p.client.Webhooks(p.t.Context(), []string{"MessageStatus=undelivered"}, 1)
	if err != nil || len(found.Webhooks) != 1 {
		p.t.Fatalf("no webhook failed: %+v, %v", found, err)
	}
	p.failed = found.Webhooks[0].Name
}

// show visits a view. Without a story, it shows no particular thing.
func (p *page) show(name string) {
	p.t.Helper()
	path := views[name]
	if p.failed == "" {
		path, _, _ = strings.Cut(path, "?")
		path = strings.TrimSuffix(path, "/FAILED")
	}
	p.visit(strings.Replace(path, "FAILED", p.failed, 1))
}

// views are the paths of all main views. FAILED stands for the callback of story that failed.
var views = map[string]string{
	"phones":   "/console?phone=%2B12025550142",
	"messages": "/console/messages",
	"webhooks": "/console/webhooks/FAILED",
	"alerts":   "/console/alerts",
	"carrier":  "/console/carrier?rule=r2",
	"requests": "/console/requests",
	"account":  "/console/account",
	"services": "/console/account/services",
	"bins":     "/console/account/bins",
	"contents": "/console/account/templates",
	"media":    "/console/account/media",
	"verify":   "/console/account/verify",
	"lookup":   "/console/account/lookup?number=%2B12025550142",
	"sinks":    "/console/account/sinks",
	"keys":     "/console/account/keys",
	"settings": "/console/account/settings",
	"runs":     "/console/runs",
}

// TestScreenshots writes a picture of each view to the folder that TWILSIM_SCREENSHOTS names.
func TestScreenshots(t *testing.T) {
	if os.Getenv("TWILSIM_SCREENSHOTS") == "" {
		t.Skip("TWILSIM_SCREENSHOTS names no folder")
	}
	p := open(t)
	p.products("shop")
	p.story()
	account := p.sim.Account()
	for _, form := range []string{"To=%2B12025550177&From=%2B12025550100&Body=Your+code+is+123456",
		"To=%2B12025550143&From=%2B12025550100&Boddy=hi&Body=hello"} {
		send(t, p.url, account.SID, account.Token, form)
	}
	p.scenario("delivery/late", failing)
	p.scenario("reply", "# a customer texts\napp\nsms "+ana+" "+shop+" hi\nclock run\n")
	p.runs("delivery/late")
	for _, width := range []int64{1280, 390} {
		height := int64(900)
		if width < 720 {
			height = 844
		}
		for _, scheme := range []string{"light", "dark"} {
			p.run(chromedp.EmulateViewport(width, height), emulation.SetEmulatedMedia().WithFeatures(
				[]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			for name := range views {
				p.show(name)
				p.snap(name, width, scheme)
			}
		}
	}
}

// snap writes a picture of the page as it is, if TWILSIM_SCREENSHOTS names a folder.
func (p *page) snap(name string, width int64, scheme string) {
	p.t.Helper()
	dir := os.Getenv("TWILSIM_SCREENSHOTS")
	if dir == "" {
		return
	}
	var picture []byte
	p.run(settle(), chromedp.CaptureScreenshot(&picture))
	file := filepath.Join(dir, name+"-"+strconv.FormatInt(width, 10)+"-"+scheme+".png")
	if err := os.WriteFile(file, picture, 0o666); err != nil {
		p.t.Fatal(err)
	}
}

// settle waits until two frames were drawn.
func settle() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		return chromedp.Evaluate(
			`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`,
			nil, awaited).Do(ctx)
	})
}
