package rest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/verify"
)

// BenchmarkVerify measures a code that is sent and checked, without a network: two requests.
// BenchmarkVerifyBare is the same with a handler that reads the form and writes as many keys.
func BenchmarkVerify(b *testing.B) {
	a := messaging.New(messaging.Options{SID: account, Token: token, Seed: 1, Keep: 1000})
	defer a.Close()
	service, err := verify.Of(a).CreateService(func(s *verify.Service) error {
		s.FriendlyName = "Shop"
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	code := func(sid string) string {
		thing, _ := a.Journal.Thing(journal.Verifications, sid)
		code, _ := thing.Field("code")
		return code
	}
	verifyOnce(b, &Handler{Accounts: messaging.NewAccounts(a)}, service.SID, code)
}

func BenchmarkVerifyBare(b *testing.B) {
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		now := time.Now().UTC().Format(time.RFC3339)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"status": "approved", "payee": nil, "date_updated": now, "account_sid": account,
			"to": r.PostForm.Get("To"), "amount": nil, "valid": true, "sid": "VE0",
			"date_created": now, "service_sid": "VA0", "channel": "sms",
			"send_code_attempts": []any{map[string]string{"attempt_sid": "VL0"}},
		})
	})
	verifyOnce(b, bare, "VA0", func(string) string { return "123456" })
}

// verifyOnce sends and checks a code for each iteration.
func verifyOnce(b *testing.B, h http.Handler, service string, code func(sid string) string) {
	const base = "http://verify.twilio.com/v2/Services/"
	ask := func(path string, form url.Values) map[string]any {
		r := httptest.NewRequest(http.MethodPost, base+service+path,
			strings.NewReader(form.Encode()))
		r.SetBasicAuth(account, token)
		r.Header.Set("Content-Type", formType)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusCreated {
			b.Fatal(w.Code, w.Body)
		}
		var object map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &object); err != nil {
			b.Fatal(err)
		}
		return object
	}
	b.ReportAllocs()
	for b.Loop() {
		started := ask("/Verifications", url.Values{"To": {"+12025550142"}, "Channel": {"sms"}})
		checked := ask("/VerificationCheck", url.Values{"To": {"+12025550142"},
			"Code": {code(started["sid"].(string))}})
		if checked["status"] != "approved" {
			b.Fatal(checked)
		}
	}
}
