package carrier

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNext checks all changes of status (F-167, and F-232, F-395, F-429 for accepted).
func TestNext(t *testing.T) {
	want := map[Status][]Status{
		Accepted:           {Queued, Failed, Canceled},
		Scheduled:          {Queued, Canceled},
		Queued:             {Sending, Sent, Failed},
		Sending:            {Sent, Failed},
		Sent:               {Delivered, Undelivered},
		Delivered:          {Read},
		Undelivered:        nil,
		Failed:             nil,
		Read:               nil,
		Canceled:           nil,
		Receiving:          {Received},
		Received:           nil,
		PartiallyDelivered: nil,
	}
	got := map[Status][]Status{}
	for _, s := range statuses {
		got[s] = nextStatuses(s)
		for _, to := range statuses {
			legal := false
			for _, w := range want[s] {
				legal = legal || w == to
			}
			if Legal(s, to) != legal {
				t.Errorf("Legal(%s, %s) = %v", s, to, !legal)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Next (-want +got)\n%s", diff)
	}
}

func TestStatus(t *testing.T) {
	final := map[Status]bool{Delivered: true, Undelivered: true, Failed: true, Canceled: true,
		Read: true, Received: true}
	for _, s := range statuses {
		if !s.Known() {
			t.Errorf("%s is not known", s)
		}
		if s.Final() != final[s] {
			t.Errorf("%s.Final() = %v", s, s.Final())
		}
		for _, to := range nextStatuses(s) {
			if s.Final() && s != Delivered {
				t.Errorf("%s is final, but %s follows", s, to)
			}
		}
	}
	for _, s := range []Status{"", "delivrd", "Delivered"} {
		if s.Known() || s.Final() || nextStatuses(s) != nil {
			t.Errorf("%q passes for a status", s)
		}
	}
}
