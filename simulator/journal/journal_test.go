package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/pattern"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newJournal(keep int) *Journal { return New(func() time.Time { return noon }, keep) }

// callback puts a status callback into the journal.
func callback(j *Journal, sid, status, code string) *Exchange {
	body := "MessageSid=" + sid + "&MessageStatus=" + status
	if code != "" {
		body += "&ErrorCode=" + code
	}
	x := &Exchange{
		Name: j.NextID("W"), Purpose: Status, SID: sid, Attempt: 1, At: noon, Method: "POST",
		URL:    "http://shop.example/status",
		Header: "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n", Body: body,
		Status: 200,
	}
	j.Append(Event{Type: WebhookAttempt, SID: sid, Exchange: x.Name}, Webhooks, x)
	return x
}

func ids(things []Thing) string {
	var names []string
	for _, t := range things {
		names = append(names, t.ID())
	}
	return strings.Join(names, " ")
}

func TestFind(t *testing.T) {
	j := newJournal(0)
	callback(j, "SM1", "sent", "")
	callback(j, "SM1", "undelivered", "30003")
	callback(j, "SM2", "delivered", "")
	tests := []struct{ query, want string }{
		{"", "W1 W2 W3"},
		{"MessageStatus=sent", "W1"},
		{"MessageStatus:*delivered", "W2 W3"},
		{"MessageStatus=~^(sent|delivered)$", "W1 W3"},
		{"MessageStatus!=sent sid=SM1", "W2"},
		{"ErrorCode=*", "W2"},
		{"ErrorCode!=30003", "W1 W3"},
		{"http:>=200 http:<300 path=/status", "W1 W2 W3"},
		{"http:>200", ""},
		{"since:1s", "W1 W2 W3"},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			q, err := ParseQuery(Webhooks, ExchangeFields(), strings.Fields(tt.query))
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(j.Find(q)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseQueryErrors(t *testing.T) {
	tests := []struct{ word, want string }{
		{"pth=/x", `a webhook has no field "pth": did you mean "path"?`},
		{"sent", `"sent" is not a condition: write FIELD=VALUE`},
		{"=x", `"=x" is not a condition`},
		{"path=~(", "bad regular expression"},
		{"path!x", "write path!=VALUE"},
		{"since:soon", `since: "soon" is not a time`},
	}
	for _, tt := range tests {
		t.Run(tt.word, func(t *testing.T) {
			_, err := ParseQuery(Webhooks, ExchangeFields(), []string{tt.word})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestAwaitFindsWhatArrives(t *testing.T) {
	j := newJournal(0)
	q := Query{Kind: Webhooks, Terms: []Term{{Field: "sid", Value: mustPattern(t, "SM2")}}}
	found := make(chan string)
	go func() {
		thing, err := j.Await(t.Context(), q)
		found <- fmt.Sprint(thing.ID(), err)
	}()
	callback(j, "SM1", "sent", "")
	callback(j, "SM2", "sent", "")
	if got := <-found; got != "W2<nil>" && got != "W2 <nil>" {
		t.Errorf("Await found %q", got)
	}
}

func TestAwaitNamesNearMisses(t *testing.T) {
	j := newJournal(0)
	callback(j, "SM1", "sent", "")
	callback(j, "SM1", "undelivered", "30003")
	q, err := ParseQuery(Webhooks, ExchangeFields(),
		[]string{"sid=SM1", "MessageStatus=delivered", "ErrorCode=30003"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = j.Await(ctx, q)
	var miss *MissError
	if !errors.As(err, &miss) {
		t.Fatalf("got %v, want a MissError", err)
	}
	want := `no webhook matched sid=SM1 MessageStatus=delivered ErrorCode=30003; closest of 2:
  W2  POST /status undelivered
      MessageStatus
      - expected  delivered
      + got       undelivered
  W1  POST /status sent
      MessageStatus
      - expected  delivered
      + got       sent
      ErrorCode
      - expected  30003
      + got       (absent)`
	if diff := cmp.Diff(want, miss.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestResolve(t *testing.T) {
	j := newJournal(0)
	callback(j, "SM1", "sent", "")
	callback(j, "SM1", "sent", "")
	tests := []struct{ ref, want string }{
		{"W1", "W1"},
		{"latest", "W2"},
		{"latest~1", "W1"},
		{"latest~2", `there is no webhook "latest~2": 2 kept`},
		{"latest~x", `bad reference "latest~x"`},
		{"W", `2 webhooks begin with "W"`},
		{"X", `there is no webhook "X" among the 2 kept`},
		{"", `there is no webhook ""`},
	}
	for _, tt := range tests {
		t.Run(tt.ref, func(t *testing.T) {
			thing, err := j.Resolve(Webhooks, tt.ref)
			got := fmt.Sprint(err)
			if err == nil {
				got = thing.ID()
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestKeep(t *testing.T) {
	j := newJournal(2)
	for range 40 {
		callback(j, "SM1", "sent", "")
	}
	if got := ids(j.Things(Webhooks)); got != "W39 W40" {
		t.Errorf("kept %s, want the two newest", got)
	}
	if _, ok := j.Thing(Webhooks, "W1"); ok {
		t.Error("W1 is still found by its name")
	}
	events, _ := j.Events(0)
	if len(events) != 16 || events[0].ID != 25 || j.Last() != 40 {
		t.Errorf("%d events from %d to %d, want 16 from 25 to 40", len(events), events[0].ID, j.Last())
	}
}

func TestEventsResume(t *testing.T) {
	j := newJournal(0)
	for range 3 {
		callback(j, "SM1", "sent", "")
	}
	for after, want := range []int{3, 2, 1, 0, 0} {
		events, _ := j.Events(int64(after))
		if len(events) != want {
			t.Errorf("after %d: %d events, want %d", after, len(events), want)
		}
	}
	j.Clear()
	callback(j, "SM1", "sent", "")
	events, _ := j.Events(3)
	if len(events) != 1 || events[0].ID != 4 || events[0].Exchange != "W1" {
		t.Errorf("after Clear: %+v, want event 4 about W1", events)
	}
}

func TestRemove(t *testing.T) {
	j := newJournal(0)
	for range 3 {
		callback(j, "SM1", "sent", "")
	}
	if !j.Remove(Webhooks, "W2") || j.Remove(Webhooks, "W2") {
		t.Error("Remove must be true once")
	}
	if got := ids(j.Things(Webhooks)); got != "W1 W3" || j.Count(Webhooks) != 2 {
		t.Errorf("left: %s", got)
	}
}

func TestBackward(t *testing.T) {
	j := newJournal(0)
	for range 250 {
		callback(j, "SM1", "sent", "")
	}
	j.Remove(Webhooks, "W249")
	var got []Thing
	for thing := range j.Backward(Webhooks, "") {
		got = append(got, thing)
	}
	if len(got) != 249 || ids(got[:2]) != "W250 W248" || got[248].ID() != "W1" {
		t.Errorf("%d things, from %s to %s", len(got), ids(got[:2]), got[len(got)-1].ID())
	}
	for thing := range j.Backward(Webhooks, "W3") {
		if thing.ID() != "W2" {
			t.Errorf("before W3 comes %s", thing.ID())
		}
		break
	}
	things, selected, _ := j.Newest(Query{Kind: Webhooks}, 2)
	if ids(things) != "W250 W248" || selected != 249 {
		t.Errorf("newest: %s of %d", ids(things), selected)
	}
	things, selected, _ = j.Newest(Query{Kind: Webhooks,
		Terms: []Term{{Field: "id", Value: mustPattern(t, "W1?")}}}, 3)
	if ids(things) != "W19 W18 W17" || selected != 10 {
		t.Errorf("newest of a query: %s of %d", ids(things), selected)
	}
}

// BenchmarkNewest measures the first page of a short and of a long list; they should not differ by
// more than a factor of two.
func BenchmarkNewest(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			j := newJournal(0)
			for i := range n {
				j.Append(Event{}, Webhooks, &Exchange{Name: fmt.Sprint("W", i)})
			}
			for b.Loop() {
				j.Newest(Query{Kind: Webhooks}, 50)
			}
		})
	}
}

func TestHeaderRoundTrip(t *testing.T) {
	h := Header("Accept: */*\r\nX-Twilio-Signature: abc=\r\n")
	if got := h.Get("x-twilio-signature"); got != "abc=" {
		t.Errorf("Get = %q", got)
	}
	data, err := h.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var got Header
	if err := got.UnmarshalJSON(data); err != nil || got != h {
		t.Errorf("JSON %s gave %q back, %v", data, got, err)
	}
}

// FuzzParseQuery checks that a query is read back from its words.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"to=+1202*", "body=~^a", "status!=failed", "http:>=400", "Body=a=b",
		"since:5m", "x", "http=>=", "a!="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		q, err := ParseQuery(Webhooks, ExchangeFields(), []string{word})
		if err != nil || len(q.Terms) == 0 {
			return
		}
		again, err := ParseQuery(Webhooks, ExchangeFields(), []string{q.Terms[0].String()})
		if err != nil || again.Terms[0].String() != q.Terms[0].String() {
			t.Errorf("%q became %q, then %v, %v", word, q.Terms[0], again, err)
		}
	})
}

// BenchmarkAppend measures one event with its thing in a full journal.
func BenchmarkAppend(b *testing.B) {
	j := newJournal(1000)
	x := &Exchange{}
	for b.Loop() {
		x = &Exchange{Name: j.NextID("W")}
		j.Append(Event{Type: WebhookAttempt, Exchange: x.Name}, Webhooks, x)
	}
}

func mustPattern(t *testing.T, s string) pattern.Pattern {
	t.Helper()
	p, err := pattern.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestParam checks that one parameter is what it is among all.
func TestParam(t *testing.T) {
	form := Header("Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n")
	for _, x := range []*Exchange{
		{Purpose: Status, Header: form, Body: "To=%2B1202&MessageStatus=sent&A=b+c"},
		{Purpose: Status, URL: "http://a/?MessageStatus=read#x", Header: form,
			Body: "MessageStatus=sent"},
		{Purpose: Status, URL: "http://a/?Message%53tatus=read", Header: form,
			Body: "MessageStatus=sent"},
		{Purpose: Status, URL: "http://a/?A=1;MessageStatus=read", Header: form, Body: "A=2"},
		{Purpose: Status, URL: "http://a/?A=%zz", Header: form, Body: "A=2"},
		{Purpose: Status, URL: "http://a/#?A=1", Header: form, Body: "A=2"},
		{Purpose: Status, Body: "MessageStatus=sent"},
		{Purpose: API, Header: form, Body: "A=%zz&MessageStatus=sent"},
	} {
		for _, name := range []string{"MessageStatus", "To", "A"} {
			if got, want := x.Param(name), x.Params().Get(name); got != want {
				t.Errorf("%s of %+v is %q, want %q", name, x, got, want)
			}
		}
	}
}
