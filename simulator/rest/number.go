package rest

import (
	"context"
	"net/http"
	"slices"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
)

// numberObject returns a number with its keys in the order of the examples in Twilio's OpenAPI
// document (F-435). The fields about addresses, regulations and emergency calls have the values
// of a number without them. Only the list of all numbers has the type.
func numberObject(r *request, n directory.Number, withType bool) object {
	a := r.account.SID
	o := object{
		aText("account_sid", a),
		aText("address_requirements", "none"),
		aNull("address_sid"),
		aText("api_version", apiVersion),
		aBool("beta", false),
		anObject("capabilities", aBool("voice", true), aBool("sms", true), aBool("mms", true),
			aBool("fax", false)),
		anRFC2822("date_created", n.Created),
		anRFC2822("date_updated", n.Updated),
		aText("emergency_status", "Inactive"),
		aNull("emergency_address_sid"),
		aText("emergency_address_status", "unregistered"),
		aText("friendly_name", n.FriendlyName),
		aNull("identity_sid"),
		aText("origin", "twilio"),
		aText("phone_number", n.PhoneNumber),
		aText("sid", n.SID),
		aTextOrNull("sms_application_sid", n.SmsApplicationSID),
		aText("sms_fallback_method", n.SmsFallbackMethod),
		aTextOrNull("sms_fallback_url", n.SmsFallbackURL),
		aText("sms_method", n.SmsMethod),
		aTextOrNull("sms_url", n.SmsURL),
		aTextOrNull("status_callback", n.StatusCallback),
		aText("status_callback_method", n.StatusCallbackMethod),
		aNull("trunk_sid"),
		aText("uri", r.uri(root(a)+"/IncomingPhoneNumbers/"+n.SID)),
		aTextOrNull("voice_application_sid", n.VoiceApplicationSID),
		aBool("voice_caller_id_lookup", n.VoiceCallerIDLookup),
		aText("voice_fallback_method", n.VoiceFallbackMethod),
		aTextOrNull("voice_fallback_url", n.VoiceFallbackURL),
		aText("voice_method", n.VoiceMethod),
		aTextOrNull("voice_url", n.VoiceURL),
		aNull("bundle_sid"),
		aText("voice_receive_mode", "voice"),
		aText("status", "in-use"),
	}
	if withType {
		o = append(o, aText("type", string(n.Kind)))
	}
	return o
}

var numberList = listNames{"incoming_phone_numbers", "IncomingPhoneNumbers", "IncomingPhoneNumber"}

func (r *request) numberAnswer(status int, n directory.Number, withType bool, err error) (*answer,
	error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, name: "IncomingPhoneNumber",
		object: numberObject(r, n, withType)}, nil
}

// listNumbers lists the numbers of one kind, or all numbers if kind is "" (F-320).
func listNumbers(kind directory.NumberKind) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		number, name := r.form.Get("PhoneNumber"), r.form.Get("FriendlyName")
		numbers := slices.DeleteFunc(r.account.IncomingPhoneNumbers(),
			func(n directory.Number) bool {
				return kind != "" && n.Kind != kind ||
					number != "" && n.PhoneNumber != number || name != "" && n.FriendlyName != name
			})
		return listOf(r, numberList, numbers, func(n directory.Number) string { return n.SID },
			func(r *request, n directory.Number) object { return numberObject(r, n, kind == "") })
	}
}

func createNumber(kind directory.NumberKind) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		n, err := changed(r.account.Buy(directory.Order{
			PhoneNumber: r.form.Get("PhoneNumber"), AreaCode: r.form.Get("AreaCode"), Kind: kind,
		}, changeNumber(r.form)))
		return r.numberAnswer(http.StatusCreated, n, kind == "", err)
	}
}

func fetchNumber(_ context.Context, r *request) (*answer, error) {
	n, ok := r.account.NumberBySID(r.vars[1])
	if !ok {
		return nil, apierr.NotFound()
	}
	return r.numberAnswer(http.StatusOK, n, true, nil)
}

func updateNumber(_ context.Context, r *request) (*answer, error) {
	n, err := changed(r.account.UpdateNumber(r.vars[1], changeNumber(r.form)))
	return r.numberAnswer(http.StatusOK, n, true, err)
}

func deleteNumber(_ context.Context, r *request) (*answer, error) {
	return noContent, r.account.ReleaseNumber(r.vars[1])
}
