package directory

import (
	"testing"

	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

func TestBuy(t *testing.T) {
	main := newWorld(t)
	test := New(Options{
		SIDs: sid.New(2), Now: main.o.Now, Changed: func(string) {}, CheckURL: webhook.CheckURL,
		Test: true,
	})
	const (
		unavailable = "400 21422 PhoneNumber is not available"
		invalidText = "400 21421 Phone Number is invalid"
		noNumbers   = "400 21452 No phone numbers found in area code"
	)
	for _, tt := range []struct {
		name         string
		d            *Directory
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
		{"a number", main.Directory, "+1 (415) 555-0123", "", "+14155550123"},
		{"the same", main.Directory, "+14155550123", "", unavailable},
		{"no number", main.Directory, "hello", "", invalidText},
		{"a short code", main.Directory, "55501", "", invalidText},
		{"nothing", main.Directory, "", "", invalidText},
		{"an area code", main.Directory, "", "312", "+13125550100"},
		{"again", main.Directory, "", "312", "+13125550101"},
		{"no area code", main.Directory, "", "12", noNumbers},
		{"an area code that begins with 1", main.Directory, "", "112", noNumbers},
		{"an area code that begins with 0", main.Directory, "", "012", noNumbers},
		{"the lowest area code", main.Directory, "", "201", "+12015550100"},
		{"an area code that nobody has", main.Directory, "", "200", noNumbers}, // F-779
		{"letters", main.Directory, "", "2ab", noNumbers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			order := Order{PhoneNumber: tt.number, AreaCode: tt.area}
			n, err := tt.d.Buy(order, func(*Number) error { return nil })
			if got := refused(err) + n.PhoneNumber; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if n := len(test.IncomingPhoneNumbers()); n != 0 {
		t.Errorf("test credentials own %d numbers", n)
	}
}
