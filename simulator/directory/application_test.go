package directory

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestChangeProfile(t *testing.T) {
	d := newWorld(t)
	for _, tt := range []struct {
		name, status string // "" leaves what is there
		want         string
	}{
		{"new", "", ""},
		{"", "x", `400 20422 Invalid Parameter: Status is active, suspended or closed, not "x"`},
		{"", Closed, ""},
		{"", Active, "400 20422 Invalid Parameter: a closed account stays closed"},
	} {
		if _, err := d.UpdateProfile(func(p *Profile) {
			p.FriendlyName = cmp.Or(tt.name, p.FriendlyName)
			p.Status = cmp.Or(tt.status, p.Status)
		}); refused(err) != tt.want {
			t.Errorf("got %s, want %s", refused(err), tt.want)
		}
	}
	if p := d.Profile(); p.FriendlyName != "new" || p.Status != Closed {
		t.Errorf("profile %+v", p)
	}
}

func TestApplications(t *testing.T) {
	d := newWorld(t)
	app, err := d.CreateApplication(func(app *Application) error {
		app.FriendlyName, app.SmsURL, app.VoiceCallerIDLookup = "shop", "http://localhost/sms", true
		return nil
	})
	want := Application{
		SID: app.SID, FriendlyName: "shop", SmsURL: "http://localhost/sms", SmsMethod: "POST",
		SmsFallbackMethod: "POST", StatusCallbackMethod: "POST",
		VoiceMethod: "POST", VoiceFallbackMethod: "POST", VoiceCallerIDLookup: true, Created: start,
		Updated: start,
	}
	if diff := gocmp.Diff(want, app); err != nil || diff != "" || !strings.HasPrefix(app.SID,
		"AP") {
		t.Errorf("%v, application (-want +got):\n%s", err, diff)
	}
	d.now = start.Add(time.Minute)
	want.SmsMethod, want.SmsURL, want.Updated = "GET", "", start.Add(time.Minute)
	app, err = d.UpdateApplication(app.SID, func(app *Application) error {
		app.SmsMethod, app.SmsURL = "get", ""
		return nil
	})
	if diff := gocmp.Diff(want, app); err != nil || diff != "" {
		t.Errorf("%v, application (-want +got):\n%s", err, diff)
	}
	_, bad := d.CreateApplication(
		func(app *Application) error { app.SmsURL = "nowhere"; return nil })
	unchanged := func(*Application) error { return nil }
	var field *FieldError
	second, err := d.CreateApplication(unchanged)
	if !errors.As(bad, &field) || field.Field != "SmsUrl" || err != nil ||
		second.FriendlyName != second.SID {
		t.Errorf("%v, %v", bad, err)
	}
	if list := d.Applications(); len(list) != 2 || list[0] != second {
		t.Errorf("applications %+v", list)
	}
	if err := d.DeleteApplication(app.SID); err != nil {
		t.Fatal(err)
	}
	_, update := d.UpdateApplication(app.SID, unchanged)
	for _, err := range []error{d.DeleteApplication(app.SID), update} {
		if got := refused(err); got != "404 20404 Not Found" {
			t.Errorf("after its end: %s", got)
		}
	}
}
