package messaging

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"twilsim/simulator/journal"
)

// halves is a storage in which a crash can fall between any two transactions. It notes the webhooks
// that were stored without the alert about them.
type halves struct {
	t *testing.T

	mu           sync.Mutex
	transactions int
	webhooks     int
}

func (h *halves) State(func(Row) error) error { return nil }

func (h *halves) History(func(Row) error) error { return nil }

func (h *halves) Commit(rows []Row) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	failed, alerts := []string{}, map[string]bool{}
	for _, row := range rows {
		var thing struct{ ID, Exchange string }
		switch journal.Kind(row.Kind) {
		case journal.Webhooks, journal.Alerts:
			if err := json.Unmarshal(row.Value, &thing); err != nil {
				h.t.Error(err)
			}
		}
		switch journal.Kind(row.Kind) {
		case journal.Webhooks:
			failed = append(failed, thing.ID)
		case journal.Alerts:
			alerts[thing.Exchange] = true
		}
	}
	if len(rows) > 0 {
		h.transactions++
	}
	for _, id := range failed {
		h.webhooks++
		if !alerts[id] {
			h.t.Errorf("%s was stored, and the alert about it was not", id)
		}
	}
	return nil
}

// TestAlertsAreStoredWithTheirCause stores all the time while callbacks fail, and apps and bins
// answer what cannot be run.
func TestAlertsAreStoredWithTheirCause(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "broken", http.StatusInternalServerError)
	}))
	defer app.Close()
	stored := &halves{t: t}
	a := New(Options{})
	defer a.Close()
	accounts := NewAccounts(a)
	if err := accounts.Store(stored, func(string) bool { return true }, nil); err != nil {
		t.Fatal(err)
	}
	_, err := a.SetBin("broken", "<Response>{{Body}}<Message>")
	_, err2 := a.SetBin("warned", "<Response><Dial/></Response>")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for number, url := range map[string]string{"+12025550100": app.URL, "+12025550101": "broken",
		"+12025550102": "warned"} {
		if _, err := a.SetNumber(number, url, ""); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	var keeping sync.WaitGroup
	keeping.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				a.changed("something else")
				_ = accounts.Sync()
			}
		}
	})
	for range 30 {
		for _, to := range []string{"+12025550100", "+12025550101", "+12025550102"} {
			if _, err := a.Receive(t.Context(),
				Text{From: "+12025550142", To: to, Body: "hello"}); err != nil {
				t.Fatal(err)
			}
		}
		m, err := a.Send(t.Context(), Draft{To: "+12025550142", From: "+12025550100", Body: "hello",
			HasBody: true, StatusCallback: app.URL})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Deliver(m.ID(), "delivered", 0, true); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	keeping.Wait()
	if err := accounts.CloseStorage(); err != nil {
		t.Fatal(err)
	}
	if stored.webhooks < 120 || stored.transactions < stored.webhooks {
		t.Errorf("%d webhooks in %d transactions", stored.webhooks, stored.transactions)
	}
}

// TestTogether checks that a group is stored as one, however long it takes.
func TestTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stored := &halves{t: t}
		a := New(Options{})
		accounts := NewAccounts(a)
		if err := accounts.Store(stored, func(string) bool { return true }, nil); err != nil {
			t.Fatal(err)
		}
		before := stored.transactions
		end := a.together()
		x := &journal.Exchange{Code: "11200"}
		a.record(x, "")
		time.Sleep(time.Second)
		if stored.transactions != before {
			t.Error("a part of a group was stored")
		}
		a.raise(&journal.Alert{Code: "11200", Exchange: x.Name})
		end()
		if err := accounts.CloseStorage(); err != nil {
			t.Fatal(err)
		}
		if stored.webhooks != 1 {
			t.Errorf("%d webhooks were stored, want 1", stored.webhooks)
		}
	})
}
