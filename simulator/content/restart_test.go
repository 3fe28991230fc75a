package content_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/address"
	"twilsim/simulator/clock"
	"twilsim/simulator/content"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

// restart calls do with an account at a time that is stored in a file, which stays for the next
// call.
func restart(t *testing.T, file string, at time.Time, do func(*messaging.Account)) {
	t.Helper()
	f, err := storage.Open(file, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(at),
		Products: []messaging.ProductType{messaging.Templates}})
	defer a.Close()
	accounts := messaging.NewAccounts(a)
	err = accounts.Store(f, func(string) bool { return true }, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	accounts.Resume()
	do(a)
	if err := accounts.CloseStorage(); err != nil {
		t.Error(err)
	}
}

// TestRestart: templates and their reviews go on after a restart, and so does a message of one that
// is on its way, with its buttons.
func TestRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	start := time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)
	const shop, customer = "+12025550100", "+12025550142"
	var want []content.Template
	var sent string
	restart(t, file, start, func(a *messaging.Account) {
		draft, err := content.ParseDraft([]byte(`{"friendly_name":"noon","language":"en","types":{
			"twilio/quick-reply":{"body":"At noon?","actions":[{"title":"Yes","id":"yes"}]}}}`))
		if err != nil {
			t.Fatal(err)
		}
		made, err := a.Content.Create(draft)
		if err != nil {
			t.Fatal(err)
		}
		gone, err := a.Content.Create(draft)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Content.Delete(gone.SID); err != nil {
			t.Fatal(err)
		}
		asked := content.Request{Name: "noon", Category: "UTILITY"}
		if _, err := a.Content.Submit(made.SID, asked); err != nil {
			t.Fatal(err)
		}
		if _, err := a.SetNumber(shop, "", ""); err != nil {
			t.Fatal(err)
		}
		if err := a.SetQuirk("whatsapp-window", "off"); err != nil {
			t.Fatal(err)
		}
		m, err := a.Send(t.Context(), messaging.Draft{To: address.WhatsApp + customer,
			From: address.WhatsApp + shop, ContentSID: made.SID})
		if err != nil {
			t.Fatal(err)
		}
		want, sent = a.Content.Templates(), m.ID()
	})
	restart(t, file, start, func(a *messaging.Account) {
		if diff := cmp.Diff(want, a.Content.Templates()); diff != "" || len(want) != 1 {
			t.Errorf("after a restart (-want +got):\n%s", diff)
		}
		if err := a.Clock.Advance(t.Context(), 10*time.Minute); err != nil {
			t.Fatal(err)
		}
		q, err := messaging.ParseQuery(journal.Templates,
			[]string{"status=approved", "friendly_name=noon"})
		if err != nil || len(a.Journal.Find(q)) != 1 {
			t.Errorf("the journal does not show the approved template: %v", err)
		}
		text, err := a.TapText(messaging.Tap{MessageSID: sent, Button: "Yes"})
		if err != nil || text.Body != "Yes" || text.Params.Get("ButtonPayload") != "yes" {
			t.Errorf("tapped: %+v, %v", text, err)
		}
	})
}
