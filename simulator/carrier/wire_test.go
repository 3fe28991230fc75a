package carrier

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/webhook"
)

// TestWire asks which webhooks a rule sees, and what its faults come to.
func TestWire(t *testing.T) {
	inbound := Webhook{Purpose: "inbound", Method: "POST", URL: "https://me:pw@shop.example:8443/sms?a=1#rc=2",
		To: "+12025550100", From: "+12025550142"}
	with := func(w Webhook, change func(*Webhook)) Webhook { change(&w); return w }
	status := with(inbound, func(w *Webhook) { w.Purpose, w.Status, w.URL = "status", "sent", "http://localhost/status" })
	redirect := with(inbound, func(w *Webhook) { w.Purpose = "redirect" })
	hop := with(inbound, func(w *Webhook) { w.Purpose = "media" })
	get := with(inbound, func(w *Webhook) { w.Method = "GET" })
	alone := with(status, func(w *Webhook) { w.Alone = true })
	first := with(status, func(w *Webhook) { w.First = true })
	for _, tt := range []struct {
		words string
		w     Webhook
		want  *Wire // without rule and words; nil for no match
	}{
		{"webhook=inbound fault=drop", inbound, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=inbound fault=drop", status, nil},
		{"webhook=* fault=drop", status, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=* fault=drop", hop, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=inbound to=+12025550100 from=*42 fault=drop", inbound, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=inbound to=+12025550142 fault=drop", inbound, nil},
		{"webhook=inbound from=+12025550100 fault=drop", inbound, nil},
		{"webhook=* status=sent fault=drop", status, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=* status=delivered fault=drop", status, nil},
		{"webhook=* status=* fault=drop", inbound, nil}, // it has none
		{"webhook=* path=/sms fault=drop", inbound, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=* path=/sm fault=drop", inbound, nil},
		{"webhook=* url=https://shop.example:8443/sms?a=1 fault=drop", inbound, &Wire{Fault: webhook.Fault{Drop: true}}},
		{"webhook=* url=*rc=2 fault=drop", inbound, nil},
		{"webhook=* fault=delay:5s", inbound, &Wire{Wait: 5 * time.Second}},
		{"webhook=* fault=late:5s", status, &Wire{Wait: 5 * time.Second, Overtaken: true}},
		{"webhook=* fault=delay:5s", redirect, nil},
		{"webhook=* fault=late:5s,duplicate", redirect, nil},
		{"webhook=* fault=duplicate", redirect, &Wire{Fault: webhook.Fault{Copies: 2}}},
		{"webhook=* fault=reorder", status, &Wire{Swapped: true}},
		{"webhook=* fault=reorder", alone, nil},
		{"webhook=* fault=reorder", inbound, nil},
		{"webhook=* fault=cut", inbound, &Wire{Fault: webhook.Fault{Cut: &webhook.Cut{After: -1}}}},
		{"webhook=* fault=cut", get, nil},
		{"webhook=* fault=signature:replayed", status, &Wire{Fault: webhook.Fault{Spoil: "replayed"}}},
		{"webhook=* fault=signature:replayed", first, nil},
		{"webhook=* fault=signature:bad", first, &Wire{Fault: webhook.Fault{Spoil: "bad"}}},
		{"webhook=* fault=param,param:B=2", get, &Wire{Fault: webhook.Fault{Params: webhook.Params{{Name: "FutureParameter", Value: "1"}, {Name: "B", Value: "2"}}}}},
	} {
		t.Run(tt.words+" "+string(tt.w.Purpose)+" "+tt.w.Method, func(t *testing.T) {
			var rules Rules
			rules.Add(mustRule(t, "then=stuck"))
			rules.Add(mustRule(t, "api=*:Messages", "respond=500"))
			rule := rules.Add(mustRule(t, strings.Fields(tt.words)...))
			got, ok := rules.Wire(tt.w, never(t))
			if ok != (tt.want != nil) || !rules.AboutWebhooks() {
				t.Fatalf("Wire = %+v, %v", got, ok)
			}
			used := rules.List()[2].Used
			if !ok {
				if used != 0 {
					t.Errorf("used %d times", used)
				}
				return
			}
			tt.want.Fault.Rule, tt.want.Fault.What = "r3", formatWireFaults(rule.Faults)
			if diff := cmp.Diff(*tt.want, got); diff != "" || used != 1 {
				t.Errorf("used %d times, Wire (-want +got)\n%s", used, diff)
			}
			if r, ok := rules.Match(Message{}, never(t)); !ok || r.ID != "r1" {
				t.Errorf("a message meets %s", r.ID)
			}
		})
	}
}

// TestWireCounts passes over rules that are used up, or whose chance says no.
func TestWireCounts(t *testing.T) {
	var rules Rules
	rules.Add(mustRule(t, "webhook=*", "fault=drop", "chance=50%", "times=1"))
	rules.Add(mustRule(t, "webhook=*", "fault=cut", "times=1"))
	rules.Add(mustRule(t, "webhook=*", "fault=param"))
	var got []string
	for _, chance := range []float64{0.7, 0.2, 0.1} {
		wire, _ := rules.Wire(Webhook{Method: "POST"}, always(chance))
		got = append(got, wire.Fault.Rule)
	}
	if diff := cmp.Diff([]string{"r2", "r1", "r3"}, got); diff != "" {
		t.Errorf("rules (-want +got)\n%s", diff)
	}
	rules.Reset()
	if _, ok := rules.Wire(Webhook{}, never(t)); ok || rules.AboutWebhooks() {
		t.Error("a rule is left")
	}
}

// FuzzParseWireFaults holds the property that faults come back from their words, and that a good one says what it is.
func FuzzParseWireFaults(f *testing.F) {
	for _, tt := range wireForms() {
		f.Add(tt.name)
		f.Add(tt.example)
	}
	f.Add("late:1m,cut,signature:stale,param,param:A%2Cb=c+d%0A=")
	f.Add("delay:1d12h,duplicate:100,cut:0")
	f.Fuzz(func(t *testing.T, s string) {
		faults, err := ParseWireFaults(s)
		if err != nil {
			return
		}
		again, err := ParseWireFaults(formatWireFaults(faults))
		if diff := cmp.Diff(faults, again); err != nil || diff != "" {
			t.Errorf("%q: %v (-first +again)\n%s", s, err, diff)
		}
		if text := describeWireFaults(faults); text == "" || strings.ContainsAny(text, "\n\x1b\x00") {
			t.Errorf("%q is described as %q", s, text)
		}
	})
}
