package sdk_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	lookupv1 "github.com/twilio/twilio-go/rest/lookups/v1"
	lookups "github.com/twilio/twilio-go/rest/lookups/v2"

	"twilsim/simulator"
)

// TestLookup asks about numbers with the SDK (F-750 to F-765).
func TestLookup(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.Server)
	defer server.Close()
	c := w.client(server.URL, simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	sdk, old := lookups.NewApiServiceWithClient(c), lookupv1.NewApiServiceWithClient(c)

	n, err := sdk.FetchPhoneNumber(recipient, (&lookups.FetchPhoneNumberParams{}).
		SetFields("line_type_intelligence,sim_swap"))
	must(t, n, err)
	if !n.Valid || *n.NationalFormat != "(202) 555-0142" || *n.CountryCode != "US" ||
		*n.CallingCountryCode != "1" {
		t.Errorf("the number is %+v", n)
	}
	line := n.LineTypeIntelligence
	if line.Type != "mobile" || line.CarrierName != "twilsim" || line.ErrorCode != 0 {
		t.Errorf("the line is %+v", line)
	}
	if swap := n.SimSwap; swap.ErrorCode != 60606 {
		t.Errorf("sim_swap without the package is %+v", swap)
	}
	short, err := sdk.FetchPhoneNumber("2025550", nil)
	must(t, short, err)
	diff := cmp.Diff([]lookups.ValidationError{"TOO_SHORT"}, short.ValidationErrors)
	if short.Valid || diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	_, err = sdk.FetchPhoneNumber(recipient, (&lookups.FetchPhoneNumberParams{}).
		SetFields("nonsense"))
	checkCode(t, err, 20422)

	first, err := old.FetchPhoneNumber(recipient, (&lookupv1.FetchPhoneNumberParams{}).
		SetType([]string{"carrier"}))
	carrier := (*must(t, first, err).Carrier).(map[string]any)
	if carrier["type"] != "mobile" || first.CallerName != nil {
		t.Errorf("carrier of version 1: %v", carrier)
	}
	_, err = old.FetchPhoneNumber("+1202555", nil)
	checkCode(t, err, 20404)
}
