package rest

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// fixed are the headers that every answer has alike (F-368). Nobody writes to these slices: they are in the header of every
// answer.
var fixed = http.Header{
	"Access-Control-Allow-Credentials": {"true"},
	"Access-Control-Allow-Headers": {
		"Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Idempotency-Key",
	},
	"Access-Control-Allow-Methods":  {"GET, POST, DELETE, OPTIONS"},
	"Access-Control-Allow-Origin":   {"*"},
	"Access-Control-Expose-Headers": {"ETag"},
	"Strict-Transport-Security":     {"max-age=31536000"},
	"X-Home-Region":                 {"us1"},
	"X-Powered-By":                  {"AT-5000"},
	"X-Shenanigans":                 {"none"},
	"X-Api-Domain":                  {"api.twilio.com"},
}

// setHeader writes the headers of an answer (F-368): the request's own SID, how long it took in seconds, and how many
// requests are being served (F-379).
func (h *Handler) setHeader(w http.ResponseWriter, r *request, took time.Duration) {
	header := w.Header()
	maps.Copy(header, fixed)
	if r.product == messagingAPI {
		header["X-Api-Domain"] = []string{"messaging.twilio.com"}
	}
	header["Twilio-Request-Id"] = []string{h.ids.Next("RQ")}
	header["Twilio-Concurrent-Requests"] = []string{strconv.FormatInt(h.concurrent.Load(), 10)}
	header["Twilio-Request-Duration"] = []string{strconv.FormatFloat(took.Seconds(), 'f', 3, 64)}
}
