package messaging

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
	"twilsim/simulator/webhook"
)

// profileName is the default name of a sender on WhatsApp (F-016).
const profileName = "Customer"

// channelParams returns the parameters of an inbound WhatsApp message in the order of a captured
// request (F-028). A sender's name or ID in set goes into ChannelMetadata as well (F-018).
func (a *Account) channelParams(f Snapshot, set webhook.Params) webhook.Params {
	if f.channel() == address.RCS {
		return a.rcsParams(f)
	}
	params := make(webhook.Params, 0, 18+2*len(f.Media))
	add := func(name, value string) {
		params = append(params, webhook.Param{Name: name,
			Value: value})
	}
	for i, media := range f.Media {
		add("MediaContentType"+strconv.Itoa(i), media.ContentType)
	}
	name := cmp.Or(set.Get("ProfileName"), profileName)
	id := cmp.Or(set.Get("WaId"), strings.TrimPrefix(address.Bare(f.From), "+")) // F-016
	add("SmsMessageSid", f.SID)
	add("NumMedia", strconv.Itoa(len(f.Media)))
	add("ProfileName", name)
	add("MessageType", messageType(f))
	add("SmsSid", f.SID)
	add("WaId", id)
	add("SmsStatus", string(f.Status))
	add("Body", f.Body)
	add("To", f.To)
	if f.MessagingServiceSID != "" {
		add("MessagingServiceSid", f.MessagingServiceSID)
	}
	add("NumSegments", strconv.Itoa(f.NumSegments))
	add("ReferralNumMedia", "0") // F-014
	add("MessageSid", f.SID)
	add("AccountSid", f.AccountSID)
	add("ChannelMetadata", channelMetadata(name, id))
	add("From", f.From)
	for i, media := range f.Media {
		add("MediaUrl"+strconv.Itoa(i), a.mediaURL(f.SID, media.SID))
	}
	add("ApiVersion", apiVersion)
	return params
}

// rcsParams returns the parameters of an inbound message by RCS, which no source has as a whole:
// those of every inbound message, without what only WhatsApp has and without places (F-796).
func (a *Account) rcsParams(f Snapshot) webhook.Params {
	params := make(webhook.Params, 0, 11+2*len(f.Media))
	add := func(name, value string) {
		params = append(params, webhook.Param{Name: name, Value: value})
	}
	for i, media := range f.Media {
		add("MediaContentType"+strconv.Itoa(i), media.ContentType)
	}
	add("SmsMessageSid", f.SID)
	add("NumMedia", strconv.Itoa(len(f.Media)))
	add("SmsSid", f.SID)
	add("SmsStatus", string(f.Status))
	add("Body", f.Body)
	add("To", f.To)
	if f.MessagingServiceSID != "" {
		add("MessagingServiceSid", f.MessagingServiceSID)
	}
	add("NumSegments", strconv.Itoa(f.NumSegments))
	add("MessageSid", f.SID)
	add("AccountSid", f.AccountSID)
	add("From", a.shownTo(f.From))
	for i, media := range f.Media {
		add("MediaUrl"+strconv.Itoa(i), a.mediaURL(f.SID, media.SID))
	}
	add("ApiVersion", apiVersion)
	return params
}

// messageType is text, or the first part of the media's type (F-017).
func messageType(f Snapshot) string {
	if len(f.Media) == 0 {
		return "text"
	}
	kind, _, _ := strings.Cut(f.Media[0].ContentType, "/")
	return kind
}

// channelMetadata returns the parameter ChannelMetadata of a text (F-018).
func channelMetadata(name, id string) string {
	type context struct {
		ProfileName string
		WaID        string `json:"WaId"`
	}
	type data struct {
		Context context `json:"context"`
	}
	b, _ := json.Marshal(struct { // strings always marshal
		Type string `json:"type"`
		Data data   `json:"data"`
	}{"whatsapp", data{context{name, id}}})
	return string(b)
}

// channelStatusParams returns the parameters of a channel's callback in the order of a captured
// request (F-183).
func (a *Account) channelStatusParams(f Snapshot, job callbackJob) webhook.Params {
	params := make(webhook.Params, 0, 14)
	add := func(name, value string) {
		params = append(params, webhook.Param{Name: name,
			Value: value})
	}
	switch job.status {
	case carrier.Delivered, carrier.Undelivered, carrier.Read: // F-177
		add("EventType", strings.ToUpper(string(job.status)))
	}
	failed := job.code != 0 && (job.status == carrier.Failed || job.status == carrier.Undelivered)
	if failed {
		add("ErrorCode", strconv.Itoa(job.code)) // F-174
	}
	add("SmsSid", f.SID)
	add("SmsStatus", string(job.status))
	add("MessageStatus", string(job.status))
	to := f.To
	if f.channel() == address.RCS {
		to = a.shownTo(to)
	}
	add("ChannelToAddress", masked(address.Bare(f.To)))
	add("To", to)
	add("ChannelPrefix", strings.TrimSuffix(f.channel(), ":")) // F-795
	if f.MessagingServiceSID != "" {
		add("MessagingServiceSid", f.MessagingServiceSID)
	}
	add("MessageSid", f.SID)
	add("AccountSid", f.AccountSID)
	if job.status == carrier.Sent { // F-176
		add("StructuredMessage", strconv.FormatBool(f.Template != nil)) // F-703
	}
	if failed { // F-178
		add("ChannelStatusMessage", errcode.Title(job.code))
	}
	add("From", f.From)
	add("ApiVersion", apiVersion)
	add("ChannelInstallSid", f.install)
	return params
}

// masked replaces the last four digits of a number (F-176).
func masked(number string) string { return number[:max(len(number)-4, 0)] + "XXXX" }
