package rest

import (
	"context"
	"net/http"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
)

// pool is one kind of sender of a Messaging Service, under the API's names (F-424).
type pool struct {
	kind  directory.SenderKind
	param string // the parameter of a create that names the sender
	key   string // of the list
	field string // the key of the sender's address
}

var (
	phoneNumbers = pool{directory.PhoneNumberSender, "PhoneNumberSid", "phone_numbers",
		"phone_number"}
	shortCodes   = pool{directory.ShortCodeSender, "ShortCodeSid", "short_codes", "short_code"}
	alphaSenders = pool{directory.AlphaSender, "AlphaSender", "alpha_senders", "alpha_sender"}
	// F-618
	channelSenders = pool{directory.ChannelSender, "Sid", "senders", "sender"}
)

// object returns a sender with its keys in the order of the examples in Twilio's OpenAPI
// document. An alphanumeric sender has no country.
func (p pool) object(r *request, s directory.Sender) object {
	if s.Kind == directory.ChannelSender {
		return channelSender(r, s)
	}
	o := object{
		aText("sid", s.SID),
		aText("account_sid", r.account.SID),
		aText("service_sid", s.ServiceSID),
		anISO8601("date_created", s.Created),
		anISO8601("date_updated", s.Updated),
		aText(p.field, s.Address),
	}
	if s.Kind != directory.AlphaSender {
		o = append(o, aTextOrNull("country_code", s.CountryCode))
	}
	return append(o, aListOfTexts("capabilities", s.Capabilities),
		aText("url", r.base()+"/v1/Services/"+s.ServiceSID+"/"+string(s.Kind)+"/"+s.SID))
}

// channelSender returns a sender of a channel with its keys in the order of F-618, whose example is
// one of WhatsApp; the type of one of RCS is inferred.
func channelSender(r *request, s directory.Sender) object {
	kind := "WhatsApp"
	if address.IsAgent(s.Address) {
		kind = "RCS"
	}
	return object{
		aText("account_sid", r.account.SID),
		aText("messaging_service_sid", s.ServiceSID),
		aText("sid", s.SID),
		aText("sender", s.Address),
		aText("sender_type", kind),
		aTextOrNull("country_code", s.CountryCode),
		anISO8601("date_created", s.Created),
		anISO8601("date_updated", s.Updated),
		aText("url", r.base()+"/v1/Services/"+s.ServiceSID+"/ChannelSenders/"+s.SID),
	}
}

func listSenders(p pool) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		senders, err := r.account.Senders(r.vars[0], p.kind)
		if err != nil {
			return nil, err
		}
		return listOf(r, listNames{key: p.key}, senders,
			func(s directory.Sender) string { return s.SID }, p.object)
	}
}

func addSender(p pool) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		s, err := r.account.AddSender(r.vars[0], p.kind, r.form.Get(p.param))
		if err != nil {
			return nil, err
		}
		return &answer{status: http.StatusCreated, object: p.object(r, s)}, nil
	}
}

func fetchSender(p pool) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		s, ok := r.account.Sender(r.vars[0], p.kind, r.vars[1])
		if !ok {
			return nil, apierr.NotFound()
		}
		return &answer{status: http.StatusOK, object: p.object(r, s)}, nil
	}
}

func removeSender(p pool) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		return noContent, r.account.RemoveSender(r.vars[0], p.kind, r.vars[1])
	}
}
