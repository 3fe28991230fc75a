package sdk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// TestAvailable searches the numbers for sale with the SDK, and buys one (F-770 to F-779).
func TestAvailable(t *testing.T) {
	w := newWorld(t)
	countries, err := w.api.ListAvailablePhoneNumberCountry(nil)
	if len(must(t, countries, err)) != 3 {
		t.Errorf("%d countries", len(countries))
	}
	country, err := w.api.FetchAvailablePhoneNumberCountry("GB", nil) // F-771
	if got := *must(t, country, err).Country; got != "United Kingdom" {
		t.Errorf("the country is %s", got)
	}

	params := (&api.ListAvailablePhoneNumberLocalParams{}).SetAreaCode(212).SetLimit(3)
	list, err := w.api.ListAvailablePhoneNumberLocal("US", params)
	if len(must(t, list, err)) != 3 {
		t.Fatalf("found %d numbers", len(list))
	}
	first := list[0] // F-773
	number := *first.PhoneNumber
	if !strings.HasPrefix(number, "+1212") || *first.Region != "NY" || *first.IsoCountry != "US" ||
		*first.AddressRequirements != "none" || *first.Beta || first.Latitude != nil ||
		!first.Capabilities.Sms || !first.Capabilities.Mms || first.Capabilities.Fax {
		t.Errorf("the first is %s", number)
	}
	bought, err := w.api.CreateIncomingPhoneNumber(
		(&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber(number))
	if got := *must(t, bought, err).PhoneNumber; got != number {
		t.Errorf("bought %s, not %s", got, number)
	}
	_, err = w.api.CreateIncomingPhoneNumber(
		(&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber(number))
	checkCode(t, err, 21422)
	_, err = w.api.ListAvailablePhoneNumberMobile("US", nil)
	checkCode(t, err, 20404)
	tollFree, err := w.api.ListAvailablePhoneNumberTollFree("US",
		(&api.ListAvailablePhoneNumberTollFreeParams{}).SetContains("833"))
	if n := len(must(t, tollFree, err)); n != 50 {
		t.Errorf("found %d toll-free numbers", n)
	}
}

// checkCode checks the code of an error that the SDK returned.
func checkCode(t *testing.T, err error, code int) {
	t.Helper()
	var e *client.TwilioRestError
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("error %v, want code %d", err, code)
	}
}
