package messaging

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// plans is a director with the same plan for everything.
type plans struct {
	text    TextPlan
	message MessagePlan
	seen    []string // purposes of attempts
}

func (p *plans) Text(Snapshot) TextPlan                       { return p.text }
func (p *plans) Message(Snapshot, carrier.Script) MessagePlan { return p.message }
func (p *plans) Attempted(x *journal.Exchange) {
	p.seen = append(p.seen,
		string(x.Purpose))
}
func (p *plans) Request(string, string, url.Values) (plan RequestPlan) { return plan }

// TestDirector checks what a director makes of one text and its reply with two callbacks.
func TestDirector(t *testing.T) {
	duplicate := CallbackPlan{Faults: fault.List{{Kind: fault.Duplicate, Copies: 2}}}
	for _, tt := range []struct {
		name string
		plans
		atOnce int // callbacks before any time passes
		all    int
	}{
		{"nothing", plans{}, 0, 2},
		{"early", plans{message: MessagePlan{Early: 1, Patience: time.Minute}}, 1, 2},
		{"both early", plans{message: MessagePlan{Early: 2}}, 2, 2},
		{"twice", plans{message: MessagePlan{Callbacks: []CallbackPlan{duplicate}}}, 0, 3},
		{"together", plans{message: MessagePlan{Callbacks: []CallbackPlan{{Together: true}}}}, 0, 2},
		{"last together", plans{message: MessagePlan{Callbacks: []CallbackPlan{{}, {Together: true}}}}, 0,
			2},
		{"script", plans{message: MessagePlan{Script: carrier.Script{
			{Status: carrier.Sent, At: time.Second, Send: time.Second, Copies: 1}}}}, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", reply(" action='/status'", "hi"))
			a := newAccount(t, app)
			a.SetDirector(&tt.plans)
			text(t, a, "hi")
			if got := len(app.bodies("/status")); got != tt.atOnce {
				t.Errorf("%d callbacks at once, want %d", got, tt.atOnce)
			}
			advance(t, a, time.Hour)
			if got := len(app.bodies("/status")); got != tt.all || len(tt.seen) != 1+tt.all {
				t.Errorf("%d callbacks and %d attempts, want %d and %d", got, len(tt.seen), tt.all, 1+tt.all)
			}
		})
	}
}

// TestDirectorHold checks that a webhook leaves when the director says so.
func TestDirectorHold(t *testing.T) {
	app := newApp(t)
	a := newAccount(t, app)
	var send func()
	p := &plans{text: TextPlan{Hold: func(later func()) { send = later }}}
	a.SetDirector(p)
	receipt := text(t, a, "hi")
	if receipt.Held == nil || len(p.seen) != 0 {
		t.Fatalf("held %v, attempts %v; want it held without any", receipt.Held, p.seen)
	}
	send()
	if diff := cmp.Diff([]string{"inbound"}, p.seen); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
}
