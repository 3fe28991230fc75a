package events

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// event is a CloudEvent (F-731).
type event struct {
	Type, Source, ID, Schema string
	Time                     time.Time
	Data                     any
}

// object is a JSON object with its keys in order. Twilio's examples have an order, and a map would
// lose it.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, strconv.Quote(m.name)...), ':'), value...)
	}
	return append(b, '}'), nil
}

// timestamp writes a time as events have it, with milliseconds (F-731).
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// body returns the event as it is sent: an array with one member (F-724).
func (e event) body() string {
	b, err := json.Marshal([]object{{
		{"specversion", "1.0"}, {"type", e.Type}, {"source", e.Source}, {"id", e.ID},
		{"dataschema", e.Schema}, {"datacontenttype", "application/json"},
		{"time", timestamp(e.Time)}, {"data", e.Data},
	}})
	if err != nil {
		panic(err) // texts and numbers only
	}
	return string(b)
}

// filled leaves out the members without a value (F-738).
func (o object) filled() object {
	var some object
	for _, m := range o {
		if m.value != "" && m.value != nil {
			some = append(some, m)
		}
	}
	return some
}

func messageSource(account, sid string) string {
	return "/2010-04-01/Accounts/" + account + "/Messages/" + sid + ".json" // F-732
}

// outboundData is the data of a message's event (F-736 to F-739).
func outboundData(f messaging.Snapshot, eventName string, e journal.Event) object {
	data := object{
		{"messageSid", f.SID}, {"timestamp", timestamp(e.At)}, {"accountSid", f.AccountSID},
		{"eventName", eventName}, {"apiVersion", "2010-04-01"}, {"from", f.From}, {"to", f.To},
		{"messageStatus", strings.ToUpper(e.Status)},
		{"messagingServiceSid", f.MessagingServiceSID},
	}
	if e.ErrorCode != 0 {
		data = append(data, member{"errorCode", e.ErrorCode})
	}
	data = append(data, member{"body", f.Body}, member{"statusCallBackUrl", f.Callback.URL},
		member{"tags", object{}})
	if e.Status == "delivered" || e.Status == "undelivered" {
		data = append(data, member{"rawDlrDoneDate", e.At.UTC().Format("0601021504")})
	}
	if f.NumSegments > 0 {
		data = append(data, member{"numberOfSegments", f.NumSegments})
	}
	return append(data, member{"dateUpdated", timestamp(e.At)}).filled()
}

// inboundData is the data of an inbound message's event (F-741).
func inboundData(f messaging.Snapshot, e journal.Event) object {
	to, from := address.Locate(f.To), address.Locate(f.From)
	return object{
		{"messageSid", f.SID}, {"timestamp", timestamp(e.At)}, {"accountSid", f.AccountSID},
		{"eventName", inboundType}, {"from", f.From}, {"to", f.To}, {"numMedia", len(f.Media)},
		{"numSegments", max(f.NumSegments, 1)}, {"body", f.Body},
		{"toCountry", to.Country}, {"toState", to.State}, {"toCity", to.City},
		{"fromCountry", from.Country}, {"fromState", from.State}, {"fromCity", from.City},
		{"messagingServiceSid", f.MessagingServiceSID}, {"recipients", []string{}},
	}.filled()
}

// errorData is the data of an alert's event (F-743, F-812).
func errorData(account, owner string, a *journal.Alert) object {
	code, _ := strconv.Atoi(a.Code)
	payload, err := json.Marshal(object{{"resource_sid", a.SID}, {"error_code", code},
		{"message", a.Text}}.filled())
	if err != nil {
		panic(err) // texts and numbers only
	}
	return object{
		{"sid", a.MonitorSID}, {"account_sid", account}, {"date_created", timestamp(a.At)},
		{"level", strings.ToUpper(string(a.Level))}, {"master_account_sid", owner},
		{"correlation_sid", a.SID}, {"error_code", a.Code}, {"payload", string(payload)},
	}.filled()
}
