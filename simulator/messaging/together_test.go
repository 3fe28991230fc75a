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

	"twilsim/simulator/clock"
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

// keepChanging changes the account and has that stored again and again, until stop is called.
func keepChanging(a *Account, accounts *Accounts) (stop func()) {
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
	return func() { close(done); keeping.Wait() }
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
	stop := keepChanging(a, accounts)
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
	stop()
	if err := accounts.CloseStorage(); err != nil {
		t.Fatal(err)
	}
	if stored.webhooks < 120 || stored.transactions < stored.webhooks {
		t.Errorf("%d webhooks in %d transactions", stored.webhooks, stored.transactions)
	}
}

// mediaHalves is a storage that notes alerts about a message that were stored in another
// transaction than what became of it.
type mediaHalves struct {
	t *testing.T

	mu     sync.Mutex
	alerts int
}

func (h *mediaHalves) State(func(Row) error) error   { return nil }
func (h *mediaHalves) History(func(Row) error) error { return nil }

func (h *mediaHalves) Commit(rows []Row) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	played := map[string]bool{}
	for _, row := range rows {
		var m storedMessage
		if row.Kind == string(journal.Messages) && json.Unmarshal(row.Value, &m) == nil {
			played[m.SID] = m.Played
		}
	}
	for _, row := range rows {
		var alert journal.Alert
		if row.Kind != string(journal.Alerts) || json.Unmarshal(row.Value, &alert) != nil {
			continue
		}
		h.alerts++
		if !played[alert.SID] {
			h.t.Errorf("the alert %s was stored before what it is about", alert.Code)
		}
	}
	return nil
}

// TestMediaAlertIsStoredWithItsMessage stores all the time while files cannot be fetched: after a
// crash between an alert and its message, the restart would raise the alert again.
func TestMediaAlertIsStoredWithItsMessage(t *testing.T) {
	app := httptest.NewServer(http.NotFoundHandler())
	defer app.Close()
	stored := &mediaHalves{t: t}
	a := New(Options{Clock: clock.Virtual(time.Unix(1.7e9, 0))})
	defer a.Close()
	accounts := NewAccounts(a)
	if err := accounts.Store(stored, func(string) bool { return true }, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
		t.Fatal(err)
	}
	stop := keepChanging(a, accounts)
	const many = 100
	for range many {
		if _, err := a.Send(t.Context(), Draft{To: "+12025550142", From: "+12025550100", Body: "hello",
			HasBody: true, StatusCallback: "http://127.0.0.1/", MediaURL: []string{app.URL}}); err != nil {
			t.Fatal(err)
		}
		if err := a.Clock.Advance(t.Context(), time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := accounts.CloseStorage(); err != nil {
		t.Fatal(err)
	}
	if stored.alerts < many {
		t.Errorf("%d alerts", stored.alerts)
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
