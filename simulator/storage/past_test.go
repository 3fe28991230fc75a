package storage_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

// held is a file whose history is read only when the test says so.
type held struct {
	*storage.File
	asked, release chan struct{}
}

func (h *held) History(use func(messaging.Row) error) error {
	close(h.asked)
	<-h.release
	return h.File.History(use)
}

func send(t *testing.T, a *messaging.Account, to string) *messaging.Message {
	t.Helper()
	m, err := a.Send(t.Context(), messaging.Draft{To: to, From: simulator.DefaultPhoneNumber,
		Body: "hello", HasBody: true})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// scanned returns the SIDs of a scan.
func scanned(a *messaging.Account, s journal.Scan) (sids []string) {
	s.Kind, s.Oldest = journal.Messages, true
	for thing := range a.Journal.Scan(s) {
		sids = append(sids, thing.ID())
	}
	return sids
}

// TestStartBeforeHistory uses an account while its history is not there yet: messages are sent and
// go on, and a list has the old ones and the new ones in their order.
func TestStartBeforeHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, stop := serve(t, path, start)
	var old []string
	for _, to := range []string{"+12025550142", "+12025550143"} {
		old = append(old, send(t, s.Account(), to).ID())
		if err := s.Account().Clock.Advance(t.Context(), 600*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	last := s.Account().Journal.Last()
	stop() // the first was delivered or sent, the second was sent

	file := open(t, path)
	defer file.Close()
	data := &held{file, make(chan struct{}), make(chan struct{})}
	s = &simulator.Server{Data: data, Clock: clock.Virtual(start), Keep: 100}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	number, _, err := file.Run()
	if err != nil {
		t.Fatal(err)
	}
	s.BeginRun(number)
	a := s.Account()
	added := send(t, a, "+12025550142").ID()
	if err := s.Accounts().Sync(); err != nil {
		t.Fatal(err)
	}
	read := make(chan []journal.Thing)
	go func() { read <- a.Journal.Things(journal.Messages) }()
	<-data.asked
	s.Resume()
	if err := a.Clock.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if a.Journal.Last() <= last {
		t.Errorf("events go on behind %d, and there were %d", a.Journal.Last(), last)
	}
	close(data.release)

	var got []string
	for _, thing := range <-read {
		got = append(got, thing.ID())
	}
	want := append(slices.Clone(old), added)
	if !slices.Equal(got, want) {
		t.Fatalf("messages %q, want %q", got, want)
	}
	for i, scan := range []journal.Scan{{To: "+12025550142"}, {SentFrom: start}, {SentBefore: start}} {
		want := [][]string{{old[0], added}, want, nil}[i]
		if got := scanned(a, scan); !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", scan, got, want)
		}
	}
	for _, sid := range want {
		thing, ok := a.Journal.Thing(journal.Messages, sid)
		if !ok || thing.(*messaging.Message).Snapshot().Status != "delivered" {
			t.Errorf("%s was not delivered", sid)
		}
		var statuses []string
		for _, e := range a.Journal.EventsAbout(sid) {
			statuses = append(statuses, e.Status)
		}
		if !slices.Equal(statuses, []string{"queued", "sent", "delivered"}) {
			t.Errorf("the events of %s: %q", sid, statuses)
		}
	}
	events, _ := a.Journal.Events(0)
	for i, e := range events {
		if e.ID != int64(i+1) {
			t.Fatalf("event %d has the ID %d", i+1, e.ID)
		}
	}
}

// TestDamagedHistory checks that nothing is acknowledged any more if the history cannot be read.
func TestDamagedHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, stop := serve(t, path, start)
	send(t, s.Account(), "+12025550142")
	if err := s.Account().Clock.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	stop()
	file := open(t, path)
	damaged := messaging.Row{Account: 1, Kind: "alert", Place: 1, Value: []byte("{")}
	if err := file.Commit([]messaging.Row{damaged}); err != nil {
		t.Fatal(err)
	}
	file.Close()

	failed := make(chan error, 1)
	file = open(t, path)
	defer file.Close()
	s = &simulator.Server{Data: file, StoreFailed: func(err error) { failed <- err }}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Resume()
	if err := <-failed; err == nil {
		t.Error("no failure was reported")
	}
	if err := s.Accounts().Sync(); err == nil {
		t.Error("what happens is acknowledged")
	}
}
