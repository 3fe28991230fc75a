package rest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"twilsim/simulator/messaging"
)

// TestAnswerHeader checks that the header that is written without sorting is the sorted one, for
// an answer with the usual fields and for others.
func TestAnswerHeader(t *testing.T) {
	a := messaging.New(messaging.Options{SID: account, Token: token, Seed: 1})
	defer a.Close()
	h := &Handler{Accounts: messaging.NewAccounts(a)}
	for _, path := range []string{root(account) + "/Messages.json", root(account) + "/Messages",
		"/v1/Services", root(account) + "/Messages/SM1.json", "/nowhere"} {
		for _, user := range []string{account, ""} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			if user != "" {
				r.SetBasicAuth(user, token)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			header := w.Header()
			if got, want := answerHeader(header), headerText(header, "", ""); got != want {
				t.Errorf("%s: %s\nwant %s", path, got, want)
			}
			header["X-Other"] = []string{"1"}
			if got, want := answerHeader(header), headerText(header, "", ""); got != want {
				t.Errorf("%s with another field: %s\nwant %s", path, got, want)
			}
		}
	}
}
