package simulator_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestKeepBytes sends what once needed the most memory: texts with pictures of 1 MB, and requests
// with bodies of 64 kB. What is kept stays below the limit, and pictures go before messages.
func TestKeepBytes(t *testing.T) {
	const limit = 4 << 20
	s := &simulator.Server{KeepBytes: limit}
	defer s.Close()
	a := s.Account()
	picture := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("x"), 1<<20)...)
	for i := range 10 {
		_, err := a.Receive(context.Background(), messaging.Text{From: "+12025550142",
			To: simulator.DefaultPhoneNumber, Body: fmt.Sprint("text ", i),
			Media: []messaging.Media{messaging.ReadMedia("x.png", bytes.Clone(picture))}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		// most of it is not in the text that is sent
		w := ask(s, "127.0.0.1:2010", "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+
			"/Messages.json?To=%2B1"+strings.Repeat(fmt.Sprint(i%10), 60_000))
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Fatal(w.Code, w.Body)
		}
	}
	sum, with := 0, 0
	for kept := int64(limit + 1); kept > limit; kept = a.Journal.Budget().Used() {
		a.Journal.Budget().Wait()
	}
	for _, thing := range a.Journal.Things(journal.Messages) {
		for _, file := range thing.(*messaging.Message).Snapshot().Media {
			sum += len(file.Data)
			if file.Data != nil {
				with++
			} else if !file.Dropped {
				t.Errorf("the file of %s is gone, and nothing says so", thing.ID())
			}
		}
	}
	if a.Journal.Count(journal.Messages) != 10 || sum > limit {
		t.Errorf("%d messages, and %d bytes of %d pictures", a.Journal.Count(journal.Messages),
			sum, with)
	}
	if metrics := ask(s, "127.0.0.1:2010", "/metrics").Body.String(); !strings.Contains(metrics,
		"\ntwilsim_kept_bytes ") {
		t.Error("no twilsim_kept_bytes")
	}
}
