package control

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator/messaging"
)

func TestSinks(t *testing.T) {
	const delivered = "com.twilio.messaging.message.delivered"
	const received = "com.twilio.messaging.inbound-message.received"
	w := newWorld(t, messaging.Options{})
	ctx := t.Context()
	made, err := w.client.AddSink(ctx, NewSink{Destination: "https://shop.example/events",
		Types: []string{delivered}})
	if err != nil {
		t.Fatal(err)
	}
	want := &Sink{SID: made.SID, Description: "https://shop.example/events",
		Destination: "https://shop.example/events", Types: []string{delivered}, DateCreated: start}
	if diff := cmp.Diff(want, made, cmpopts.IgnoreFields(Sink{}, "Subscription")); diff != "" ||
		!strings.HasPrefix(made.Subscription, "DF") || !strings.HasPrefix(made.SID, "DG") {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	// the types are changed, and the subscription stays the same
	set, err := w.client.SetSink(ctx, made.SID, []string{received})
	if err != nil || set.Subscription != made.Subscription ||
		cmp.Diff([]string{received}, set.Types) != "" {
		t.Errorf("set: %+v, %v", set, err)
	}
	w.text(t, "hi")
	if _, err := w.client.TestSink(ctx, made.SID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.client.Advance(ctx, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	found, err := w.client.SinkEvents(ctx, nil, 0)
	if err != nil || len(found.Events) != 2 {
		t.Fatalf("events: %+v, %v", found, err)
	}
	for _, e := range found.Events {
		if e.SinkSID != made.SID || e.Status != "delivered" || e.Attempts != "1" {
			t.Errorf("an event: %+v", e)
		}
	}
	if found, err = w.client.SinkEvents(ctx, []string{"type=" + received}, 0); err != nil ||
		found.Matched != 1 {
		t.Errorf("events of the type: %+v, %v", found, err)
	}
	// no types, no subscription
	if set, err = w.client.SetSink(ctx, made.SID, nil); err != nil || set.Subscription != "" ||
		len(set.Types) != 0 {
		t.Errorf("without types: %+v, %v", set, err)
	}
	all, err := w.client.AddSink(ctx, NewSink{Description: "all",
		Destination: "https://shop.example/all"})
	list, err2 := w.client.Sinks(ctx)
	if err != nil || err2 != nil || len(list.Sinks) != 2 || len(all.Types) != len(list.Types) ||
		list.Sinks[0].SID != all.SID {
		t.Errorf("the sinks: %+v, %+v, %v, %v", all, list, err, err2)
	}
	list, err = w.client.RemoveSink(ctx, all.SID)
	if err != nil || len(list.Sinks) != 1 {
		t.Errorf("after the removal: %+v, %v", list, err)
	}
	for _, tt := range []struct{ name, method, path, body, want string }{
		{"no destination", "POST", "/sinks", `{}`, `the field "destination" is missing`},
		{"no URL", "POST", "/sinks", `{"destination":"shop"}`, `bad destination "shop"`},
		{"unknown type", "POST", "/sinks", `{"destination":"http://localhost/x","types":["x"]}`,
			`unknown event type "x"`},
		{"unknown sink", "PUT", "/sinks/DG1", `{"types":[]}`, `there is no sink "DG1"`},
		{"unknown sink to test", "POST", "/sinks/DG1/test", ``, `there is no sink "DG1"`},
		{"unknown sink to remove", "DELETE", "/sinks/DG1", ``, `there is no sink "DG1"`},
	} {
		if status, body := w.ask(tt.method, tt.path, tt.body); status < 400 ||
			!strings.Contains(errorOf(t, body).Message, tt.want) {
			t.Errorf("%s: %d %s, want %s", tt.name, status, body, tt.want)
		}
	}
	if left, err := w.client.Sinks(ctx); err != nil || len(left.Sinks) != 1 {
		t.Errorf("a wrong request has changed something: %+v, %v", left, err)
	}
}
