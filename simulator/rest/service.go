package rest

import (
	"context"
	"net/http"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
)

// serviceLinks are the subresources of a service (F-421). Those of senders are simulated, but for
// the last.
var serviceLinks = []struct{ key, path string }{
	{"phone_numbers", "/PhoneNumbers"}, {"short_codes", "/ShortCodes"},
	{"alpha_senders", "/AlphaSenders"}, {"messages", "/Messages"},
	{"us_app_to_person", "/Compliance/Usa2p"},
	{"us_app_to_person_usecases", "/Compliance/Usa2p/Usecases"},
	{"channel_senders", "/ChannelSenders"},
	{"destination_alpha_senders", "/DestinationAlphaSenders"},
}

// serviceObject returns a Messaging Service with its keys in the order of the examples in Twilio's
// OpenAPI document (G.1).
func serviceObject(r *request, s directory.Service) object {
	url := r.base() + "/v1/Services/" + s.SID
	links := make(object, 0, len(serviceLinks))
	for _, l := range serviceLinks {
		links = append(links, aText(l.key, url+l.path))
	}
	return object{
		aText("account_sid", r.account.SID),
		aText("sid", s.SID),
		anISO8601("date_created", s.Created),
		anISO8601("date_updated", s.Updated),
		aText("friendly_name", s.FriendlyName),
		aTextOrNull("inbound_request_url", s.InboundRequestURL),
		aText("inbound_method", s.InboundMethod),
		aTextOrNull("fallback_url", s.FallbackURL),
		aText("fallback_method", s.FallbackMethod),
		aTextOrNull("status_callback", s.StatusCallback),
		aBool("sticky_sender", s.StickySender),
		aBool("smart_encoding", s.SmartEncoding),
		aBool("mms_converter", s.MmsConverter),
		aBool("fallback_to_long_code", s.FallbackToLongCode),
		aText("scan_message_content", s.ScanMessageContent),
		aBool("area_code_geomatch", s.AreaCodeGeomatch),
		aNumber("validity_period", s.ValidityPeriod),
		aBool("synchronous_validation", s.SynchronousValidation),
		aText("usecase", s.Usecase),
		aBool("us_app_to_person_registered", false), // F-420
		aBool("use_inbound_webhook_on_number", s.UseInboundWebhookOnNumber),
		anObject("links", links...),
		aText("url", url),
	}
}

var serviceList = listNames{key: "services"} // v1 has no XML

func (r *request) serviceAnswer(status int, s directory.Service, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, object: serviceObject(r, s)}, nil
}

func listServices(_ context.Context, r *request) (*answer, error) {
	return listOf(r, serviceList, r.account.Services(),
		func(s directory.Service) string { return s.SID }, serviceObject)
}

func createService(_ context.Context, r *request) (*answer, error) {
	s, err := changed(r.account.CreateService(changeService(r.form, r.account.CheckStatusCallback)))
	return r.serviceAnswer(http.StatusCreated, s, err)
}

func fetchService(_ context.Context, r *request) (*answer, error) {
	s, ok := r.account.Service(r.vars[0])
	if !ok {
		return nil, apierr.NotFound()
	}
	return r.serviceAnswer(http.StatusOK, s, nil)
}

func updateService(_ context.Context, r *request) (*answer, error) {
	s, err := changed(r.account.UpdateService(r.vars[0],
		changeService(r.form, r.account.CheckStatusCallback)))
	return r.serviceAnswer(http.StatusOK, s, err)
}

func deleteService(_ context.Context, r *request) (*answer, error) {
	return noContent, r.account.DeleteService(r.vars[0])
}
