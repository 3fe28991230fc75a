package messaging

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
)

func TestHandsets(t *testing.T) {
	a := newAccount(t, nil)
	if _, err := a.SetHandset("+1 202 555 0143", carrier.HandsetOff); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetHandset("phone", carrier.HandsetOff); err == nil {
		t.Error("no error for a value that is not a number")
	}
	text(t, a, "hi")
	if _, err := a.SetHandset(customer, carrier.HandsetLandline); err != nil {
		t.Fatal(err)
	}
	text(t, a, "hi") // texting does not turn a handset on
	want := []directory.Handset{{Number: customer, State: carrier.HandsetLandline},
		{Number: "+12025550143", State: carrier.HandsetOff}}
	if diff := cmp.Diff(want, a.Handsets()); diff != "" {
		t.Errorf("handsets (-want +got):\n%s", diff)
	}
	if h := a.Handset("+12025550199"); h != (directory.Handset{Number: "+12025550199",
		State: carrier.HandsetOn}) {
		t.Errorf("one that nobody mentioned: %+v", h)
	}
}

func TestMedia(t *testing.T) {
	a := newAccount(t, nil)
	for _, tt := range []struct{ name, data, want string }{
		{"cat.png", "x", "image/png"},
		{"cat.jpg", "x", "image/jpeg"},
		{"cat", "GIF89a", "image/gif"},
		{"", "hello", "text/plain; charset=utf-8"},
	} {
		if got := ReadMedia(tt.name, []byte(tt.data)); got.ContentType != tt.want ||
			string(got.Data) != tt.data {
			t.Errorf("ReadMedia(%q) = %+v, want %s", tt.name, got, tt.want)
		}
	}
	receipt, err := a.Receive(t.Context(), Text{From: customer, To: shop,
		Media: []Media{ReadMedia("cat.gif", []byte("GIF89a"))}})
	if err != nil {
		t.Fatal(err)
	}
	f := receipt.Message.Snapshot()
	got, ok := a.Media(f.SID, f.Media[0].SID)
	if diff := cmp.Diff(Media{SID: f.Media[0].SID, ContentType: "image/gif",
		Data: []byte("GIF89a")}, got); diff != "" || !ok {
		t.Errorf("media (-want +got), there %t:\n%s", ok, diff)
	}
	for _, refs := range [][2]string{{f.SID, ""}, {f.SID, "ME0"}, {"SM0", f.Media[0].SID},
		{"", ""}} {
		if got, ok := a.Media(refs[0], refs[1]); ok {
			t.Errorf("Media(%q) = %+v", refs, got)
		}
	}
}

// TestHandsetsAreBounded checks that the first handsets that texted are forgotten, but not those
// whose state was set.
func TestHandsetsAreBounded(t *testing.T) {
	a := New(Options{Seed: 1, Keep: 2})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber(shop, "", ""); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		from := fmt.Sprintf("+1202555014%d", i)
		if _, err := a.Receive(t.Context(), Text{From: from, To: shop, Body: "hi"}); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if _, err := a.SetHandset(from, carrier.HandsetOff); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []string
	for _, h := range a.Handsets() {
		got = append(got, h.Number)
	}
	if diff := cmp.Diff([]string{"+12025550141", "+12025550143", "+12025550144"}, got); diff != "" {
		t.Errorf("handsets (-want +got):\n%s", diff)
	}
}
