package rest

import (
	"net/http"

	"twilsim/simulator/apierr"
	"twilsim/simulator/sid"
)

// authenticate finds whose credentials the request has, and whether they may act on the account of its path.
func (r *request) authenticate() error {
	if r.named() && !sid.Valid(r.vars[0], "AC") {
		return notFound(r.path()) // F-373: before credentials are looked at
	}
	user, password, given := r.BasicAuth()
	if !given {
		return apierr.New(apierr.Authenticate) // F-372
	}
	a, key, err := r.handler.Accounts.Authenticate(user, password)
	if err != nil {
		return err
	}
	if key != nil && r.route.mainKey { // F-375; no source says with which code
		return apierr.New(apierr.Authenticate)
	}
	r.user, r.account = a, a
	if r.named() {
		if r.account, err = r.handler.Accounts.ForPath(a, r.vars[0]); err != nil {
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

// challenges reports whether the answer asks for credentials: where the request had none (F-372).
func (r *request) challenges(e *apierr.Error) bool {
	return e.Status == http.StatusUnauthorized && r.Header.Get("Authorization") == ""
}
