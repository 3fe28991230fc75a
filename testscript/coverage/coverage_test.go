package coverage

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"twilsim/simulator/carrier"
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
		"G30": "fault/inbound/cut", "G40": "api/429", "G71": "opt-out/HELP", "G72": "opt-out/after",
		"G73": "outcome/outbound-reply/failed/30010", "G213": "order/early", "G228": "api/201",
		"G262": "parameter/pictures", "G276": "verify/approved"} {
		if i, ok := Lookup(id); !ok || i.key != key {
			t.Errorf("%s is %q, want %q: numbers never change", id, i.key, key)
		}
	}
}

// TestCodes checks that every code with which a message can end is in the table, once for replies
// and once for messages of the API. Those of RCS are not: nothing here tells the channel apart.
func TestCodes(t *testing.T) {
	all := map[string]int{}
	for _, i := range Table() {
		all[i.key]++
	}
	for _, o := range carrier.Outcomes() {
		final, code := string(o.Final()), strconv.Itoa(o.Code)
		if o.Code == 0 || o.Refuse != 0 && len(o.Script) == 0 {
			continue
		}
		for _, direction := range []string{"outbound-reply", "outbound-api"} {
			n := all["outcome/"+direction+"/"+final+"/"+code]
			rcs := o.Code == 30046 || o.Code == 63035 || o.Code == 63036
			if refused := o.Code == 21610; !refused && rcs == (n == 1) {
				t.Errorf("%s of %s is %d times in the table", o.Name, direction, n)
			}
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
		strings.Contains(text.String(), "opt-out: STOP") ||
		!strings.Contains(text.String(), " more of alert: --coverage-out FILE.html") {
		t.Error(text.String())
	}
}
