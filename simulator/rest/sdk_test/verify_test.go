package sdk_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"
	sdk "github.com/twilio/twilio-go/rest/verify/v2"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
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

// TestVerification sends, fetches, checks, cancels and lists codes with the SDK (F-630, F-660,
// F-669, F-670, F-673).
func TestVerification(t *testing.T) {
	w := newWorld(t)
	verify := w.verifySDK()
	service, err := verify.CreateService((&sdk.CreateServiceParams{}).SetFriendlyName("Shop").
		SetLookupEnabled(true))
	sid := *must(t, service, err).Sid
	start := func(to, channel string) (*sdk.VerifyV2Verification, error) {
		return verify.CreateVerification(sid,
			(&sdk.CreateVerificationParams{}).SetTo(to).SetChannel(channel))
	}
	check := func(code string) string {
		result, err := verify.CreateVerificationCheck(sid,
			(&sdk.CreateVerificationCheckParams{}).SetTo(recipient).SetCode(code))
		return *must(t, result, err).Status
	}
	first, err := start(recipient, "sms")
	if v := must(t, first, err); *v.Status != "pending" || len(*v.SendCodeAttempts) != 1 {
		t.Errorf("started %+v", v)
	}
	thing, _ := w.Account().Journal.Thing(journal.Verifications, *first.Sid)
	code, _ := thing.Field("code")
	again, err := start(recipient, "call")
	if *must(t, again, err).Sid != *first.Sid {
		t.Errorf("the second is %s", *again.Sid)
	}
	fetched, err := verify.FetchVerification(sid, recipient)
	if *must(t, fetched, err).Channel != "call" {
		t.Errorf("fetched %+v", fetched)
	}
	if got := check("0000"); got != "pending" {
		t.Errorf("a wrong code is %s", got)
	}
	if got := check(code); got != "approved" {
		t.Errorf("the right code is %s", got)
	}
	_, err = verify.FetchVerification(sid, *first.Sid)
	wantCode(t, err, 20404, 404)

	other, err := start("+12025550143", "whatsapp")
	must(t, other, err)
	canceled, err := verify.UpdateVerification(sid, *other.Sid,
		(&sdk.UpdateVerificationParams{}).SetStatus("canceled"))
	if *must(t, canceled, err).Status != "canceled" {
		t.Errorf("canceled %+v", canceled)
	}
	attempts, err := verify.ListVerificationAttempt(
		(&sdk.ListVerificationAttemptParams{}).SetPageSize(2))
	var got []string
	for _, a := range must(t, attempts, err) {
		got = append(got, *a.Channel+" "+*a.ConversionStatus)
	}
	want := []string{"whatsapp unconverted", "call converted", "sms unconverted"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}

	limit, err := verify.CreateRateLimit(sid,
		(&sdk.CreateRateLimitParams{}).SetUniqueName("address"))
	must(t, limit, err)
	bucket, err := verify.CreateBucket(sid, *limit.Sid,
		(&sdk.CreateBucketParams{}).SetMax(1).SetInterval(60))
	must(t, bucket, err)
	limited := (&sdk.CreateVerificationParams{}).SetTo("+12025550144").SetChannel("sms").
		SetRateLimits(map[string]string{"address": "192.0.2.1"})
	v, err := verify.CreateVerification(sid, limited)
	must(t, v, err)
	_, err = verify.CreateVerification(sid, limited)
	wantCode(t, err, 20429, 429)
}
