package rest

import (
	"context"
	"net/http"
	"time"

	"twilsim/simulator/apierr"
)

// deactivationRoutes returns the operation about numbers that nobody has any more (F-617).
func deactivationRoutes() []route {
	return compile([]route{{method: http.MethodGet, pattern: "/v1/Deactivations",
		serve: fetchDeactivation, simulated: "Date"}})
}

// fetchDeactivation answers with the address of the day's file. Without a Date it is today
// [inferred]. There is no Location: no source has one, and clients would follow it.
func fetchDeactivation(_ context.Context, r *request) (*answer, error) {
	day := r.account.Clock.Now().UTC()
	if date := r.form.Get("Date"); date != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, date); err != nil {
			return nil, apierr.BadDate()
		}
	}
	return &answer{status: http.StatusTemporaryRedirect, object: object{
		aText("redirect_to", r.account.DeactivationURL(day)),
	}}, nil
}
