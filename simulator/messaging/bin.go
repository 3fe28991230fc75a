package messaging

import (
	"net/http"

	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// binType is the Content-Type of a bin's document.
const binType = "text/xml"

// serveBin answers a webhook as Twilio's host of TwiML Bins does, without a request over the
// network. The exchange has no name yet; record gives it one.
func (a *Account) serveBin(bin directory.Bin, r *webhook.Request) *journal.Exchange {
	x := &journal.Exchange{
		Purpose: r.Purpose, SID: r.SID, Attempt: 1, At: r.At, Real: clock.Wall().UTC(),
		Method: r.Method, URL: bin.URL, Signature: "valid",
		Status: http.StatusOK, ResponseHeader: "Content-Type: " + binType + "\r\n",
		ResponseBody: string(bin.Render(r.Params.Get)),
	}
	if r.Method == http.MethodGet { // F-037
		x.URL += "?" + r.Params.Encode()
	} else {
		x.Header, x.Body = journal.Header("Content-Type: "+r.ContentType+"\r\n"), r.Params.Encode()
	}
	return x
}
