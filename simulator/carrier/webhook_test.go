package carrier

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
)

// TestFaults checks which webhooks a rule sees. The faults are those of the rule, if all can
// happen.
func TestFaults(t *testing.T) {
	inbound := fault.Webhook{Purpose: "inbound", Method: "POST",
		URL: "https://me:pw@shop.example:8443/sms?a=1#rc=2",
		To:  "+12025550100", From: "+12025550142"}
	with := func(w fault.Webhook, change func(*fault.Webhook)) fault.Webhook { change(&w); return w }
	status := with(inbound, func(w *fault.Webhook) {
		w.Purpose, w.Status, w.URL = "status", "sent",
			"http://localhost/status"
	})
	redirect := with(inbound, func(w *fault.Webhook) { w.Purpose = "redirect" })
	hop := with(inbound, func(w *fault.Webhook) { w.Purpose = "media" })
	get := with(inbound, func(w *fault.Webhook) { w.Method = "GET" })
	alone := with(status, func(w *fault.Webhook) { w.Alone = true })
	first := with(status, func(w *fault.Webhook) { w.First = true })
	for _, tt := range []struct {
		words string
		w     fault.Webhook
		want  bool
	}{
		{"webhook=inbound fault=drop", inbound, true},
		{"webhook=inbound fault=drop", status, false},
		{"webhook=* fault=drop", status, true},
		{"webhook=* fault=drop", hop, true},
		{"webhook=inbound to=+12025550100 from=*42 fault=drop", inbound, true},
		{"webhook=inbound to=+12025550142 fault=drop", inbound, false},
		{"webhook=inbound from=+12025550100 fault=drop", inbound, false},
		{"webhook=* status=sent fault=drop", status, true},
		{"webhook=* status=delivered fault=drop", status, false},
		{"webhook=* status=* fault=drop", inbound, false}, // it has none
		{"webhook=* path=/sms fault=drop", inbound, true},
		{"webhook=* path=/sm fault=drop", inbound, false},
		{"webhook=* url=https://shop.example:8443/sms?a=1 fault=drop", inbound, true},
		{"webhook=* url=*rc=2 fault=drop", inbound, false},
		{"webhook=* fault=delay:5s", inbound, true},
		{"webhook=* fault=late:5s", status, true},
		{"webhook=* fault=delay:5s", redirect, false},
		{"webhook=* fault=late:5s,duplicate", redirect, false},
		{"webhook=* fault=duplicate", redirect, true},
		{"webhook=* fault=reorder", status, true},
		{"webhook=* fault=reorder", alone, false},
		{"webhook=* fault=reorder", inbound, false},
		{"webhook=* fault=cut", inbound, true},
		{"webhook=* fault=cut", get, false},
		{"webhook=* fault=signature:replayed", status, true},
		{"webhook=* fault=signature:replayed", first, false},
		{"webhook=* fault=signature:bad", first, true},
		{"webhook=* fault=param,param:B=2", get, true},
	} {
		t.Run(tt.words+" "+tt.w.Purpose+" "+tt.w.Method, func(t *testing.T) {
			var rules Rules
			rules.Add(mustRule(t, "then=stuck"))
			rules.Add(mustRule(t, "api=*:Messages", "respond=500"))
			words := strings.Fields(tt.words)
			rules.Add(mustRule(t, words...))
			got := rules.Faults(tt.w, never(t))
			want, used := "", 0
			if tt.want {
				want, used = "rule r3 "+mustRule(t, words...).Faults.String(), 1
			}
			if got.Note() != want || rules.List()[2].Used != used || !rules.AboutWebhooks() {
				t.Errorf("faults %q, want %q; used %d times, want %d", got.Note(), want, rules.List()[2].Used,
					used)
			}
			if r, ok := rules.Match(Message{}, never(t)); !ok || r.ID != "r1" {
				t.Errorf("rule %s matches a message, want r1", r.ID)
			}
		})
	}
}

// TestFaultsCounts checks that rules that are used up, or whose chance says no, are skipped.
func TestFaultsCounts(t *testing.T) {
	var rules Rules
	rules.Add(mustRule(t, "webhook=*", "fault=drop", "chance=50%", "times=1"))
	rules.Add(mustRule(t, "webhook=*", "fault=cut", "times=1"))
	rules.Add(mustRule(t, "webhook=*", "fault=param"))
	var got []string
	for _, chance := range []float64{0.7, 0.2, 0.1} {
		got = append(got, rules.Faults(fault.Webhook{Method: "POST"}, always(chance)).Rule())
	}
	if diff := cmp.Diff([]string{"r2", "r1", "r3"}, got); diff != "" {
		t.Errorf("rules (-want +got)\n%s", diff)
	}
	rules.Reset()
	if faults := rules.Faults(fault.Webhook{}, never(t)); faults != nil || rules.AboutWebhooks() {
		t.Error("a rule is left")
	}
}
