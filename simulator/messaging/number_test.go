package messaging

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
)

func TestSetNumber(t *testing.T) {
	a := newAccount(t, nil)
	if _, err := a.SetBin("welcome", "<Response/>"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, number, url, method string
		want                      Number
		err                       string
	}{
		{"default method", shop, "http://localhost:3000/sms", "", Number{PhoneNumber: shop, SmsURL: "http://localhost:3000/sms", SmsMethod: "POST", SmsFallbackMethod: "POST"}, ""},
		{"GET", shop, "http://localhost:3000/sms#rc=2", "get", Number{PhoneNumber: shop, SmsURL: "http://localhost:3000/sms#rc=2", SmsMethod: "GET", SmsFallbackMethod: "POST"}, ""},
		{"as people write it", "+1 (202) 555-0100", "", "", Number{PhoneNumber: shop, SmsMethod: "POST", SmsFallbackMethod: "POST"}, ""},
		{"short code", "55501", "", "", Number{PhoneNumber: "55501", SmsMethod: "POST", SmsFallbackMethod: "POST"}, ""},
		{"method", shop, "", "PUT", Number{}, `unknown method "PUT": a number's webhook is called with GET or POST`},
		{"number", "1", "", "", Number{}, `"1" is not a phone number`},
		{"relative", shop, "/sms", "", Number{}, `"/sms" is neither a bin nor an absolute URL such as http://localhost:3000/sms`},
		{"bin that is near", shop, "welcom", "", Number{}, `there is no bin "welcom": did you mean "welcome"?`},
		{"scheme", shop, "ftp://localhost", "", Number{}, `"ftp://localhost" is no absolute http or https URL`},
		{"underscore", shop, "http://my_app.example", "", Number{}, "underscore"}, // F-061
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := a.SetNumber(tt.number, tt.url, tt.method)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			prefix := "PN"
			if address.IsShortCode(got.PhoneNumber) {
				prefix = "SC"
			}
			if err == nil && !strings.HasPrefix(got.SID, prefix) {
				t.Errorf("SID %q", got.SID)
			}
			got.SID = ""
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("number (-want +got):\n%s", diff)
			}
		})
	}
	var numbers []string
	sids := map[string]bool{}
	for _, n := range a.Numbers() {
		numbers, sids[n.SID] = append(numbers, n.PhoneNumber+" "+n.SmsMethod), true
	}
	if diff := cmp.Diff([]string{"+12025550100 POST", "55501 POST"}, numbers); diff != "" || len(sids) != 2 {
		t.Errorf("numbers (-want +got):\n%s\nSIDs %v", diff, sids)
	}
}

func TestHandsets(t *testing.T) {
	a := newAccount(t, nil)
	if _, err := a.SetHandset("+1 202 555 0143", carrier.HandsetOff); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetHandset("phone", carrier.HandsetOff); err == nil {
		t.Error("no error for what is no number")
	}
	text(t, a, "hi")
	if _, err := a.SetHandset(customer, carrier.HandsetLandline); err != nil {
		t.Fatal(err)
	}
	text(t, a, "hi") // texting does not turn a handset on
	want := []Handset{{customer, carrier.HandsetLandline}, {"+12025550143", carrier.HandsetOff}}
	if diff := cmp.Diff(want, a.Handsets()); diff != "" {
		t.Errorf("handsets (-want +got):\n%s", diff)
	}
	if h := a.Handset("+12025550199"); h != (Handset{"+12025550199", carrier.HandsetOn}) {
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
		if got := ReadMedia(tt.name, []byte(tt.data)); got.ContentType != tt.want || string(got.Data) != tt.data {
			t.Errorf("ReadMedia(%q) = %+v, want %s", tt.name, got, tt.want)
		}
	}
	receipt, err := a.Receive(t.Context(), Text{From: customer, To: shop, Media: []Media{ReadMedia("cat.gif", []byte("GIF89a"))}})
	if err != nil {
		t.Fatal(err)
	}
	f := receipt.Message.Facts()
	got, ok := a.Media(f.SID, f.Media[0].SID)
	if diff := cmp.Diff(Media{SID: f.Media[0].SID, ContentType: "image/gif", Data: []byte("GIF89a")}, got); diff != "" || !ok {
		t.Errorf("media (-want +got), there %t:\n%s", ok, diff)
	}
	for _, refs := range [][2]string{{f.SID, ""}, {f.SID, "ME0"}, {"SM0", f.Media[0].SID}, {"", ""}} {
		if got, ok := a.Media(refs[0], refs[1]); ok {
			t.Errorf("Media(%q) = %+v", refs, got)
		}
	}
}

// TestHandsetsAreBounded wants the first handsets that texted to be forgotten, but not those that somebody set.
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

// TestSetWebhooks sets a number's fallback, which needs something that it stands in for (F-053).
func TestSetWebhooks(t *testing.T) {
	a := newAccount(t, nil)
	bin, err := a.SetBin("sorry", "<Response/>")
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
		{"both", Number{PhoneNumber: "+1 202 555 0100", SmsURL: here + "sms", SmsMethod: "get", SmsFallbackURL: here + "fallback#rc=0", SmsFallbackMethod: "get"},
			Number{PhoneNumber: shop, SmsURL: here + "sms", SmsMethod: "GET", SmsFallbackURL: here + "fallback#rc=0", SmsFallbackMethod: "GET"}, ""},
		{"a bin", Number{PhoneNumber: shop, SmsURL: here, SmsFallbackURL: "sorry"},
			Number{PhoneNumber: shop, SmsURL: here, SmsMethod: "POST", SmsFallbackURL: bin.URL, SmsFallbackMethod: "POST"}, ""},
		{"no number", Number{PhoneNumber: "1"}, Number{}, `"1" is not a phone number`},
		{"method", Number{PhoneNumber: shop, SmsURL: here, SmsFallbackMethod: "PUT"}, Number{}, `unknown method "PUT": a number's webhook is called with GET or POST`},
		{"bin that is near", Number{PhoneNumber: shop, SmsURL: here, SmsFallbackURL: "sory"}, Number{}, `there is no bin "sory": did you mean "sorry"?`},
		{"alone", Number{PhoneNumber: shop, SmsFallbackURL: here}, Number{},
			"a fallback URL needs a URL that can fail: set the number's own URL as well (Twilio refuses this with 21406)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := a.SetWebhooks(tt.set)
			if (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			got.SID = ""
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("number (-want +got):\n%s", diff)
			}
		})
	}
	for _, url := range []string{here + "other", ""} { // an empty URL takes the fallback away, another does not
		n, err := a.SetNumber(shop, url, "")
		if kept := n.SmsFallbackURL == bin.URL; err != nil || kept != (url != "") {
			t.Errorf("%v, number %+v", err, n)
		}
	}
}
