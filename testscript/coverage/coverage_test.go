package coverage

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestTable checks that IDs and keys are unique, and that the first and last numbers stay.
func TestTable(t *testing.T) {
	keys := map[string]bool{}
	all := Table()
	for n, i := range all {
		if i.ID != fmt.Sprintf("G%d", n+1) || keys[i.key] || len(i.Lines) == 0 || i.use == "" {
			t.Errorf("row %d: %+v", n, i)
		}
		keys[i.key] = true
	}
	for id, key := range map[string]string{"G1": "outcome/outbound-reply/delivered/",
		"G24": "order/in",
		"G30": "fault/inbound/cut", "G40": "api/429", "G71": "opt-out/HELP", "G72": "opt-out/after"} {
		if i, ok := Lookup(id); !ok || i.key != key {
			t.Errorf("%s is %q, want %q: numbers never change", id, i.key, key)
		}
	}
}

// TestReport checks that only what the app uses counts, and that reports merge.
func TestReport(t *testing.T) {
	seen := Seen{"use/texts": false, "opt-out/STOP": true, "answer/inbound/twiml": false}
	r := NewReport(seen)
	for _, i := range r.Items {
		if i.use != texts {
			t.Errorf("%s %s is not about texts", i.ID, i.Name)
		}
	}
	exercised, checked := r.Percent()
	if exercised == 0 || checked == 0 || checked >= exercised {
		t.Errorf("%d%% exercised, %d%% checked", exercised, checked)
	}
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	again, err := ReadReport(b.Bytes())
	if err != nil || len(again.Items) != len(r.Items) {
		t.Fatalf("%v %+v", err, again)
	}
	again.Seen.Merge(Seen{"use/callbacks": false, "order/late": true})
	if merged := NewReport(again.Seen); len(merged.Items) <= len(r.Items) {
		t.Errorf("%d items, want more than %d", len(merged.Items), len(r.Items))
	}
	var text, html bytes.Buffer
	r.WriteText(&text)
	if err := r.WriteHTML(&html); err != nil || !strings.Contains(html.String(), "<td>G71</td>") {
		t.Errorf("%v %s", err, html.String())
	}
	if !strings.Contains(text.String(), "opt-out: HELP") ||
		strings.Contains(text.String(), "opt-out: STOP") {
		t.Error(text.String())
	}
}
