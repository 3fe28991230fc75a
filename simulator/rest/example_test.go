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

// An account with one number serves an app that sends a text to nobody.
func ExampleHandler() {
	a := messaging.New(messaging.Options{
		SID: "AC00000000000000000000000000000001", Token: "secret", Seed: 1, Clock: clock.Virtual(time.Unix(0, 0)),
	})
	defer a.Close()
	if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
		fmt.Println(err)
	}
	h := &rest.Handler{Accounts: messaging.NewAccounts(a), Seed: 1}

	r := httptest.NewRequest(http.MethodPost, "https://api.twilio.com/2010-04-01/Accounts/"+a.SID+"/Messages.json",
		strings.NewReader("From=%2B12025550100&Body=hi"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(a.SID, a.Token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 400 {"code": 21604, "message": "A 'To' phone number is required.", "more_info": "https://www.twilio.com/docs/errors/21604", "status": 400}
}
