package messaging

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// TestAuthenticate asks who gets in, and where to (F-371 to F-375).
func TestAuthenticate(t *testing.T) {
	main := newAccount(t, nil)
	r := NewAccounts(main)
	sub, other := r.Create("shop 2"), r.Create("shop 3")
	keySID, secret := main.AddKey("ci")
	subKey, subSecret := sub.AddKey("ci")
	const (
		denied = "401 20003 Authenticate"
		gone   = "404 20404 Not Found"
	)
	names := map[string]string{main.SID: "main", sub.SID: "sub", other.SID: "other", r.Test().SID: "test"}
	for _, tt := range []struct {
		name, user, password, path string
		want                       string
	}{
		{"token", main.SID, main.Token, main.SID, "main"},
		{"wrong token", main.SID, "x", main.SID, denied},
		{"no token", main.SID, "", main.SID, denied},
		{"nobody", "AC" + strings.Repeat("9", 32), main.Token, main.SID, denied},
		{"key", keySID, secret, main.SID, "main"},
		{"wrong secret", keySID, "x", main.SID, denied},
		{"the token of another", sub.SID, main.Token, sub.SID, denied},
		{"a subaccount", sub.SID, sub.Token, sub.SID, "sub"},
		{"a subaccount's key", subKey, subSecret, sub.SID, "sub"},
		{"the main account in a subaccount", main.SID, main.Token, sub.SID, "sub"}, // F-374
		{"a key in a subaccount", keySID, secret, sub.SID, "sub"},
		{"a subaccount in the main account", sub.SID, sub.Token, main.SID, denied},
		{"a subaccount in another", sub.SID, sub.Token, other.SID, denied},
		{"test credentials", r.Test().SID, r.Test().Token, r.Test().SID, "test"}, // F-464
		{"test credentials in the main account", r.Test().SID, r.Test().Token, main.SID, denied},
		{"the main account in that of the test credentials", main.SID, main.Token, r.Test().SID, denied},
		{"a path of no account", main.SID, main.Token, "invalid_sid", gone}, // F-373
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, key, err := r.Authenticate(tt.user, tt.password)
			if err == nil {
				if (key != nil) != strings.HasPrefix(tt.user, "SK") {
					t.Errorf("key %v", key)
				}
				a, err = r.ForPath(a, tt.path)
			}
			got := refused(err)
			if err == nil {
				got = names[a.SID]
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if err := main.RemoveKey(keySID); err != nil || len(main.Keys()) != 0 {
		t.Errorf("%v, keys %v", err, main.Keys())
	}
	if _, _, err := r.Authenticate(keySID, secret); refused(err) != denied {
		t.Errorf("a removed key: %v", err)
	}
	if got := refused(main.RemoveKey(keySID)); got != gone {
		t.Errorf("removed twice: %s", got)
	}
	suspended := Suspended
	if _, err := sub.ChangeProfile(nil, &suspended); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Authenticate(sub.SID, sub.Token); refused(err) != "403 20005 Account not active" { // F-380
		t.Errorf("suspended: %v", err)
	}
}

func TestAnyAccount(t *testing.T) {
	r := NewAccounts(newAccount(t, nil))
	sid := "AC" + strings.Repeat("7", 32)
	if _, _, err := r.Authenticate(sid, "secret"); refused(err) != "401 20003 Authenticate" {
		t.Errorf("got %v", err)
	}
	r.AnyAccount = true
	a, _, err := r.Authenticate(sid, "secret")
	if err != nil || a.SID != sid || a.Token != "secret" || a == r.Main() {
		t.Fatalf("%v, %+v", err, a)
	}
	if again, _, err := r.Authenticate(sid, "secret"); err != nil || again != a {
		t.Errorf("the second time: %v", err)
	}
	if _, _, err := r.Authenticate(sid, "other"); refused(err) != "401 20003 Authenticate" {
		t.Errorf("another token: %v", err)
	}
	if _, _, err := r.Authenticate("me", "secret"); err == nil {
		t.Error("anybody got in")
	}
}

// TestSubaccount wants a world of its own under the main account's clock, the same in each run.
func TestSubaccount(t *testing.T) {
	var sids []string
	for range 2 {
		r := NewAccounts(newAccount(t, nil))
		sub := r.Create("shop 2")
		if _, err := sub.SetNumber(shop, "", ""); err != nil {
			t.Fatal(err)
		}
		m := send(t, sub, draft(nil))
		advance(t, r.Main(), time.Minute)
		if m.Facts().Status != "delivered" || r.Main().Journal.Count(journal.Messages) != 0 {
			t.Errorf("message %+v", m.Facts())
		}
		p := sub.Profile()
		want := Profile{FriendlyName: "shop 2", Status: Active, Type: "Full", OwnerSID: r.Main().SID, Created: start, Updated: start}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("profile (-want +got):\n%s", diff)
		}
		if list := r.List(); len(list) != 2 || list[0] != sub || list[1] != r.Main() {
			t.Errorf("accounts %v", list)
		}
		sids = append(sids, sub.SID+sub.Token+m.ID())
	}
	if sids[0] != sids[1] {
		t.Errorf("two runs: %s, %s", sids[0], sids[1])
	}
}

func TestChangeProfile(t *testing.T) {
	a := newAccount(t, nil)
	name, closed, active, word := "new", Closed, Active, "x"
	for _, tt := range []struct {
		name, status *string
		want         string
	}{
		{&name, nil, ""},
		{nil, &word, `400 20422 Invalid Parameter: Status is active, suspended or closed, not "x"`},
		{nil, &closed, ""},
		{nil, &active, "400 20422 Invalid Parameter: a closed account stays closed"},
	} {
		if _, err := a.ChangeProfile(tt.name, tt.status); refused(err) != tt.want {
			t.Errorf("got %s, want %s", refused(err), tt.want)
		}
	}
	if p := a.Profile(); p.FriendlyName != "new" || p.Status != Closed {
		t.Errorf("profile %+v", p)
	}
}

func TestApplications(t *testing.T) {
	a := newAccount(t, nil)
	app, err := a.CreateApplication(url.Values{"FriendlyName": {"shop"}, "SmsUrl": {"http://localhost/sms"}, "VoiceCallerIdLookup": {"TRUE"}})
	want := Application{
		SID: app.SID, FriendlyName: "shop", SmsURL: "http://localhost/sms", SmsMethod: "POST", SmsFallbackMethod: "POST", StatusCallbackMethod: "POST",
		VoiceMethod: "POST", VoiceFallbackMethod: "POST", VoiceCallerIDLookup: true, Created: start, Updated: start,
	}
	if diff := cmp.Diff(want, app); err != nil || diff != "" || !strings.HasPrefix(app.SID, "AP") {
		t.Errorf("%v, application (-want +got):\n%s", err, diff)
	}
	advance(t, a, time.Minute)
	want.SmsMethod, want.SmsURL, want.Updated = "GET", "", start.Add(time.Minute)
	app, err = a.UpdateApplication(app.SID, url.Values{"SmsMethod": {"get"}, "SmsUrl": {""}})
	if diff := cmp.Diff(want, app); err != nil || diff != "" {
		t.Errorf("%v, application (-want +got):\n%s", err, diff)
	}
	_, bad := a.CreateApplication(url.Values{"SmsUrl": {"nowhere"}})
	second, err := a.CreateApplication(nil)
	if !strings.HasPrefix(refused(bad), "400 20422 Invalid Parameter: SmsUrl: ") || err != nil || second.FriendlyName != second.SID {
		t.Errorf("%v, %v", bad, err)
	}
	if list := a.Applications(); len(list) != 2 || list[0] != second {
		t.Errorf("applications %+v", list)
	}
	if err := a.DeleteApplication(app.SID); err != nil {
		t.Fatal(err)
	}
	_, update := a.UpdateApplication(app.SID, nil)
	for _, err := range []error{a.DeleteApplication(app.SID), update} {
		if got := refused(err); got != "404 20404 Not Found" {
			t.Errorf("after its end: %s", got)
		}
	}
}

func TestBuy(t *testing.T) {
	main := newAccount(t, nil)
	test := NewAccounts(main).Test()
	const (
		unavailable = "400 21422 PhoneNumber is not available"
		invalidText = "400 21421 Phone Number is invalid"
		noNumbers   = "400 21452 No phone numbers found in area code"
	)
	for _, tt := range []struct {
		name         string
		a            *Account
		number, area string
		want         string // the number, or the error
	}{
		{"magic 0000", test, "+15005550000", "", unavailable}, // F-466
		{"magic 0001", test, "+15005550001", "", invalidText},
		{"magic 0006", test, "+15005550006", "", "+15005550006"},
		{"magic 533", test, "", "533", noNumbers},
		{"magic 500", test, "", "500", "+15005550006"},
		{"another number", test, "+12025550123", "", unavailable},
		{"nothing, tested", test, "", "", invalidText},
		{"a number", main, "+1 (415) 555-0123", "", "+14155550123"},
		{"the same", main, "+14155550123", "", unavailable},
		{"no number", main, "hello", "", invalidText},
		{"a short code", main, "55501", "", invalidText},
		{"nothing", main, "", "", invalidText},
		{"an area code", main, "", "312", "+13125550100"},
		{"again", main, "", "312", "+13125550101"},
		{"no area code", main, "", "12", noNumbers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			values := url.Values{}
			if tt.number != "" {
				values.Set("PhoneNumber", tt.number)
			}
			if tt.area != "" {
				values.Set("AreaCode", tt.area)
			}
			n, err := tt.a.Buy(values, "")
			if got := refused(err) + n.PhoneNumber; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if n := len(test.IncomingPhoneNumbers()); n != 0 {
		t.Errorf("test credentials own %d numbers", n)
	}
}

func TestIncomingPhoneNumbers(t *testing.T) {
	a := newAccount(t, nil)
	if _, err := a.SetNumber("55501", "", ""); err != nil {
		t.Fatal(err)
	}
	n, err := a.Buy(url.Values{"PhoneNumber": {"+18005550100"}, "SmsUrl": {"http://localhost/sms"}}, "")
	if err != nil || n.Kind != TollFree || n.FriendlyName != "(800) 555-0100" || n.SmsMethod != "POST" {
		t.Errorf("%v, number %+v", err, n)
	}
	if list := a.IncomingPhoneNumbers(); len(list) != 2 {
		t.Errorf("numbers %+v", list)
	}
	updated, err := a.UpdateNumber(n.SID, url.Values{"FriendlyName": {"shop"}, "SmsMethod": {"GET"}, "StatusCallback": {"http://localhost/call"}})
	want := n
	want.FriendlyName, want.SmsMethod, want.StatusCallback = "shop", "GET", "http://localhost/call"
	if diff := cmp.Diff(want, updated); err != nil || diff != "" {
		t.Errorf("%v, number (-want +got):\n%s", err, diff)
	}
	_, fallback := a.UpdateNumber(n.SID, url.Values{"SmsUrl": {""}, "SmsFallbackUrl": {"http://localhost/fallback"}}) // F-053
	_, method := a.UpdateNumber(n.SID, url.Values{"SmsMethod": {"PUT"}})
	_, nobody := a.UpdateNumber("PN1", nil)
	if err := a.ReleaseNumber(n.SID); err != nil {
		t.Fatal(err)
	}
	got := []string{refused(fallback), refused(method), refused(nobody), refused(a.ReleaseNumber(n.SID))}
	wantErrors := []string{
		"400 21406 Cannot set SmsFallbackUrl without setting SmsUrl", `400 20422 Invalid Parameter: SmsMethod is GET or POST, not "PUT"`,
		"404 20404 Not Found", "404 20404 Not Found",
	}
	if diff := cmp.Diff(wantErrors, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if _, ok := a.Number("+18005550100"); ok {
		t.Error("a released number is there")
	}
}
