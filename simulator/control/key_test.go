package control

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/messaging"
)

func TestKeys(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	accounts := messaging.NewAccounts(w.account)
	made, err := w.client.AddKey(t.Context(), "ci")
	if err != nil {
		t.Fatal(err)
	}
	if a, key, err := accounts.Authenticate(made.SID, made.Secret); err != nil || a != w.account ||
		key.FriendlyName != "ci" {
		t.Errorf("the key authenticates %v with %v, %v", a, key, err) // F-375
	}
	keys, err := w.client.Keys(t.Context())
	// without the secret
	want := &Keys{Keys: []Key{{SID: made.SID, FriendlyName: "ci", DateCreated: start}}}
	if diff := cmp.Diff(want, keys); err != nil || diff != "" {
		t.Errorf("keys, %v (-want +got):\n%s", err, diff)
	}
	left, err := w.client.RemoveKey(t.Context(), made.SID)
	if err != nil || len(left.Keys) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	if _, _, err := accounts.Authenticate(made.SID, made.Secret); err == nil {
		t.Error("the key still authenticates")
	}
	_, err = w.client.RemoveKey(t.Context(), "SK1")
	var e *Error
	gone := &Error{Status: 404, Message: `there is no API key "SK1"`, Try: "twilsim keys"}
	if errors.As(err, &e); cmp.Diff(gone, e) != "" {
		t.Errorf("got %v", err)
	}
}
