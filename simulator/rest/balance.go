package rest

import (
	"context"
	"net/http"
	"strconv"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

const balancePath = accountPath + "/Balance"

// deposit is what every account has paid in, in US dollars. It is ours: an account must have some
// money, and no source says how much.
const deposit = 100.0

// fetchBalance answers with what is left of the deposit after the messages that have a price and
// are still there (F-616). The keys are those of Twilio's Go SDK.
func fetchBalance(_ context.Context, r *request) (*answer, error) {
	left := deposit
	for thing := range r.account.Journal.Backward(journal.Messages, "") {
		price, err := strconv.ParseFloat(thing.(*messaging.Message).Snapshot().Price, 64)
		if err == nil {
			left += price // it is negative
		}
	}
	return &answer{status: http.StatusOK, name: "Balance", object: object{
		aText("balance", strconv.FormatFloat(left, 'f', 5, 64)),
		aText("account_sid", r.account.SID),
		aText("currency", "USD"),
	}}, nil
}
