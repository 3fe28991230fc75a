package rest

import (
	"cmp"
	"maps"
	"net/url"
	"reflect"

	"twilsim/simulator/messaging"
)

// messageForm is a message to create, as it comes over the wire (F.2): the parameters that most
// messages have. Everything is text, because messaging knows which values are wrong, and which of
// Twilio's errors that is.
//
// The table of routes takes the names of the parameters from here and from [messageOptions]. Those
// tagged with effect:"none" are at most checked.
type messageForm struct {
	To                  string
	From                string
	Body                string
	StatusCallback      string
	MessagingServiceSID string   `schema:"MessagingServiceSid"`
	MediaURL            []string `schema:"MediaUrl"`
}

// readMessageForm reads a form as the decoder for [messageOptions] does, without reflection, which
// took a tenth of the time of a create: the last value of a parameter counts, and of a list those
// that are not empty.
func readMessageForm(form url.Values) messageForm {
	last := func(name string) string {
		if values := form[name]; len(values) > 0 {
			return values[len(values)-1]
		}
		return ""
	}
	f := messageForm{To: last("To"), From: last("From"), Body: last("Body"),
		StatusCallback:      last("StatusCallback"),
		MessagingServiceSID: last("MessagingServiceSid")}
	for _, value := range form["MediaUrl"] {
		if value != "" {
			f.MediaURL = append(f.MediaURL, value)
		}
	}
	return f
}

// messageOptions are the other parameters of a message. They are read only where a form has more
// than [messageForm], because reading them all takes as long as the rest of a request.
type messageOptions struct {
	ApplicationSID   string `schema:"ApplicationSid"`
	ValidityPeriod   string
	SmartEncoded     string
	ScheduleType     string
	SendAt           string
	MaxPrice         string   `effect:"none"`
	ProvideFeedback  string   `effect:"none"`
	Attempt          string   `effect:"none"`
	ForceDelivery    string   `effect:"none"`
	ContentRetention string   `effect:"none"`
	AddressRetention string   `effect:"none"`
	PersistentAction []string `effect:"none"`
	TrafficType      string   `effect:"none"`
	ShortenURLs      string   `schema:"ShortenUrls"`
	SendAsMMS        string   `schema:"SendAsMms" effect:"none"`
	RiskCheck        string   `effect:"none"`
	FallbackFrom     string
	ContentSID       string `schema:"ContentSid"`
	ContentVariables string
}

// parameters returns the names of a form's parameters that have the effect: "" for those that do
// what they do at Twilio, "none" for the others.
func parameters[Form any](effect string) []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Form]()) {
		if field.Tag.Get("effect") == effect {
			names = append(names, cmp.Or(field.Tag.Get("schema"), field.Name))
		}
	}
	return names
}

// draft returns the message that the request asks for. It checks nothing: [messaging.Account.Send]
// knows the order in which Twilio checks.
func (r *request) draft() (messaging.Draft, error) {
	var o messageOptions
	form := r.knownForm()
	f := readMessageForm(form)
	if r.handler.hasMore(form) {
		decoded := new(messageOptions) // not &o, which would be on the heap for every request
		if err := r.handler.decoder.Decode(decoded, form); err != nil {
			return messaging.Draft{}, invalid(err.Error())
		}
		o = *decoded
	}
	return messaging.Draft{
		To:                  f.To,
		From:                f.From,
		MessagingServiceSID: f.MessagingServiceSID,
		Body:                f.Body,
		HasBody:             r.form.Has("Body"),
		MediaURL:            f.MediaURL,
		StatusCallback:      f.StatusCallback,
		ApplicationSID:      o.ApplicationSID,
		MaxPrice:            o.MaxPrice,
		ProvideFeedback:     o.ProvideFeedback,
		Attempt:             o.Attempt,
		ValidityPeriod:      o.ValidityPeriod,
		ForceDelivery:       o.ForceDelivery,
		ContentRetention:    o.ContentRetention,
		AddressRetention:    o.AddressRetention,
		SmartEncoded:        o.SmartEncoded,
		PersistentAction:    o.PersistentAction,
		TrafficType:         o.TrafficType,
		ShortenUrls:         o.ShortenURLs,
		ScheduleType:        o.ScheduleType,
		SendAt:              o.SendAt,
		SendAsMms:           o.SendAsMMS,
		ContentSID:          o.ContentSID,
		ContentVariables:    o.ContentVariables,
		RiskCheck:           o.RiskCheck,
		FallbackFrom:        o.FallbackFrom,
		Empty:               empty(form),
	}, nil
}

// empty returns the names of the parameters that have no value: Body= or MediaUrl=.
func empty(form url.Values) []string {
	var names []string
	for name, values := range form {
		if len(values) > 0 && values[len(values)-1] == "" {
			names = append(names, name)
		}
	}
	return names
}

// knownForm returns the form without the parameters that the route does not know (F-350). The
// decoder would take "to" for "To", and either of the two if both are there.
func (r *request) knownForm() url.Values {
	if len(r.unknown) == 0 {
		return r.form
	}
	form := maps.Clone(r.form)
	for _, name := range r.unknown {
		delete(form, name)
	}
	return form
}

// hasMore reports whether the form has parameters beside those of [messageForm]. The form must have
// known parameters only, as knownForm returns it.
func (h *Handler) hasMore(form url.Values) bool {
	n := len(form)
	for _, name := range h.common {
		if form.Has(name) {
			n--
		}
	}
	return n > 0
}

// given returns the value of a parameter, nil if the request does not have it. An empty value is
// not nil: an empty Body redacts a message (F-394).
func (r *request) given(name string) *string {
	values, ok := r.form[name]
	if !ok || len(values) == 0 {
		return nil
	}
	return &values[len(values)-1]
}
