package rest

import "twilsim/simulator/messaging"

// messageForm is a message to create, as it comes over the wire (F.2). Everything is text: messaging knows which values are
// wrong, and which of Twilio's errors that is.
type messageForm struct {
	To                  string
	From                string
	MessagingServiceSID string `schema:"MessagingServiceSid"`
	Body                string
	MediaURL            []string `schema:"MediaUrl"`
	StatusCallback      string
	ApplicationSID      string `schema:"ApplicationSid"`
	MaxPrice            string
	ProvideFeedback     string
	Attempt             string
	ValidityPeriod      string
	ForceDelivery       string
	ContentRetention    string
	AddressRetention    string
	SmartEncoded        string
	PersistentAction    []string
	TrafficType         string
	ShortenURLs         string `schema:"ShortenUrls"`
	ScheduleType        string
	SendAt              string
	SendAsMMS           string `schema:"SendAsMms"`
	ContentSID          string `schema:"ContentSid"`
	ContentVariables    string
	RiskCheck           string
	FallbackFrom        string
}

// draft reads the message that the request asks for.
func (r *request) draft() (messaging.Draft, error) {
	var f messageForm
	if err := r.handler.decoder.Decode(&f, r.form); err != nil {
		return messaging.Draft{}, invalid(err.Error())
	}
	return messaging.Draft{
		To: f.To, From: f.From, MessagingServiceSID: f.MessagingServiceSID, Body: f.Body, HasBody: r.form.Has("Body"),
		MediaURL: f.MediaURL, StatusCallback: f.StatusCallback, ApplicationSID: f.ApplicationSID, MaxPrice: f.MaxPrice,
		ProvideFeedback: f.ProvideFeedback, Attempt: f.Attempt, ValidityPeriod: f.ValidityPeriod, ForceDelivery: f.ForceDelivery,
		ContentRetention: f.ContentRetention, AddressRetention: f.AddressRetention, SmartEncoded: f.SmartEncoded,
		PersistentAction: f.PersistentAction, TrafficType: f.TrafficType, ShortenUrls: f.ShortenURLs, ScheduleType: f.ScheduleType,
		SendAt: f.SendAt, SendAsMms: f.SendAsMMS, ContentSID: f.ContentSID, ContentVariables: f.ContentVariables,
		RiskCheck: f.RiskCheck, FallbackFrom: f.FallbackFrom,
	}, nil
}

// given returns a parameter that the request has, be it empty, and nil without it: an empty Body redacts, no Body does not
// (F-394).
func (r *request) given(name string) *string {
	values, ok := r.form[name]
	if !ok || len(values) == 0 {
		return nil
	}
	return &values[len(values)-1]
}
