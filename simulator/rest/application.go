package rest

import (
	"context"
	"net/http"
	"slices"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
)

var applicationList = listNames{"applications", "Applications", "Application"}

func applicationObject(r *request, app directory.Application) object {
	a := r.account.SID
	return object{
		aText("account_sid", a),
		aText("api_version", apiVersion),
		anRFC2822("date_created", app.Created),
		anRFC2822("date_updated", app.Updated),
		aText("friendly_name", app.FriendlyName),
		aTextOrNull("message_status_callback", app.MessageStatusCallback),
		aText("sid", app.SID),
		aText("sms_fallback_method", app.SmsFallbackMethod),
		aTextOrNull("sms_fallback_url", app.SmsFallbackURL),
		aText("sms_method", app.SmsMethod),
		aTextOrNull("sms_status_callback", app.SmsStatusCallback),
		aTextOrNull("sms_url", app.SmsURL),
		aTextOrNull("status_callback", app.StatusCallback),
		aText("status_callback_method", app.StatusCallbackMethod),
		aText("uri", r.uri(root(a)+"/Applications/"+app.SID)),
		aBool("voice_caller_id_lookup", app.VoiceCallerIDLookup),
		aText("voice_fallback_method", app.VoiceFallbackMethod),
		aTextOrNull("voice_fallback_url", app.VoiceFallbackURL),
		aText("voice_method", app.VoiceMethod),
		aTextOrNull("voice_url", app.VoiceURL),
		aBool("public_application_connect_enabled", app.PublicConnectEnabled),
	}
}

// applicationAnswer takes the error too, so that create, fetch and update can each end in one call.
func (r *request) applicationAnswer(
	status int, app directory.Application, err error,
) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, name: "Application", object: applicationObject(r, app)}, nil
}

func listApplications(_ context.Context, r *request) (*answer, error) {
	name := r.form.Get("FriendlyName")
	other := func(app directory.Application) bool { return name != "" && app.FriendlyName != name }
	applications := slices.DeleteFunc(r.account.Applications(), other)
	sid := func(app directory.Application) string { return app.SID }
	return listOf(r, applicationList, applications, sid, applicationObject)
}

func createApplication(_ context.Context, r *request) (*answer, error) {
	app, err := changed(r.account.CreateApplication(changeApplication(r.form,
		r.account.CheckStatusCallback)))
	return r.applicationAnswer(http.StatusCreated, app, err)
}

func fetchApplication(_ context.Context, r *request) (*answer, error) {
	app, ok := r.account.Application(r.vars[1])
	if !ok {
		return nil, apierr.NotFound()
	}
	return r.applicationAnswer(http.StatusOK, app, nil)
}

func updateApplication(_ context.Context, r *request) (*answer, error) {
	app, err := changed(r.account.UpdateApplication(r.vars[1],
		changeApplication(r.form, r.account.CheckStatusCallback)))
	return r.applicationAnswer(http.StatusOK, app, err)
}

func deleteApplication(_ context.Context, r *request) (*answer, error) {
	return noContent, r.account.DeleteApplication(r.vars[1])
}
