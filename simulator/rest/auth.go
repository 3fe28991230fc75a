package rest

import (
	"net/http"

	"twilsim/simulator/apierr"
	"twilsim/simulator/sid"
)

// authenticate checks the credentials of the request, and whether they may act on the account
// that its path names. It sets the request's user and account.
func (r *request) authenticate() error {
	if r.named() && !sid.Valid(r.vars[0], "AC") {
		return notFound(r.path()) // before the credentials are checked (F-373)
	}
	user, password, given := r.BasicAuth()
	if !given {
		return apierr.New(apierr.Authenticate) // F-372
	}
	a, key, err := r.handler.Accounts.Authenticate(user, password)
	if err != nil {
		return err
	}
	if key != nil && r.route.mainKey { // F-375, F-613
		return apierr.New(apierr.Authenticate)
	}
	r.user, r.account = a, a
	if r.named() {
		if r.account, err = r.handler.Accounts.ForPath(a, r.vars[0]); err != nil {
			// the refusal is recorded in the journal of the account that asked: it must not
			// be seen in that of another account
			r.account = a
			return err
		}
	}
	if a.Test && !r.route.test {
		return apierr.New(apierr.TestCredentials) // F-464
	}
	return nil
}

// named reports whether the path names an account.
func (r *request) named() bool { return r.product == coreAPI && r.route.named }

// needsChallenge reports whether the answer must ask for credentials. It does if the request has
// none (F-372).
func (r *request) needsChallenge(e *apierr.Error) bool {
	return e.Status == http.StatusUnauthorized && r.Header.Get("Authorization") == ""
}
