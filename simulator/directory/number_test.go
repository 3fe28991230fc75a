package directory

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/address"
)

func TestSetNumber(t *testing.T) {
	d := newWorld(t)
	if _, err := d.SetBin("welcome", "<Response/>"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, number, url, method string
		want                      Number
		err                       string
	}{
		{"default method", shop, "http://localhost:3000/sms", "", Number{PhoneNumber: shop,
			SmsURL: "http://localhost:3000/sms", SmsMethod: "POST", SmsFallbackMethod: "POST"}, ""},
		{"GET", shop, "http://localhost:3000/sms#rc=2", "get", Number{PhoneNumber: shop,
			SmsURL: "http://localhost:3000/sms#rc=2", SmsMethod: "GET", SmsFallbackMethod: "POST"},
			""},
		{"as people write it", "+1 (202) 555-0100", "", "", Number{PhoneNumber: shop,
			SmsMethod: "POST", SmsFallbackMethod: "POST"}, ""},
		{"short code", "55501", "", "", Number{PhoneNumber: "55501", SmsMethod: "POST",
			SmsFallbackMethod: "POST"}, ""},
		{"method", shop, "", "PUT", Number{},
			`unknown method "PUT": a number's webhook is called with GET or POST`},
		{"number", "1", "", "", Number{}, `"1" is not a phone number`},
		{"relative", shop, "/sms", "", Number{},
			`"/sms" is neither a bin nor an absolute URL such as http://localhost:3000/sms`},
		{"bin that is near", shop, "welcom", "", Number{},
			`there is no bin "welcom": did you mean "welcome"?`},
		{"scheme", shop, "ftp://localhost", "", Number{},
			`"ftp://localhost" is not an absolute http or https URL`},
		{"underscore", shop, "http://my_app.example", "", Number{}, "underscore"}, // F-061
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := d.SetNumber(tt.number, tt.url, tt.method)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(),
				tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			prefix := "PN"
			if address.IsShortCode(got.PhoneNumber) {
				prefix = "SC"
			}
			if err == nil && !strings.HasPrefix(got.SID, prefix) {
				t.Errorf("SID %q", got.SID)
			}
			got = routed(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("number (-want +got):\n%s", diff)
			}
		})
	}
	var numbers []string
	sids := map[string]bool{}
	for _, n := range d.Numbers() {
		numbers, sids[n.SID] = append(numbers, n.PhoneNumber+" "+n.SmsMethod), true
	}
	if diff := cmp.Diff([]string{"+12025550100 POST", "55501 POST"}, numbers); diff != "" ||
		len(sids) != 2 {
		t.Errorf("numbers (-want +got):\n%s\nSIDs %v", diff, sids)
	}
}

// TestSetWebhooks sets a number's fallback, which needs a URL that can fail (F-053).
func TestSetWebhooks(t *testing.T) {
	d := newWorld(t)
	bin, err := d.SetBin("sorry", "<Response/>")
	if err != nil {
		t.Fatal(err)
	}
	const here = "http://localhost:3000/"
	for _, tt := range []struct {
		name string
		set  Number
		want Number
		err  string
	}{
		{"both", Number{PhoneNumber: "+1 202 555 0100", SmsURL: here + "sms", SmsMethod: "get",
			SmsFallbackURL: here + "fallback#rc=0", SmsFallbackMethod: "get"},
			Number{PhoneNumber: shop, SmsURL: here + "sms", SmsMethod: "GET", SmsFallbackURL: here +
				"fallback#rc=0", SmsFallbackMethod: "GET"}, ""},
		{"a bin", Number{PhoneNumber: shop, SmsURL: here, SmsFallbackURL: "sorry"},
			Number{PhoneNumber: shop, SmsURL: here, SmsMethod: "POST", SmsFallbackURL: bin.URL,
				SmsFallbackMethod: "POST"}, ""},
		{"no number", Number{PhoneNumber: "1"}, Number{}, `"1" is not a phone number`},
		{"method", Number{PhoneNumber: shop, SmsURL: here, SmsFallbackMethod: "PUT"}, Number{},
			`unknown method "PUT": a number's webhook is called with GET or POST`},
		{"bin that is near", Number{PhoneNumber: shop, SmsURL: here, SmsFallbackURL: "sory"},
			Number{}, `there is no bin "sory": did you mean "sorry"?`},
		{"alone", Number{PhoneNumber: shop, SmsFallbackURL: here}, Number{},
			"a fallback URL needs a URL that can fail: set the number's own URL as well (Twilio " +
				"refuses this with 21406)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := d.SetWebhooks(tt.set.PhoneNumber, func(n *Number) {
				n.SmsURL, n.SmsMethod = tt.set.SmsURL, tt.set.SmsMethod
				n.SmsFallbackURL, n.SmsFallbackMethod = tt.set.SmsFallbackURL,
					tt.set.SmsFallbackMethod
			})
			if (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(),
				tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			got = routed(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("number (-want +got):\n%s", diff)
			}
		})
	}
	// an empty URL removes the fallback, another does not
	for _, url := range []string{here + "other", ""} {
		n, err := d.SetNumber(shop, url, "")
		if kept := n.SmsFallbackURL == bin.URL; err != nil || kept != (url != "") {
			t.Errorf("%v, number %+v", err, n)
		}
	}
}

func TestIncomingPhoneNumbers(t *testing.T) {
	d := newWorld(t)
	if _, err := d.SetNumber("55501", "", ""); err != nil {
		t.Fatal(err)
	}
	n, err := d.Buy(Order{PhoneNumber: "+18005550100"}, func(n *Number) error {
		n.SmsURL = "http://localhost/sms"
		return nil
	})
	if err != nil || n.Kind != TollFree || n.FriendlyName != "(800) 555-0100" ||
		n.SmsMethod != "POST" {
		t.Errorf("%v, number %+v", err, n)
	}
	if list := d.IncomingPhoneNumbers(); len(list) != 2 {
		t.Errorf("numbers %+v", list)
	}
	d.now = start.Add(time.Minute)
	updated, err := d.UpdateNumber(n.SID, func(n *Number) error {
		n.FriendlyName, n.SmsMethod = "shop", "get"
		return nil
	})
	want := n
	want.FriendlyName, want.SmsMethod, want.Updated = "shop", "GET", d.now
	if diff := cmp.Diff(want, updated); err != nil || diff != "" {
		t.Errorf("%v, number (-want +got):\n%s", err, diff)
	}
	if found, ok := d.NumberBySID(n.SID); !ok || found != updated {
		t.Errorf("found %+v", found)
	}
	_, nobody := d.UpdateNumber("PN1", func(*Number) error { return nil })
	if err := d.ReleaseNumber(n.SID); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{nobody, d.ReleaseNumber(n.SID)} {
		if got := refused(err); got != "404 20404 Not Found" {
			t.Errorf("got %q", got)
		}
	}
	if _, ok := d.Number("+18005550100"); ok {
		t.Error("a released number is there")
	}
}

// routed returns the fields of a number that say where its messages go.
func routed(n Number) Number {
	return Number{
		PhoneNumber: n.PhoneNumber, SmsURL: n.SmsURL, SmsMethod: n.SmsMethod,
		SmsFallbackURL: n.SmsFallbackURL, SmsFallbackMethod: n.SmsFallbackMethod,
	}
}

// TestUnknownApplication checks that a number refuses an application that does not exist (F-612),
// and keeps one that was deleted later.
func TestUnknownApplication(t *testing.T) {
	d := newWorld(t)
	n, err := d.SetNumber("+12025550100", "", "")
	if err != nil {
		t.Fatal(err)
	}
	set := func(app string) error {
		_, err := d.UpdateNumber(n.SID, func(n *Number) error {
			n.SmsApplicationSID = app
			return nil
		})
		return err
	}
	const want = "20422 Invalid Parameter: SmsApplicationSid AP1 does not exist"
	if err := set("AP1"); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := set(""); err != nil {
		t.Error(err)
	}
}
