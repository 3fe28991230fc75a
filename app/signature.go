package app

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/twilio/twilio-go/client"
)

// maxBody is far more than Twilio posts: a text has at most 1600 characters (F-006).
const maxBody = 100 << 10

const refusal = "X-Twilio-Signature does not match: check TWILIO_AUTH_TOKEN and PUBLIC_URL"

// signed calls webhook only for requests that Twilio has signed, with the parameters in
// r.Form: those of the body for a POST, those of the query for a GET.
func (a *App) signed(webhook http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, err.Error(), readStatus(err))
			return
		}
		if !a.validate(r, body) {
			http.Error(w, refusal, http.StatusForbidden)
			return
		}
		if r.Method == http.MethodPost {
			r.Form, _ = url.ParseQuery(
				string(body),
			) // The validator has parsed it without an error.
		} else {
			r.Form = r.URL.Query()
		}
		webhook(w, r)
	}
}

// validate reports whether the request has the signature that Twilio computes for it.
func (a *App) validate(r *http.Request, body []byte) bool {
	if a.AuthToken == "" {
		return false // Anybody can sign with an empty key.
	}
	if r.Method != http.MethodPost {
		body = nil // F-065: the URL with its query, nothing else.
	}
	// F-067: the URL as it was written, hence RequestURI and not r.URL, which would encode it anew.
	validator := client.NewRequestValidator(a.AuthToken)
	return validator.ValidateBody(a.base(r)+r.RequestURI, body, r.Header.Get("X-Twilio-Signature"))
}

// readStatus is the status of a request whose body could not be read.
func readStatus(err error) int {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}
