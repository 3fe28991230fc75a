package sdk_test

import (
	"net/http/httptest"
	"testing"

	"github.com/twilio/twilio-go/client"
	sdk "github.com/twilio/twilio-go/rest/verify/v2"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
)

// verifySDK returns the SDK of Verify, whose answers are checked against the digest.
func (w *world) verifySDK() *sdk.ApiService {
	server := httptest.NewServer(w.Server)
	w.t.Cleanup(server.Close)
	return sdk.NewApiServiceWithClient(w.client(server.URL, simulator.DefaultAccountSID,
		simulator.DefaultAuthToken))
}

// TestVerifyServices makes, changes, lists and deletes a service with the SDK (F-620, F-623,
// F-624).
func TestVerifyServices(t *testing.T) {
	w := newWorld(t)
	verify := w.verifySDK()
	made, err := verify.CreateService((&sdk.CreateServiceParams{}).SetFriendlyName("Shop"))
	if s := must(t, made, err); s.CodeLength != 6 || *s.LookupEnabled || !*s.DtmfInputRequired {
		t.Errorf("a new service has %+v", s)
	}
	changed, err := verify.UpdateService(*made.Sid,
		(&sdk.UpdateServiceParams{}).SetCodeLength(4).SetCustomCodeEnabled(true))
	if s := must(t, changed, err); s.CodeLength != 4 || !*s.CustomCodeEnabled {
		t.Errorf("changed to %+v", s)
	}
	second, err := verify.CreateService((&sdk.CreateServiceParams{}).SetFriendlyName("Bank"))
	must(t, second, err)
	list, err := verify.ListService((&sdk.ListServiceParams{}).SetPageSize(1))
	if all := must(t, list, err); len(all) != 2 || *all[0].Sid != *second.Sid {
		t.Errorf("the list has %d services", len(all))
	}
	_, err = verify.UpdateService(*made.Sid, (&sdk.UpdateServiceParams{}).SetCodeLength(11))
	wantCode(t, err, 60200, 400)
	if err := verify.DeleteService(*made.Sid); err != nil {
		t.Error(err)
	}
	_, err = verify.FetchService(*made.Sid)
	wantCode(t, err, 20404, 404)

	rule, err := carrier.ParseRule([]string{"api=POST:Services", "respond=60203"})
	w.Account().Rules.Add(must(t, rule, err))
	_, err = verify.CreateService((&sdk.CreateServiceParams{}).SetFriendlyName("Shop"))
	wantCode(t, err, 60203, 429)
}

// wantCode checks that the SDK returned one of Twilio's errors.
func wantCode(t *testing.T, err error, code, status int) {
	t.Helper()
	e, ok := err.(*client.TwilioRestError)
	if !ok || e.Code != code || e.Status != status {
		t.Errorf("got %v, want code %d and status %d", err, code, status)
	}
}
