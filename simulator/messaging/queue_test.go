package messaging

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
)

// describe writes a queue as its state, what it holds, and what it waits for.
func describe(q *callbackQueue) string {
	words := []string{[]string{"idle", "sending", "paused"}[q.state]}
	for _, job := range q.ready {
		words = append(words, string(job.status))
	}
	if q.owed != 0 {
		words = append(words, fmt.Sprintf("owed:%d", q.owed))
	}
	if q.swapped != nil {
		words = append(words, "swapped:"+string(q.swapped.status))
	}
	if q.overlap {
		words = append(words, "overlap")
	}
	return strings.Join(words, " ")
}

// step does what a word such as "add:sent" says, and returns what the method returned.
func (q *callbackQueue) step(word string) string {
	method, argument, _ := strings.Cut(word, ":")
	job := callbackJob{status: carrier.Status(argument)}
	switch method {
	case "begin":
		return fmt.Sprint(q.begin())
	case "last":
		return fmt.Sprint(q.last())
	case "next":
		var statuses []string
		for _, job := range q.next() {
			statuses = append(statuses, string(job.status))
		}
		return strings.Join(statuses, "+")
	case "add":
		q.add(job)
	case "putBack":
		q.putBack(job)
	case "pause":
		q.pause(job)
	case "swap":
		q.swap(job)
	case "resume":
		q.resume()
	case "sent":
		q.sent()
	case "drop":
		q.drop()
	case "announce", "withdraw":
		n := len(argument)
		if method == "announce" {
			q.announce(n)
		} else {
			q.withdraw(n)
		}
	case "overlap":
		q.overlap = true
	default:
		panic("unknown word " + word)
	}
	return ""
}

// TestCallbackQueue takes a queue through every transition of its diagram. A step is a method, its
// argument (one character for each callback that is announced or withdrawn) and what it returns.
func TestCallbackQueue(t *testing.T) {
	for _, tt := range []struct{ name, steps, want string }{
		{"zero", "", "idle"},
		{"idle, add", "announce:ab add:a", "idle a owed:1"},
		{"idle, begin", "announce:a add:a begin=true", "sending a"},
		{"idle, begin without callbacks", "begin=true", "sending"},
		{"sending, add", "announce:ab add:a begin=true next=a add:b", "sending b"},
		{"sending, begin", "announce:a add:a begin=true begin=false next=a begin=false", "sending"},
		{"sending, one at a time", "announce:ab add:a add:b begin=true next=a sent next=b",
			"sending"},
		{"sending, nothing left", "announce:a add:a begin=true next=a next=", "idle"},
		{"sending again", "announce:ab add:a begin=true next=a next= add:b begin=true next=b",
			"sending"},
		{"sending, pause", "announce:ab add:a add:b begin=true next=a pause:a", "paused a b"},
		{"paused, add", "announce:ab add:a begin=true next=a pause:a add:b", "paused a b"},
		{"paused, begin", "announce:a add:a begin=true next=a pause:a begin=false", "paused a"},
		{"paused, resume", "announce:a add:a begin=true next=a pause:a resume", "idle a"},
		{"paused, resume, send", "announce:a add:a begin=true next=a pause:a resume begin=true " +
			"next=a next=", "idle"},
		{"putBack", "announce:ab add:a begin=true next=a add:b putBack:a next=b next=a", "sending"},
		{"drop when idle", "announce:ab add:a drop", "idle"},
		{"drop when sending", "announce:abc add:a add:b begin=true next=a swap:a drop", "idle"},
		{"drop when paused", "announce:a add:a begin=true next=a pause:a drop", "idle"},
		{"drop when waiting for overlap", "overlap announce:ab add:a drop", "idle"},

		{"waiting for overlap, begin", "overlap announce:ab add:a begin=false",
			"idle a owed:1 overlap"},
		{"overlap, all there", "overlap announce:ab add:a add:b begin=true next=a+b next=",
			"idle overlap"},
		{"overlap, withdrawn", "overlap announce:ab add:a withdraw:b begin=true next=a", "sending"},
		{"overlap, one by one once withdrawn", "overlap announce:abc add:a add:b withdraw:c " +
			"begin=true next=a", "sending b"},

		{"last with one behind", "announce:ab add:a add:b begin=true next=a last=false",
			"sending b"},
		{"last with one announced", "announce:ab add:a begin=true next=a last=false",
			"sending owed:1"},
		{"last of all", "announce:a add:a begin=true next=a last=true", "sending"},
		{"last under overlap", "overlap announce:ab add:a add:b begin=true next=a+b last=true",
			"sending overlap"},
		{"swap", "announce:ab add:a begin=true next=a swap:a next=", "idle owed:1 swapped:a"},
		{"swap, next is sent", "announce:ab add:a begin=true next=a swap:a add:b next=b " +
			"last=true sent", "sending a"},
		{"swap of two at once", "announce:ab add:a begin=true next=a swap:a last=true",
			"sending owed:1 swapped:a"},
		{"sent without a swap", "announce:a add:a begin=true next=a sent", "sending"},
		{"swap, next is withdrawn", "announce:ab add:a begin=true next=a swap:a next= withdraw:b",
			"idle a"},
		{"swap, another is announced", "announce:ab add:a begin=true next=a swap:a next= " +
			"announce:c withdraw:b",
			"idle owed:1 swapped:a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var q callbackQueue
			for word := range strings.FieldsSeq(tt.steps) {
				call, want, _ := strings.Cut(word, "=")
				if got := q.step(call); got != want {
					t.Errorf("%s returned %q, want %q: %s", call, got, want, describe(&q))
				}
			}
			if got := describe(&q); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestReorderAfterDeliver moves a message by hand while a rule waits to swap two callbacks. The
// callback of the step that the script lost can then not be the one to swap with.
func TestReorderAfterDeliver(t *testing.T) {
	for _, tt := range []struct {
		script, fault, status string
		at                    time.Duration
		want                  []string
	}{
		{"sent,delivered@10s,read@20s", "reorder", "delivered", 5 * time.Second,
			[]string{"sent", "delivered"}},
		{"sent,delivered@10s,read@20s", "reorder", "read", 5 * time.Second,
			[]string{"sent", "read"}},
		{"sent>30s,delivered@10s,read@20s", "reorder", "delivered", 5 * time.Second,
			[]string{"sent", "delivered"}},
		{"sent@1s,delivered@10s", "reorder", "sending", 5 * time.Second, []string{"sent"}},
	} {
		t.Run(tt.script+" "+tt.status, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", reply(" action='/status'", "hi"))
			a := newAccount(t, app)
			addRule(t, a, "then="+tt.script)
			status := tt.status
			if status == "sending" {
				status = "sent"
			}
			addRule(t, a, "webhook=status", "status="+status, "fault="+tt.fault)
			m := text(t, a, "hi").Replies[0]
			advance(t, a, tt.at)
			if _, err := a.Deliver(m.ID(), carrier.Status(tt.status), 0, true); err != nil {
				t.Fatal(err)
			}
			advance(t, a, time.Hour)
			if diff := cmp.Diff(tt.want, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
		})
	}
}
