package messaging

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Text is what a handset sends. From and To may be written in any way that [address.Parse] reads.
type Text struct {
	From, To string
	Body     string
	Media    []Media
	// Params replace or add parameters of the webhook: FromCity, ProfileName and so on.
	Params webhook.Params
}

// Receipt is what happened to a [Text] until the app's answer was run. It is complete when Receive
// returns, except where Held says that the app was not called yet. The lists are nil if they are
// empty.
type Receipt struct {
	Message  *Message
	Webhooks []*journal.Exchange
	Replies  []*Message
	Alerts   []*journal.Alert
	// which rule delays the webhook, so that the app was not called yet; nil for none
	Held *Held
}

// Held is a webhook that a rule holds back.
type Held struct {
	Rule  string    `json:"rule"` // r1
	What  string    `json:"what"` // in the rule's words: delay:5s
	Until time.Time `json:"until"`
}

// Receive takes a text from a handset to one of the account's numbers: it calls the number's
// webhook and creates what the app replies. It returns when all documents of the app have been run,
// before any reply is delivered. If a rule delays the webhook it returns at once. The error is
// about the text itself; failures of the app are alerts in the receipt.
func (a *Account) Receive(ctx context.Context, text Text) (*Receipt, error) {
	number, err := a.checkText(&text)
	if err != nil {
		return nil, err
	}
	media, err := a.keepMedia(text.Media)
	if err != nil {
		return nil, err
	}
	if address.Prefix(text.From) == address.WhatsApp {
		a.awaitPast() // the window is open from now on, not from an earlier text on
	}
	end := a.Clock.Begin()
	defer func() { end() }()
	a.NoteHandset(address.Bare(text.From))
	route := a.Route(number, text.From)
	m := a.newMessage(Snapshot{
		From: text.From, To: text.To, Body: text.Body, Direction: Inbound, Status: carrier.Received,
		Media:               media,
		MessagingServiceSID: route.Service, Sent: a.Clock.Now(), // F-353
	})
	var params webhook.Params
	if route.URL != "" {
		params = a.inboundParams(m.Snapshot(), route, text.Params)
	}
	// from here on a restart runs the text again, until the app's answer is recorded
	if a.recorder != nil && route.URL != "" {
		m.run = &pendingRun{Route: route, Params: params, Token: a.ids.UUID(), Until: m.start}
	}
	// the message, the answer to a keyword and the alert about a missing webhook are stored
	// together
	begun := a.together()
	a.Journal.Append(journal.Event{Type: journal.MessageReceived, SID: m.ID(),
		Status: string(carrier.Received)}, journal.Messages, m)
	a.openWindow(text.From, text.To, m.When())
	run := &run{account: a, message: m, receipt: Receipt{Message: m}, end: &end}
	if answer := a.handleKeyword(m, route); answer != nil {
		defer func() { run.receipt.Replies = append(run.receipt.Replies, answer) }()
	}
	if route.URL == "" {
		run.alert(a.raise(&journal.Alert{
			Code: strconv.Itoa(codeNoWebhook), SID: m.ID(),
			Text: number.PhoneNumber + " has no webhook: the message was not sent to an app",
			Try:  "start with --forward-to http://localhost:3000, or set the number's sms_url",
		}))
		begun()
		return &run.receipt, nil
	}
	begun()
	run.params = params
	run.begin(ctx, route)
	return &run.receipt, nil
}

// checkText normalises the text's addresses and returns the number that receives it. It changes the
// text, and nothing of the account.
func (a *Account) checkText(text *Text) (directory.Number, error) {
	from, err := address.Parse(text.From)
	if err != nil {
		return directory.Number{}, err
	}
	to, err := address.Parse(text.To)
	if err != nil {
		return directory.Number{}, err
	}
	if address.IsAgent(to) && address.Prefix(from) == "" {
		from = address.With(address.RCS, from)
	}
	if address.Prefix(from) != address.Prefix(to) {
		return directory.Number{}, fmt.Errorf("%s cannot text %s: both are numbers, or both "+
			"addresses of the same channel", from, to)
	}
	text.From, text.To = from, to
	number, ok := a.Number(address.Bare(to))
	if !ok {
		var addresses []string
		for _, n := range a.Numbers() {
			addresses = append(addresses, n.PhoneNumber)
		}
		if near := suggest.Nearest(to, addresses); near != "" {
			return directory.Number{}, fmt.Errorf("%s is not a number of this account: did you "+
				"mean %s?", to, near)
		}
		return directory.Number{}, fmt.Errorf("%s is not a number of this account, which has %s",
			to, listed(addresses))
	}
	phone := address.Bare(from)
	if state := a.Handset(phone).State; address.IsAgent(to) && state != carrier.HandsetRCS {
		return directory.Number{}, fmt.Errorf("%s is %s, and only a phone with RCS texts %s: put it "+
			"into the state rcs first", phone, state, to)
	}
	return number, checkParams(text.Params) // the body may be empty: that is a text too (F-006)
}

// listed names addresses in an error, which has room for a few.
func listed(addresses []string) string {
	const most = 5
	switch rest := len(addresses) - most; {
	case len(addresses) == 0:
		return "none: buy one first"
	case rest > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(addresses[:most], " "), rest)
	}
	return strings.Join(addresses, " ")
}

// inboundParams returns the parameters of section A.1 in the order of a captured request (F-027),
// with set over them.
func (a *Account) inboundParams(f Snapshot, route directory.Route,
	set webhook.Params) webhook.Params {
	if address.Prefix(f.From) != "" {
		return overlay(a.channelParams(f, set), set)
	}
	from, to := a.locate(f.From), a.locate(f.To)
	params := make(webhook.Params, 0, 22+2*len(f.Media))
	add := func(name, value string) {
		params = append(params, webhook.Param{Name: name, Value: value})
	}
	for i, media := range f.Media {
		add("MediaContentType"+strconv.Itoa(i), media.ContentType)
	}
	place := !address.IsShortCode(f.To) // F-012: a short code has a country only
	add("ToCountry", to.Country)
	if place {
		add("ToState", to.State)
	}
	add("SmsMessageSid", f.SID)
	add("NumMedia", strconv.Itoa(len(f.Media)))
	if place {
		add("ToCity", to.City)
	}
	add("FromZip", from.Zip)
	add("SmsSid", f.SID) // F-002
	add("FromState", from.State)
	add("SmsStatus", string(f.Status)) // F-010
	add("FromCity", from.City)
	add("Body", f.Body)
	add("FromCountry", from.Country)
	add("To", f.To)
	if f.MessagingServiceSID != "" { // F-004
		add("MessagingServiceSid", f.MessagingServiceSID)
	}
	if place {
		add("ToZip", to.Zip)
	}
	add("NumSegments", strconv.Itoa(f.NumSegments))
	add("MessageSid", f.SID)
	add("AccountSid", f.AccountSID)
	add("From", f.From)
	for i, media := range f.Media {
		add("MediaUrl"+strconv.Itoa(i), a.mediaURL(f.SID, media.SID))
	}
	add("ApiVersion", apiVersion)
	if route.AdvancedOptOut { // F-015
		if keyword := a.keyword(f.Body, route); keyword != "" {
			add("OptOutType", keyword)
		}
	}
	return overlay(params, set)
}

// overlay replaces or adds parameters.
func overlay(params, set webhook.Params) webhook.Params {
	for _, param := range set {
		params = params.Set(param.Name, param.Value)
	}
	return params
}

// apiVersion is the parameter ApiVersion of webhooks (F-011).
const apiVersion = "2010-04-01"

// InboundParams returns the parameters of an inbound message (section A.1). The {N} of media and of
// the other members of a group is 0.
func InboundParams() []string {
	return []string{
		"MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "MessagingServiceSid", "From", "To",
		"Body", "NumMedia",
		"MediaContentType0", "MediaUrl0", "NumSegments", "SmsStatus", "ApiVersion",
		"FromCity", "FromState", "FromZip", "FromCountry", "ToCity", "ToState", "ToZip",
		"ToCountry",
		"AddOns", "ReferralNumMedia", "OptOutType", "ProfileName", "WaId", "MessageType",
		"ChannelMetadata", "ExternalUserId",
		"Forwarded", "FrequentlyForwarded", "ButtonText", "ButtonPayload", "ButtonType",
		"ListId", "ListTitle",
		"InteractiveData", "FlowData",
		"Latitude", "Longitude", "Address", "Label", "OriginalRepliedMessageSid",
		"OriginalRepliedMessageSender",
		"ReferralBody", "ReferralHeadline", "ReferralSourceId", "ReferralSourceType",
		"ReferralSourceUrl", "ReferralMediaId",
		"ReferralMediaContentType", "ReferralMediaUrl", "ReferralCtwaClid",
		"OtherRecipients0", // of a group MMS (F-615)
	}
}

// checkParams refuses parameters that an inbound message never has. A misspelt one would make a
// test that proves nothing.
func checkParams(params webhook.Params) error {
	known := InboundParams()
	for _, param := range params {
		if slices.Contains(known, param.Name) || numbered(param.Name) {
			continue
		}
		if near := suggest.Nearest(param.Name, known); near != "" {
			return fmt.Errorf("an inbound message has no parameter %q: did you mean %q?",
				param.Name, near)
		}
		return fmt.Errorf("an inbound message has no parameter %q, only %s", param.Name,
			strings.Join(known, " "))
	}
	return nil
}

// numbered reports whether a parameter is one of those that have a number at the end.
func numbered(name string) bool {
	for _, prefix := range []string{"MediaUrl", "MediaContentType", "OtherRecipients"} {
		number, found := strings.CutPrefix(name, prefix)
		if n, err := strconv.Atoi(number); found && err == nil && n >= 0 && n < maxMedia &&
			number == strconv.Itoa(n) {
			return true
		}
	}
	return false
}
