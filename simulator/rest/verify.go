package rest

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/verify"
)

// Patterns of Verify's paths.
const (
	verifyServicesPath = "/v2/Services"
	verifyServicePath  = verifyServicesPath + "/{ServiceSid}"
	verificationsPath  = verifyServicePath + "/Verifications"
	rateLimitsPath     = verifyServicePath + "/RateLimits"
	rateLimitPath      = rateLimitsPath + "/{RateLimitSid}"
	bucketsPath        = rateLimitPath + "/Buckets"
	attemptsPath       = "/v2/Attempts"
)

// Parameters of Verify's operations.
const (
	verifyServiceSimulated = "FriendlyName CodeLength LookupEnabled SkipSmsToLandlines " +
		"Psd2Enabled DoNotShareWarningEnabled CustomCodeEnabled VerifyEventSubscriptionEnabled"
	// They are about calls, push and other factors, and e-mail.
	verifyServiceAccepted = "DtmfInputRequired TtsName " +
		"Push.IncludeDate Push.ApnCredentialSid Push.FcmCredentialSid Totp.Issuer Totp.TimeStep " +
		"Totp.CodeLength Totp.Skew Whatsapp.MsgServiceSid Whatsapp.From " +
		"Passkeys.RelyingParty.Id Passkeys.RelyingParty.Name Passkeys.RelyingParty.Origins " +
		"Passkeys.AuthenticatorAttachment Passkeys.DiscoverableCredentials " +
		"Passkeys.UserVerification"
	// It changes the text of messages, and templates are not simulated.
	verifyServiceRefused = "DefaultTemplateSid"

	verificationSimulated = "To Channel CustomFriendlyName CustomCode Locale Amount Payee " +
		"RateLimits AppHash Tags RiskCheck"
	// They are about calls, e-mail and silent network authentication.
	verificationAccepted = "SendDigits ChannelConfiguration DeviceIp EnableSnaClientToken"
	verificationRefused  = "TemplateSid TemplateCustomSubstitutions Templates CustomMessage"
)

// verifyRoutes returns the operations of Verify (section L).
func verifyRoutes() []route {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	return compile([]route{
		{method: get, pattern: verifyServicesPath, serve: listVerifyServices,
			simulated: pageParams},
		{method: post, pattern: verifyServicesPath, serve: createVerifyService,
			simulated: verifyServiceSimulated, accepted: verifyServiceAccepted,
			refused: verifyServiceRefused},
		{method: get, pattern: verifyServicePath, serve: fetchVerifyService},
		{method: post, pattern: verifyServicePath, serve: updateVerifyService,
			simulated: verifyServiceSimulated, accepted: verifyServiceAccepted,
			refused: verifyServiceRefused},
		{method: del, pattern: verifyServicePath, serve: deleteVerifyService},

		{method: post, pattern: verificationsPath, serve: startVerification,
			simulated: verificationSimulated, accepted: verificationAccepted,
			refused: verificationRefused},
		{method: get, pattern: verificationsPath + "/{Sid}", serve: fetchVerification},
		{method: post, pattern: verificationsPath + "/{Sid}", serve: updateVerification,
			simulated: "Status"},
		{method: post, pattern: verifyServicePath + "/VerificationCheck", serve: checkVerification,
			simulated: "To VerificationSid Code Amount Payee", accepted: "SnaClientToken"},
		{method: get, pattern: attemptsPath, serve: listAttempts,
			simulated: "DateCreatedAfter DateCreatedBefore ChannelData.To Country Channel " +
				"VerifyServiceSid VerificationSid Status" + pageParams},
		{method: get, pattern: attemptsPath + "/{Sid}", serve: fetchAttempt},

		{method: get, pattern: rateLimitsPath, serve: listRateLimits, simulated: pageParams},
		{method: post, pattern: rateLimitsPath, serve: createRateLimit,
			simulated: "UniqueName Description"},
		{method: get, pattern: rateLimitPath, serve: fetchRateLimit},
		{method: post, pattern: rateLimitPath, serve: updateRateLimit, simulated: "Description"},
		{method: del, pattern: rateLimitPath, serve: deleteRateLimit},
		{method: get, pattern: bucketsPath, serve: listBuckets, simulated: pageParams},
		{method: post, pattern: bucketsPath, serve: setBucket(http.StatusCreated),
			simulated: "Max Interval"},
		{method: get, pattern: bucketsPath + "/{Sid}", serve: fetchBucket},
		{method: post, pattern: bucketsPath + "/{Sid}", serve: setBucket(http.StatusOK),
			simulated: "Max Interval"},
		{method: del, pattern: bucketsPath + "/{Sid}", serve: deleteBucket},
	})
}

var verifyServiceList = listNames{key: "services"}

func listVerifyServices(_ context.Context, r *request) (*answer, error) {
	return listOf(r, verifyServiceList, verify.Of(r.account).Services(),
		func(s verify.Service) string { return s.SID }, verifyServiceObject)
}

func createVerifyService(_ context.Context, r *request) (*answer, error) {
	s, err := verify.Of(r.account).CreateService(r.changeVerifyService)
	return r.verifyServiceAnswer(http.StatusCreated, s, err)
}

func fetchVerifyService(_ context.Context, r *request) (*answer, error) {
	s, ok := verify.Of(r.account).Service(r.vars[0])
	if !ok {
		return nil, apierr.NotFound()
	}
	return r.verifyServiceAnswer(http.StatusOK, s, nil)
}

func updateVerifyService(_ context.Context, r *request) (*answer, error) {
	s, err := verify.Of(r.account).UpdateService(r.vars[0], r.changeVerifyService)
	return r.verifyServiceAnswer(http.StatusOK, s, err)
}

func deleteVerifyService(_ context.Context, r *request) (*answer, error) {
	return noContent, verify.Of(r.account).DeleteService(r.vars[0])
}

func (r *request) verifyServiceAnswer(
	status int, s verify.Service, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, object: verifyServiceObject(r, s)}, nil
}

// changeVerifyService takes the parameters of the request into a service. Parameters without an
// effect are kept as text, so that the answer repeats them.
func (r *request) changeVerifyService(s *verify.Service) error {
	c := change{values: r.form, invalid: verify.Invalid}
	c.text("FriendlyName", &s.FriendlyName)
	c.int("CodeLength", &s.CodeLength)
	c.bool("LookupEnabled", &s.LookupEnabled)
	c.bool("SkipSmsToLandlines", &s.SkipSMSToLandlines)
	c.bool("Psd2Enabled", &s.PSD2Enabled)
	c.bool("DoNotShareWarningEnabled", &s.DoNotShareWarningEnabled)
	c.bool("CustomCodeEnabled", &s.CustomCodeEnabled)
	for name := range strings.FieldsSeq(verifyServiceAccepted) {
		if value, ok := c.get(name); ok {
			s.Other[name] = value
		}
	}
	return c.err
}

// verifyServiceObject returns a service with its keys in the order of F-625.
func verifyServiceObject(r *request, s verify.Service) object {
	url := r.base() + verifyServicesPath + "/" + s.SID
	kept := keptValues(s.Other)
	return object{
		aText("sid", s.SID),
		aText("account_sid", r.account.SID),
		aText("friendly_name", s.FriendlyName),
		aNumber("code_length", s.CodeLength),
		aBool("lookup_enabled", s.LookupEnabled),
		aBool("psd2_enabled", s.PSD2Enabled),
		aBool("skip_sms_to_landlines", s.SkipSMSToLandlines),
		kept.bool("dtmf_input_required", "DtmfInputRequired", true), // F-624
		kept.text("tts_name", "TtsName"),
		aBool("do_not_share_warning_enabled", s.DoNotShareWarningEnabled),
		aBool("custom_code_enabled", s.CustomCodeEnabled),
		anObject("push", // F-626
			kept.bool("include_date", "Push.IncludeDate", false),
			kept.text("apn_credential_sid", "Push.ApnCredentialSid"),
			kept.text("fcm_credential_sid", "Push.FcmCredentialSid")),
		anObject("totp",
			kept.text("issuer", "Totp.Issuer"),
			kept.number("time_step", "Totp.TimeStep"),
			kept.number("code_length", "Totp.CodeLength"),
			kept.number("skew", "Totp.Skew")),
		anObject("whatsapp",
			kept.text("msg_service_sid", "Whatsapp.MsgServiceSid"),
			kept.text("from", "Whatsapp.From")),
		anObject("passkeys",
			anObject("relying_party",
				kept.text("id", "Passkeys.RelyingParty.Id"),
				kept.text("name", "Passkeys.RelyingParty.Name"),
				kept.text("origins", "Passkeys.RelyingParty.Origins")),
			kept.text("authenticator_attachment", "Passkeys.AuthenticatorAttachment"),
			kept.text("discoverable_credentials", "Passkeys.DiscoverableCredentials"),
			kept.text("user_verification", "Passkeys.UserVerification")),
		aNull("default_template_sid"),
		kept.bool("verify_event_subscription_enabled", "VerifyEventSubscriptionEnabled", false),
		anISO8601("date_created", s.Created),
		anISO8601("date_updated", s.Updated),
		aText("url", url),
		anObject("links", // F-627
			aText("verification_checks", url+"/VerificationCheck"),
			aText("verifications", url+"/Verifications"),
			aText("rate_limits", url+"/RateLimits"),
			aText("messaging_configurations", url+"/MessagingConfigurations"),
			aText("entities", url+"/Entities"),
			aText("webhooks", url+"/Webhooks"),
			aText("access_tokens", url+"/AccessTokens")),
	}
}

// keptValues are parameters without an effect, as a resource keeps them. A value of the wrong type
// is shown as null.
type keptValues map[string]string

func (k keptValues) text(key, name string) field { return aTextOrNull(key, k[name]) }

func (k keptValues) bool(key, name string, usual bool) field {
	value, err := strconv.ParseBool(strings.ToLower(k[name]))
	if err != nil {
		value = usual
	}
	return aBool(key, value)
}

func (k keptValues) number(key, name string) field {
	n, err := strconv.Atoi(k[name])
	if err != nil {
		return aNull(key)
	}
	return aNumber(key, n)
}
