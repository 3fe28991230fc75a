package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/messaging"
)

// TestThreads counts the texts to a handset that nobody has looked at yet.
func TestThreads(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	unread := func() map[string]int {
		t.Helper()
		found, err := w.client.Threads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, thread := range found.Threads {
			counts[thread.Address] = thread.Unread
		}
		return counts
	}
	wants := func(step string, want map[string]int) {
		t.Helper()
		if diff := cmp.Diff(want, unread()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", step, diff)
		}
	}
	send := func(to, body string) {
		t.Helper()
		w.send(t, messaging.Draft{To: to, From: shop, Body: body, HasBody: true})
	}
	const ben = "+12025550143"
	send(ana, "one")
	send(ana, "two")
	send(ben, "hi")
	wants("nothing was looked at", map[string]int{ana: 2, ben: 1})
	if read, err := w.client.ReadThread(t.Context(), ana); err != nil || read.Unread != 0 {
		t.Errorf("reading: %+v, %v", read, err)
	}
	wants("one was looked at", map[string]int{ana: 0, ben: 1})
	send(ana, "three")
	wants("another text came", map[string]int{ana: 1, ben: 1})
	if _, err := w.client.ReadThread(t.Context(), "+12025550199"); err == nil {
		t.Error("a thread without messages can be read")
	}
	found, err := w.client.Threads(t.Context())
	if err != nil || found.Threads[0].Address != ana || found.Threads[0].Last.Body != "three" ||
		found.Threads[0].LastInbound != nil {
		t.Errorf("the newest thread: %+v, %v", found.Threads[0], err)
	}
}
