package messaging

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"twilsim/simulator/apierr"
)

// Application is a set of URLs that numbers and messages share, under Twilio's names (F-434).
type Application struct {
	SID                   string // AP and 32 hex digits
	FriendlyName          string
	SmsURL                string
	SmsMethod             string
	SmsFallbackURL        string
	SmsFallbackMethod     string
	SmsStatusCallback     string
	MessageStatusCallback string
	StatusCallback        string // of calls, as all below: kept, and not used
	StatusCallbackMethod  string
	VoiceURL              string
	VoiceMethod           string
	VoiceFallbackURL      string
	VoiceFallbackMethod   string
	VoiceCallerIDLookup   bool
	PublicConnectEnabled  bool
	Created, Updated      time.Time
}

// set takes the parameters of a create or an update.
func (app *Application) set(values url.Values, a *Account) error {
	f := form{values: values}
	f.text("FriendlyName", &app.FriendlyName)
	f.url("SmsUrl", &app.SmsURL, a.webhookURL)
	f.method("SmsMethod", &app.SmsMethod)
	f.url("SmsFallbackUrl", &app.SmsFallbackURL, a.webhookURL)
	f.method("SmsFallbackMethod", &app.SmsFallbackMethod)
	f.url("SmsStatusCallback", &app.SmsStatusCallback, nil)
	f.url("MessageStatusCallback", &app.MessageStatusCallback, nil)
	f.url("StatusCallback", &app.StatusCallback, nil)
	f.method("StatusCallbackMethod", &app.StatusCallbackMethod)
	f.url("VoiceUrl", &app.VoiceURL, nil)
	f.method("VoiceMethod", &app.VoiceMethod)
	f.url("VoiceFallbackUrl", &app.VoiceFallbackURL, nil)
	f.method("VoiceFallbackMethod", &app.VoiceFallbackMethod)
	f.bool("VoiceCallerIdLookup", &app.VoiceCallerIDLookup)
	f.bool("PublicApplicationConnectEnabled", &app.PublicConnectEnabled)
	return f.err
}

// CreateApplication makes an application of the parameters of Twilio's API. Its errors are of type [*apierr.Error].
func (a *Account) CreateApplication(values url.Values) (Application, error) {
	now := a.Clock.Now()
	app := Application{
		SmsMethod: http.MethodPost, SmsFallbackMethod: http.MethodPost, StatusCallbackMethod: http.MethodPost,
		VoiceMethod: http.MethodPost, VoiceFallbackMethod: http.MethodPost, Created: now, Updated: now,
	}
	if err := app.set(values, a); err != nil {
		return Application{}, err
	}
	app.SID = a.ids.Next("AP")
	if app.FriendlyName == "" {
		app.FriendlyName = app.SID
	}
	a.mu.Lock()
	a.applications[app.SID] = app
	a.mu.Unlock()
	a.changed("application " + app.SID)
	return app, nil
}

// UpdateApplication changes the parameters that are given.
func (a *Account) UpdateApplication(sid string, values url.Values) (Application, error) {
	app, ok := a.Application(sid)
	if !ok {
		return Application{}, apierr.NotFound()
	}
	if err := app.set(values, a); err != nil {
		return Application{}, err
	}
	app.Updated = a.Clock.Now()
	a.mu.Lock()
	a.applications[sid] = app
	a.mu.Unlock()
	a.changed("application " + sid)
	return app, nil
}

// DeleteApplication forgets an application.
func (a *Account) DeleteApplication(sid string) error {
	a.mu.Lock()
	_, ok := a.applications[sid]
	delete(a.applications, sid)
	a.mu.Unlock()
	if !ok {
		return apierr.NotFound()
	}
	a.changed("application " + sid + " deleted")
	return nil
}

// Application returns the application, and whether there is one.
func (a *Account) Application(sid string) (Application, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	app, ok := a.applications[sid]
	return app, ok
}

// Applications returns the account's applications, newest first.
func (a *Account) Applications() []Application {
	a.mu.Lock()
	defer a.mu.Unlock()
	return newestFirst(a.applications, func(app Application) (time.Time, string) { return app.Created, app.SID })
}

// newestFirst lists what a map has, by its time and then by its SID, so that two lists have the same order.
func newestFirst[T any](all map[string]T, key func(T) (time.Time, string)) []T {
	list := make([]T, 0, len(all))
	for _, one := range all {
		list = append(list, one)
	}
	slices.SortFunc(list, func(x, y T) int {
		xt, xs := key(x)
		yt, ys := key(y)
		if c := yt.Compare(xt); c != 0 {
			return c
		}
		if xs < ys {
			return -1
		}
		return 1
	})
	return list
}
