package testscript

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"strings"
	"testing"

	"twilsim/simulator/console"
)

// hostile is what a text may hold.
var hostile = `"><script>alert(1)</script> <img src=https://x.example/y onerror='alert(1)'> ` +
	`</pre></style>` + "\u202egnp.exe\x00" +
	strings.Repeat(
		"\U0001F600",
		1024,
	)

// hostileRun runs a scenario into which hostile text comes from everywhere, and which fails.
func hostileRun(t *testing.T) Result {
	t.Helper()
	text := strings.NewReplacer("'", "''", "\x00", "").
		Replace(hostile)
		// no scenario holds a NUL; its programs print one
	return run(
		t,
		&Runner{},
		"# hostile <b>title</b>\napp\nsms +12025550142 +12025550100 '"+text+"'\nclock run\n"+
			"# it fails\nexec printf 'a\\000b\\n'\napi GET /2010-04-01/Accounts.json\nhttp GET /nothing '"+
			text+"=1'\n# never\nclock run\n",
	)
}

// page is what a test looks for in a page of HTML.
type page struct {
	names map[string]int // of elements
	ids   map[string]bool
	links []string
	bad   []string // what must not be there
}

func readPage(t *testing.T, text string) page {
	t.Helper()
	p := page{names: map[string]int{}, ids: map[string]bool{}}
	d := xml.NewDecoder(strings.NewReader(strings.Replace(text, "<!DOCTYPE html>", "", 1)))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			p.element(e)
		}
	}
}

func (p *page) element(e xml.StartElement) {
	p.names[e.Name.Local]++
	attributes := map[string]string{}
	for _, a := range e.Attr {
		attributes[a.Name.Local] = a.Value
		if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" ||
			a.Name.Local == "style" {
			p.bad = append(p.bad, e.Name.Local+" "+a.Name.Local+"="+a.Value)
		}
	}
	if id := attributes["id"]; id != "" {
		if p.ids[id] {
			p.bad = append(p.bad, "id "+id+" twice")
		}
		p.ids[id] = true
	}
	if href, ok := attributes["href"]; ok {
		p.links = append(p.links, href)
	}
	if e.Name.Local == "th" && attributes["scope"] == "" {
		p.bad = append(p.bad, "th without scope")
	}
	if e.Name.Local == "html" && attributes["lang"] == "" {
		p.bad = append(p.bad, "no lang")
	}
}

// ownParts returns a page without the texts of its one style and its one script, which the page's
// policy allows by their hashes.
func ownParts(t *testing.T, text string) string {
	t.Helper()
	for _, tag := range [][2]string{{"<style>", "</style>"}, {`<script type="module">`, "</script>"}} {
		before, behind, ok := strings.Cut(text, tag[0])
		own, behind, ok2 := strings.Cut(behind, tag[1])
		if !ok || !ok2 {
			t.Fatalf("the page has no %s", tag[0])
		}
		sum := sha256.Sum256([]byte(own))
		if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(
			html.UnescapeString(text[:min(len(text), 2000)]), "'sha256-"+hash+"'") {
			t.Errorf("the policy does not allow what is in %s", tag[0])
		}
		text = before + tag[0] + tag[1] + behind
	}
	return text
}

func TestTracePage(t *testing.T) {
	result := hostileRun(t)
	var out strings.Builder
	if err := result.WriteTrace(&out, console.TracePlace{}); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	p := readPage(t, ownParts(t, text))
	for _, name := range []string{"h1", "main", "title", "footer", "script", "style"} {
		if p.names[name] != 1 {
			t.Errorf("%d of %s, want 1", p.names[name], name)
		}
	}
	for _, name := range []string{"img", "link", "iframe", "object", "form"} {
		if p.names[name] > 0 {
			t.Errorf("the page has %d of %s", p.names[name], name)
		}
	}
	if len(p.bad) > 0 {
		t.Errorf("wrong: %q", p.bad)
	}
	for _, link := range p.links {
		if id, ok := strings.CutPrefix(link, "#"); !ok || !p.ids[id] {
			t.Errorf("the link %q leads nowhere on the page", link)
		}
	}
	for _, want := range []string{`default-src &#39;none&#39;; base-uri`, `\u202egnp.exe`,
		"&lt;script&gt;alert(1)", "\U0001F600",
		"hostile &lt;b&gt;title", "Why it failed", "W1", "Accounts.json", "Message from"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.ContainsAny(text, "\x00\u202e") {
		t.Error("control characters came through")
	}
}

func TestTraceMasksTokens(t *testing.T) {
	result := run(
		t,
		&Runner{},
		"app\napi GET /2010-04-01/Accounts/$TWILIO_ACCOUNT_SID.json\nexec echo $TWILIO_AUTH_TOKEN\n"+
			"exec false\n",
	)
	var out strings.Builder
	if err := result.WriteTrace(&out, console.TracePlace{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `auth_token&#34;: &#34;[masked]&#34;`) ||
		!strings.Contains(out.String(), "Basic [masked]") {
		t.Errorf("the token is not masked in %s", out.String())
	}
	if !strings.Contains(result.Log, "[stdout]\n[masked]\n") {
		t.Errorf("the token is not masked in the log:\n%s", result.Log)
	}
}

func TestShorten(t *testing.T) {
	if got := shorten("\U0001F600\U0001F600", 6); got != "\U0001F600\n... 2 bytes more" {
		t.Errorf("shorten: %q", got)
	}
	if got := shorten("short", 5); got != "short" {
		t.Errorf("nothing to cut: %q", got)
	}
}

func TestTraceOfWhatPassesIsOptional(t *testing.T) {
	if run(t, &Runner{}, story).Traced() {
		t.Error("a scenario that passed has a trace")
	}
	if !run(t, &Runner{TraceAll: true}, story).Traced() {
		t.Error("a scenario that passed has no trace")
	}
}

func TestTraceCountsSegments(t *testing.T) {
	result := run(t, &Runner{TraceAll: true}, "app\nsms +12025550142 +12025550100 hi\n")
	var out strings.Builder
	if err := result.WriteTrace(&out, console.TracePlace{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1 segment in GSM-7") {
		t.Errorf("no segment is counted in %s", out.String())
	}
}
