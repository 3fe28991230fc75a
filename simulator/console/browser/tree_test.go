package browser

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// tree returns what a screen reader finds in the element of a selector: a role and a name for each
// node that has a name, without the texts that are parts of names.
func (p *page) tree(selector string) []string {
	p.t.Helper()
	var lines []string
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		var root struct {
			Root domNode `json:"root"`
		}
		if err := cdp.Execute(ctx, "DOM.getDocument", nil, &root); err != nil {
			return err
		}
		var node domNode
		err := cdp.Execute(ctx, "DOM.querySelector", map[string]any{"nodeId": root.Root.ID,
			"selector": selector}, &node)
		if err != nil {
			return err
		}
		var found struct {
			Nodes []axNode `json:"nodes"`
		}
		if err := cdp.Execute(ctx, "Accessibility.queryAXTree",
			map[string]any{"nodeId": node.ID}, &found); err != nil {
			return err
		}
		for _, n := range found.Nodes {
			role, name := n.Role.text(), n.Name.text()
			if !n.Ignored && name != "" && !slices.Contains([]string{"StaticText", "InlineTextBox",
				"ListMarker", "generic"}, role) {
				lines = append(lines, role+" "+name)
			}
		}
		return nil
	}))
	return lines
}

// axNode is a node of the accessibility tree: of the browser's answer, what the tests look at. The
// type of cdproto refuses the names that a newer browser has.
type axNode struct {
	Ignored bool    `json:"ignored"`
	Role    axValue `json:"role"`
	Name    axValue `json:"name"`
}

type axValue struct {
	Value any `json:"value"`
}

type domNode struct {
	ID int64 `json:"nodeId"`
}

// text is the value on one line, "" for none.
func (v axValue) text() string {
	s, _ := v.Value.(string)
	return strings.Join(strings.Fields(s), " ")
}

// TestTree: a screen reader finds the thread, the timeline of a message and the parts of a webhook
// by their roles and names.
func TestTree(t *testing.T) {
	p := open(t)
	p.story()
	p.visit("/console?phone=%2B12025550142")
	thread := p.tree("#log")
	for _, want := range []string{"log Thread of Ana", "link Send me a code",
		"link You said: Send me a code", "link rule r1", "link alert A1"} {
		if !slices.Contains(thread, want) {
			t.Errorf("the thread has no %q: %s", want, strings.Join(thread, "\n"))
		}
	}
	p.visit("/console?phone=%2B12025550142&m=" + p.about(p.failed))
	timeline := p.tree("#message section[aria-labelledby=tl-h]")
	if want := []string{"region Timeline", "heading Timeline"}; len(timeline) < 5 ||
		cmp.Diff(want, timeline[:2]) != "" || !slices.Contains(timeline, "link "+p.failed) {
		t.Errorf("the timeline: %s", strings.Join(timeline, "\n"))
	}
	if i := slices.IndexFunc(timeline, func(s string) bool {
		return strings.HasPrefix(s, "image To scale: ") && strings.Contains(s, "undelivered at 2 s")
	}); i < 0 {
		t.Errorf("the axis has no words: %s", strings.Join(timeline, "\n"))
	}
	p.visit("/console/webhooks/" + p.failed)
	var headings []string
	for _, line := range p.tree(".p-det") {
		if strings.HasPrefix(line, "heading ") {
			headings = append(headings, line)
		}
	}
	want := []string{"heading " + p.failed + " status callback, undelivered", "heading Request",
		"heading Signature", "heading If your app refuses it, look for what it computed",
		"heading Attempts", "heading Answer"}
	if len(headings) < len(want) || cmp.Diff(want, headings[:len(want)]) != "" {
		t.Errorf("the webhook (-want +got)\n%s", cmp.Diff(want, headings))
	}
}

// about is the message that a webhook is about.
func (p *page) about(webhook string) string {
	p.t.Helper()
	x, err := p.client.Webhook(p.t.Context(), webhook)
	if err != nil {
		p.t.Fatal(err)
	}
	return x.SID
}
