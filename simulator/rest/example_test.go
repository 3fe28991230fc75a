package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/rest"
)

// An app sends a text without a recipient.
func ExampleHandler() {
	a := messaging.New(messaging.Options{
		SID: "AC00000000000000000000000000000001", Token: "secret",
		Seed: 1, Clock: clock.Virtual(time.Unix(0, 0)),
	})
	defer a.Close()
	if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
		fmt.Println(err)
	}
	h := &rest.Handler{Accounts: messaging.NewAccounts(a)}

	url := "https://api.twilio.com/2010-04-01/Accounts/" + a.SID + "/Messages.json"
	body := strings.NewReader("From=%2B12025550100&Body=hi")
	r := httptest.NewRequest(http.MethodPost, url, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(a.SID, a.Token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, strings.ReplaceAll(w.Body.String(), ", ", ",\n"))
	// Output:
	// 400 {"code": 21604,
	// "message": "A 'To' phone number is required.",
	// "more_info": "https://www.twilio.com/docs/errors/21604",
	// "status": 400}
}
