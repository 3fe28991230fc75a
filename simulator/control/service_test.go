package control

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
)

func TestServices(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	made, err := w.account.CreateService(func(s *directory.Service) error {
		s.FriendlyName, s.StatusCallback = "shop", "https://shop.example/status"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	number, _ := w.account.Number(shop)
	w.pool(t, made.SID)
	want := Service{
		SID: made.SID, FriendlyName: "shop", StatusCallback: "https://shop.example/status",
		StickySender: true, ValidityPeriod: 36000,
		DateCreated: start, Senders: []Sender{{SID: number.SID, Kind: "PhoneNumbers",
			Address: shop}},
	}
	got, err := w.client.Services(t.Context())
	if diff := cmp.Diff(&Services{[]Service{want}}, got); err != nil || diff != "" {
		t.Errorf("services, %v (-want +got):\n%s", err, diff)
	}
	on := true
	want.AdvancedOptOut = true
	set, err := w.client.SetService(t.Context(), made.SID, ServiceSettings{AdvancedOptOut: &on})
	if diff := cmp.Diff(&want, set); err != nil || diff != "" {
		t.Errorf("set, %v (-want +got):\n%s", err, diff)
	}
	for _, settings := range []ServiceSettings{{AdvancedOptOut: &on}, {}} {
		_, err = w.client.SetService(t.Context(), "MG1", settings)
		var e *Error
		unknown := &Error{Status: 404, Message: `there is no Messaging Service "MG1"`,
			Try: "twilsim services"}
		if errors.As(err, &e); cmp.Diff(unknown, e) != "" {
			t.Errorf("got %v", err)
		}
	}
}

// TestSetService makes a service, changes it by its name, and removes it.
func TestSetService(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	text := func(s string) *string { return &s }
	yes := true
	made, err := w.client.AddService(t.Context(), ServiceSettings{
		FriendlyName: text("shop"), StatusCallback: text("https://shop.example/status"),
		UseInboundWebhookOnNumber: &yes, AddSenders: []string{shop, "SHOP"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(made.Senders) != 2 || made.Senders[0].Address != shop ||
		made.Senders[1].Address != "SHOP" ||
		!made.UseInboundWebhookOnNumber || made.StatusCallback != "https://shop.example/status" {
		t.Errorf("made %+v", made)
	}
	set, err := w.client.SetService(t.Context(), "shop", ServiceSettings{
		FriendlyName: text("store"), RemoveSenders: []string{"SHOP"}})
	if err != nil || set.FriendlyName != "store" || len(set.Senders) != 1 || set.StatusCallback == "" {
		t.Errorf("set %+v, %v", set, err)
	}
	for name, settings := range map[string]ServiceSettings{
		`there is no sender in the pool "SHOP"`: {RemoveSenders: []string{"SHOP"}},
		`there is no number "+12025550199"`: {AddSenders: []string{"+12025550199"},
			FriendlyName: text("changed")},
	} {
		if _, err := w.client.SetService(t.Context(), made.SID, settings); err == nil ||
			err.Error() != name {
			t.Errorf("%+v: %v, want %s", settings, err, name)
		}
	}
	if got, err := w.client.Service(t.Context(), "store"); err != nil || got.SID != made.SID {
		t.Errorf("by its name: %+v, %v", got, err)
	}
	if left, err := w.client.RemoveService(t.Context(), "store"); err != nil ||
		len(left.Services) > 0 {
		t.Errorf("left %+v, %v", left, err)
	}
}

// TestOptOuts opts a customer out and in again, for a number that is in the pool of a service.
func TestOptOuts(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	const recipient = "+12025550149"
	out, err := w.client.SetOptOut(t.Context(), recipient, shop, true)
	want := &OptOuts{[]directory.OptOut{{Recipient: recipient, Sender: shop}}}
	if diff := cmp.Diff(want, out); err != nil || diff != "" {
		t.Errorf("out, %v (-want +got):\n%s", err, diff)
	}
	if !w.account.OptedOut(shop, recipient) {
		t.Error("the account does not know of it")
	}
	in, err := w.client.SetOptOut(t.Context(), recipient, shop, false)
	if err != nil || len(in.OptOuts) > 0 || w.account.OptedOut(shop, recipient) {
		t.Errorf("in: %+v, %v", in, err)
	}
	var e *Error
	if _, err := w.client.SetOptOut(t.Context(), recipient, shop, false); !errors.As(err, &e) ||
		e.Status != 404 {
		t.Errorf("in again: %v", err)
	}
}

// TestRemoveBin wants a bin that answers for a number to stay.
func TestRemoveBin(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	bin, err := w.client.SetBin(t.Context(), "hello", "<Response/>")
	if err != nil {
		t.Fatal(err)
	}
	url := "hello"
	if _, err := w.client.SetNumber(t.Context(), shop, NumberWebhook{SmsURL: &url}); err != nil {
		t.Fatal(err)
	}
	var e *Error
	if _, err := w.client.RemoveBin(t.Context(), "hello"); !errors.As(err, &e) || e.Status != 409 {
		t.Errorf("one that is used: %v", err)
	}
	url = ""
	if _, err := w.client.SetNumber(t.Context(), shop, NumberWebhook{SmsURL: &url}); err != nil {
		t.Fatal(err)
	}
	if left, err := w.client.RemoveBin(t.Context(), bin.SID); err != nil || len(left.Bins) > 0 {
		t.Errorf("left %+v, %v", left, err)
	}
	if _, err := w.client.Bin(t.Context(), "hello"); !errors.As(err, &e) || e.Status != 404 {
		t.Errorf("after its removal: %v", err)
	}
}

// TestSetAccount names and closes a subaccount, and wants the main account to stay open.
func TestSetAccount(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	if _, err := w.client.CreateAccount(t.Context(), "west"); err != nil {
		t.Fatal(err)
	}
	text := func(s string) *string { return &s }
	var e *Error
	if _, err := w.client.SetAccount(t.Context(),
		AccountSettings{Status: text("closed")}); !errors.As(err, &e) || e.Status != 409 {
		t.Errorf("the main account: %v", err)
	}
	w.client.Account = "west"
	closed, err := w.client.SetAccount(t.Context(),
		AccountSettings{FriendlyName: text("east"), Status: text("closed")})
	if err != nil || closed.FriendlyName != "east" || closed.Status != "closed" {
		t.Errorf("closed %+v, %v", closed, err)
	}
	w.client.Account = "east"
	if got, err := w.client.OneAccount(t.Context()); err != nil || got.SID != closed.SID {
		t.Errorf("by its new name: %+v, %v", got, err)
	}
}
