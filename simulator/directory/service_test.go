package directory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/address"
)

// newService makes a service with a pool of numbers, which it adds to the account.
func newService(t testing.TB, d *world, change func(*Service), pool ...string) string {
	t.Helper()
	s, err := d.CreateService(func(s *Service) error {
		s.FriendlyName = "shop"
		if change != nil {
			change(s)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range pool {
		n, ok := d.Number(number)
		if !ok {
			if n, err = d.SetNumber(number, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		kind := PhoneNumberSender
		if KindOf(number) == ShortCode {
			kind = ShortCodeSender
		}
		if _, err := d.AddSender(s.SID, kind, n.SID); err != nil {
			t.Fatal(err)
		}
	}
	return s.SID
}

func TestServices(t *testing.T) {
	d := newWorld(t)
	for _, tt := range []struct {
		name, want string
	}{
		{"", "400 20422 Invalid Parameter: FriendlyName is required"},
		{strings.Repeat("x", 65), // F-410
			"400 20422 Invalid Parameter: FriendlyName has at most 64 characters, this one 65"},
		{strings.Repeat("é", 64), ""},
	} {
		s, err := d.CreateService(func(s *Service) error { s.FriendlyName = tt.name; return nil })
		if refused(err) != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.name, refused(err), tt.want)
		}
		if err == nil {
			_ = d.DeleteService(s.SID)
		}
	}
	sid := newService(t, d, nil, shop)
	if err := d.SetAdvancedOptOut(sid, true); err != nil {
		t.Fatal(err)
	}
	s, err := d.UpdateService(sid, func(s *Service) error { s.SmartEncoding = true; return nil })
	if err != nil || !s.SmartEncoding || s.FriendlyName != "shop" || s.ValidityPeriod != 36000 ||
		!s.AdvancedOptOut || !s.Has(shop) {
		t.Errorf("%v, service %+v", err, s)
	}
	second := newService(t, d, nil)
	if list := d.Services(); len(list) != 2 {
		t.Errorf("services %+v", list)
	}
	if err := d.DeleteService(sid); err != nil {
		t.Fatal(err)
	}
	_, update := d.UpdateService(sid, func(*Service) error { return nil })
	const gone = "404 20404 Not Found"
	if got := []string{refused(d.DeleteService(sid)), refused(update)}; got[0] != gone ||
		got[1] != gone {
		t.Errorf("after its end: %q", got)
	}
	n, _ := d.Number(shop)
	if _, err := d.AddSender(second, PhoneNumberSender, n.SID); err != nil {
		t.Errorf("the sender is not free (F-426): %v", err)
	}
}

// TestPool checks the errors of a pool (F-425, F-228).
func TestPool(t *testing.T) {
	d := newWorld(t)
	service, other := newService(t, d, nil, shop), newService(t, d, nil, "+12025550101")
	full := newService(t, d, nil)
	for i := range maxPool {
		n, err := d.SetNumber(fmt.Sprintf("+1303555%04d", i), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddSender(full, PhoneNumberSender, n.SID); err != nil {
			t.Fatal(err)
		}
	}
	number := func(address string) string {
		n, err := d.SetNumber(address, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return n.SID
	}
	for _, tt := range []struct {
		name, service string
		kind          SenderKind
		ref, want     string
	}{
		{"twice", service, PhoneNumberSender, number(shop), "409 21710 Phone Number Already " +
			"Exists in Messaging Service"},
		{"in another", service, PhoneNumberSender, number("+12025550101"),
			"400 21712 Phone Number or Short Code is associated with another Messaging Service."},
		{"full", full, PhoneNumberSender, number("+12025550102"),
			"400 21714 Messaging Service Number Pool size limit reached"},
		{"no such number", service, PhoneNumberSender, "PN1", "404 20404 Not Found"},
		{"a short code as a number", service, PhoneNumberSender, number("55501"),
			"404 20404 Not Found"},
		{"a short code", service, ShortCodeSender, number("55501"), ""},
		{"no such service", "MG1", PhoneNumberSender, number("+12025550102"),
			"404 20404 Not Found"},
		{"alphanumeric", service, AlphaSender, "My Shop", ""},
		{"the same in another", other, AlphaSender, "My Shop", ""},
		{"digits", service, AlphaSender, "12345", "400 21709 Alpha Sender ID is Invalid or Not " +
			"Authorized for this Messaging Service"}, // F-424
		{"long", service, AlphaSender, "123456789abc", "400 21709 Alpha Sender ID is Invalid or " +
			"Not Authorized for this Messaging Service"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := d.AddSender(tt.service, tt.kind, tt.ref); refused(err) != tt.want {
				t.Errorf("\n got %s\nwant %s", refused(err), tt.want)
			}
		})
	}
	n, _ := d.Number(shop)
	if err := d.ReleaseNumber(n.SID); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Sender(service, PhoneNumberSender, n.SID); ok {
		t.Error("a released number is in the pool")
	}
	alphas, err := d.Senders(service, AlphaSender)
	if err != nil || len(alphas) != 1 || alphas[0].Address != "My Shop" ||
		!strings.HasPrefix(alphas[0].SID, "AI") {
		t.Errorf("%v, alphanumeric senders %+v", err, alphas)
	}
}

// TestChooseSender checks the order of F-427.
func TestChooseSender(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pool   []string
		change func(*Service)
		before string // who texted the customer's first message to
		to     string
		want   string // any of these
	}{
		{"same country", []string{"+447700900001", "+12025550101"}, nil, "", customer,
			"+12025550101"},
		{"another country", []string{"+447700900001", "+12025550101"}, nil, "", "+447700900123",
			"+447700900001"},
		{"area code", []string{"+14155550101", "+12025550101", "+13125550101"}, nil, "", customer,
			"+12025550101"},
		{"no geomatch", []string{"+14155550101", "+12025550101"},
			func(s *Service) { s.AreaCodeGeomatch = false }, "", customer,
			"+14155550101 +12025550101"},
		{"sticky", []string{"+14155550101", "+12025550101"}, nil, "+14155550101", customer,
			"+14155550101"}, // F-428
		{"not sticky", []string{"+14155550101", "+12025550101"},
			func(s *Service) { s.StickySender = false }, "+14155550101", customer, "+12025550101"},
		{"whichever there is", []string{"+447700900001"}, nil, "", customer, "+447700900001"},
		{"short code abroad", []string{"55501"}, nil, "", "+447700900123", ""},
		{"short code at home", []string{"55501"}, nil, "", customer, "55501"},
		{"channel", []string{"55501", "+12025550101"}, nil, "", "whatsapp:" + customer,
			"whatsapp:+12025550101"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newWorld(t)
			service := newService(t, d, tt.change, tt.pool...)
			if tt.before != "" {
				n, _ := d.Number(tt.before)
				d.Route(n, customer)
			}
			for range 5 {
				got, ok := d.ChooseSender(service, tt.to,
					address.Locate(address.Bare(tt.to)).Country)
				if ok != (tt.want != "") || !strings.Contains(tt.want, got) {
					t.Fatalf("chose %q, %v; want %q", got, ok, tt.want)
				}
			}
		})
	}
}

func TestStickySenderIsForgotten(t *testing.T) {
	d := newWorld(t)
	service := newService(t, d, nil, "+14155550101", "+12025550101")
	choose := func() string { from, _ := d.ChooseSender(service, customer, "US"); return from }
	first, _ := d.Number("+14155550101")
	d.Route(first, customer)
	got := choose()
	d.now = start.Add(stickyTime + time.Second)
	got += " " + choose() // after a year the area code counts
	n, _ := d.Number("+12025550101")
	if err := d.RemoveSender(service, PhoneNumberSender, n.SID); err != nil {
		t.Fatal(err)
	}
	got += " " + choose() // who has left the pool is chosen no more
	if want := "+14155550101 +12025550101 +14155550101"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
