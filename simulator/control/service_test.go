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
