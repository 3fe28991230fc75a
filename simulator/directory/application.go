package directory

import (
	"net/http"
	"time"

	"twilsim/simulator/apierr"
)

// Application is a set of URLs that numbers and messages share, under Twilio's names (F-434).
type Application struct {
	SID                   string // AP and 32 hex digits
	FriendlyName          string // the SID if the app gave none
	SmsURL                string
	SmsMethod             string
	SmsFallbackURL        string
	SmsFallbackMethod     string
	SmsStatusCallback     string
	MessageStatusCallback string
	StatusCallback        string // of calls, as all below: kept, and without effect
	StatusCallbackMethod  string
	VoiceURL              string
	VoiceMethod           string
	VoiceFallbackURL      string
	VoiceFallbackMethod   string
	VoiceCallerIDLookup   bool
	PublicConnectEnabled  bool
	Created, Updated      time.Time
}

// CreateApplication makes an application and changes it. The error is the change's own or a
// [*FieldError].
func (d *Directory) CreateApplication(change func(*Application) error) (Application, error) {
	now := d.o.Now()
	app := &Application{
		SmsMethod: http.MethodPost, SmsFallbackMethod: http.MethodPost,
		StatusCallbackMethod: http.MethodPost, VoiceMethod: http.MethodPost,
		VoiceFallbackMethod: http.MethodPost, Created: now, Updated: now,
	}
	d.mu.Lock()
	err := d.changeApplicationLocked(app, change)
	if err == nil {
		app.SID = d.o.SIDs.Next("AP")
		if app.FriendlyName == "" {
			app.FriendlyName = app.SID
		}
		d.applications[app.SID] = app
		d.touch(Applications, app.SID)
	}
	created := *app
	d.mu.Unlock()
	if err != nil {
		return Application{}, err
	}
	d.o.Changed("application " + created.SID)
	return created, nil
}

func (d *Directory) changeApplicationLocked(
	app *Application, change func(*Application) error) error {
	before := *app
	if err := change(app); err != nil {
		return err
	}
	err := checkMethods(field{"SmsMethod", "", &app.SmsMethod},
		field{"SmsFallbackMethod", "", &app.SmsFallbackMethod})
	if err != nil {
		return err
	}
	return d.checkURLsLocked(field{"SmsUrl", before.SmsURL, &app.SmsURL},
		field{"SmsFallbackUrl", before.SmsFallbackURL, &app.SmsFallbackURL})
}

// UpdateApplication changes an application. The error is as in [Directory.CreateApplication], or an
// [*apierr.Error] if there is no such application.
func (d *Directory) UpdateApplication(
	sid string, change func(*Application) error) (Application, error) {
	app, err := d.updateApplication(sid, change)
	if err != nil {
		return Application{}, err
	}
	d.o.Changed("application " + sid)
	return app, nil
}

func (d *Directory) updateApplication(
	sid string, change func(*Application) error) (Application, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	app := d.applications[sid]
	if app == nil {
		return Application{}, apierr.NotFound()
	}
	changed := *app
	if err := d.changeApplicationLocked(&changed, change); err != nil {
		return Application{}, err
	}
	changed.Updated = d.o.Now()
	*app = changed
	d.touch(Applications, sid)
	return changed, nil
}

// DeleteApplication forgets an application.
func (d *Directory) DeleteApplication(sid string) error {
	d.mu.Lock()
	_, ok := d.applications[sid]
	delete(d.applications, sid)
	d.touch(Applications, sid)
	d.mu.Unlock()
	if !ok {
		return apierr.NotFound()
	}
	d.o.Changed("application " + sid + " deleted")
	return nil
}

// Application returns an application, and whether there is one of that SID.
func (d *Directory) Application(sid string) (Application, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if app := d.applications[sid]; app != nil {
		return *app, true
	}
	return Application{}, false
}

// Applications returns the account's applications, newest first.
func (d *Directory) Applications() []Application {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]Application, 0, len(d.applications))
	for _, app := range d.applications {
		all = append(all, *app)
	}
	return newestFirst(all, func(a Application) (time.Time, string) { return a.Created, a.SID })
}
