package messaging

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/segment"
	"twilsim/simulator/sid"
)

// Draft is a message that the app asks the API to send, with the parameters as the request had them
// (F.2). A text is "" both if it is missing and if it has no value; Empty tells the two apart.
type Draft struct {
	To, From            string
	MessagingServiceSID string
	Body                string
	HasBody             bool // the parameter was there
	MediaURL            []string
	StatusCallback      string
	ApplicationSID      string
	ContentSID          string
	ContentVariables    string
	MaxPrice            string // checked, and without effect, as Twilio's (F-333)
	ValidityPeriod      string
	SendAt              string
	ScheduleType        string
	ContentRetention    string // checked, and without effect, as the next one
	AddressRetention    string
	SmartEncoded        string
	FallbackFrom        string

	// Empty names the parameters, as Twilio does, that the request has without a value. Such a
	// parameter is checked like any other: an empty StatusCallback is not a URL [inferred].
	Empty []string

	// The fields below are checked, and have no effect.
	ProvideFeedback, Attempt, ForceDelivery, SendAsMms, ShortenUrls, RiskCheck, TrafficType string
	PersistentAction                                                                        []string
}

// outgoing is a checked draft.
type outgoing struct {
	message  Snapshot
	fallback string        // the sender of the SMS if RCS fails (F-792)
	text     string        // the body in the characters in which it is sent (F-407)
	validity time.Duration // F-336
	sendAt   time.Time     // zero for at once
}

// Send accepts a message from the app. Its errors are of type [*apierr.Error]: what Twilio refuses
// at once, and what a rule or a magic recipient makes it refuse. It does not wait for the delivery,
// which the clock runs, nor for callbacks, unless a rule with race asks for that: an app with one
// thread could not answer a callback before its own request has ended. ctx counts only until the
// message is made: a client that goes away by then gets none, and later it has its message.
func (a *Account) Send(ctx context.Context, d Draft) (*Message, error) {
	if a.Test {
		return a.sendTest(d)
	}
	defer a.Clock.Begin()()
	o, err := a.check(d)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	shortened := a.shorten(d, &o)
	deliver := a.sendDirectly
	if o.message.MessagingServiceSID != "" {
		deliver = a.sendByService
	}
	m, err := deliver(o)
	if err == nil {
		if shortened != nil {
			shortened(m)
			d.ShortenUrls = "" // it has its effect
		}
		a.adviseWithoutEffect(&d, m.ID())
		a.adviseLocalCallback(o.message.Callback.URL, m.ID())
		a.adviseWithoutPlus(d.To, m.ID())
	}
	return m, err
}

// sendDirectly sends from the number in the request. It refuses what is known to fail (F-447).
func (a *Account) sendDirectly(o outgoing) (*Message, error) {
	p := a.decide(o.message)
	if p.then.Refuse != 0 {
		return nil, a.refuse(p.then.Refuse, o.message.To, o.message.From, o.via())
	}
	m := a.create(o)
	a.carry(m, p)
	return m, nil
}

// create makes the message and writes it into the journal. From here on the message can be found,
// changed and deleted by others.
func (a *Account) create(o outgoing) *Message {
	m := a.newEncoded(o.message, o.text)
	m.validity = o.validity
	if o.fallback != "" {
		m.handover = &handover{Asked: o.fallback}
	}
	if !o.sendAt.IsZero() {
		m.start = o.sendAt // the script's times, and the validity period, count from there
	}
	f := m.current
	a.Journal.Append(journal.Event{Type: journal.MessageCreated, SID: f.SID,
		Status: string(f.Status)}, journal.Messages, m)
	return m
}

// via is MMS for a message with files. Errors of Twilio name the kind of message in their texts.
func (o outgoing) via() string {
	if len(o.message.Media) > 0 {
		return "MMS"
	}
	return "SMS"
}

// check refuses what Twilio refuses (E.1). If several things are wrong, the error is about the
// first in this order. Only that To comes before From is known from a source (F-234). It changes
// its own copy of the draft, and nothing of the account.
func (a *Account) check(d Draft) (outgoing, error) {
	o := outgoing{
		message: Snapshot{Direction: OutboundAPI, Status: carrier.Queued}, text: d.Body,
		validity: directory.MaxValidity * time.Second, // F-166
	}
	if sid.Valid(d.From, "MG") { // F-326
		d.From, d.MessagingServiceSID = "", d.From
	}
	// The checks are called by name, not from a list: a call through a variable would put both
	// values on the heap.
	err := a.checkTo(&d, &o)
	if err == nil {
		err = a.checkFrom(&d, &o)
	}
	if err == nil {
		err = a.checkPair(&d, &o)
	}
	if err == nil {
		err = a.checkContent(&d, &o)
	}
	if err == nil {
		err = a.checkOptions(&d, &o)
	}
	if err == nil {
		err = a.checkCallback(&d, &o)
	}
	if err == nil {
		err = a.checkSchedule(&d, &o)
	}
	if err != nil {
		return outgoing{}, err
	}
	return o, nil
}

// checkTo requires a recipient, then any sender, then a valid recipient (F-234).
func (a *Account) checkTo(d *Draft, o *outgoing) error {
	switch {
	case d.To == "":
		return a.refuse(apierr.ToMissing, d.To, d.From, "SMS")
	case d.From == "" && !d.has("MessagingServiceSid", d.MessagingServiceSID):
		if d.has("FallbackFrom", d.FallbackFrom) {
			return a.refuse(apierr.FallbackNoService, d.To, d.From, "SMS") // F-792
		}
		return a.refuse(apierr.FromMissing, d.To, d.From, "SMS")
	}
	to, ok := address.Normalize(d.To)
	switch {
	case ok && address.IsPremium(to):
		return a.refuse(apierr.PremiumTo, d.To, d.From, "SMS") // F-198
	case ok && !lostPlus(d.To, to) && !address.IsAgent(to):
		o.message.To = to
		return nil
	case shortCodeTo(d.To):
		return a.refuse(apierr.ToShortCode, d.To, d.From, "SMS")
	}
	return a.refuse(apierr.InvalidTo, d.To, d.From, "SMS")
}

// lostPlus reports whether a recipient came with a blank in place of its plus, which was not
// encoded. Twilio then refuses a foreign number (F-325); a number of the North American plan is
// accepted without its plus [inferred].
func lostPlus(to, normalized string) bool {
	return strings.HasPrefix(address.Bare(to), " ") && !strings.HasPrefix(address.Bare(normalized),
		"+1")
}

// shortCodeTo reports whether a recipient is a short code. "123" is a number that is too short
// (F-192).
func shortCodeTo(to string) bool {
	return (len(to) == 5 || len(to) == 6) && address.IsShortCode(to)
}

// checkFrom requires a sender of the account, or a service with a pool.
func (a *Account) checkFrom(d *Draft, o *outgoing) error {
	if d.has("MessagingServiceSid", d.MessagingServiceSID) {
		return a.checkService(d, o)
	}
	from := d.From
	if addr, ok := address.Normalize(from); ok {
		from = addr
	}
	if from == MagicSender && a.options.MagicSender {
		from = a.replaceMagicSender()
	}
	if address.IsAgent(from) && a.quirk().Get(quirk.RCSAddress) == "plain" {
		o.message.To = address.With(address.RCS, o.message.To)
	}
	switch {
	case address.Prefix(from) != address.Prefix(o.message.To):
		return a.refuse(apierr.ChannelPair, d.To, d.From, "SMS") // F-229, F-233, F-790
	case address.Prefix(from) != "" && !a.isChannelSender(from):
		return a.refuse(apierr.NoChannel, d.To, d.From, "SMS")
	case address.Bare(from) == "",
		!address.IsAgent(from) && strings.ContainsFunc(address.Bare(from), unicode.IsLetter) &&
			!address.IsAlphanumeric(from):
		return a.refuse(apierr.InvalidFrom, d.To, d.From, "SMS")
	case address.IsAlphabetic(from) && address.RefusesAlphanumeric(o.message.To):
		return a.refuse(apierr.BadSenderID, d.To, d.From, "SMS") // F-619
	case !a.owns(from), address.IsShortCode(from) &&
		a.locate(o.message.To).Country != directory.ShortCodeCountry:
		return a.refuse(a.quirk().Int(quirk.FromCode), d.To, d.From, "SMS") // F-203, F-220
	}
	o.message.From = from
	return nil
}

// isChannelSender reports whether a channel address belongs to the account: each of its numbers is
// a WhatsApp sender too, and none is one of RCS.
func (a *Account) isChannelSender(addr string) bool {
	_, ok := a.Number(address.Bare(addr))
	return ok && (address.Prefix(addr) == address.WhatsApp || address.IsAgent(addr))
}

// checkService requires a service that can send. A From in addition selects the member of the pool
// (F-327, F-430).
func (a *Account) checkService(d *Draft, o *outgoing) error {
	if !sid.Valid(d.MessagingServiceSID, "MG") {
		return a.refuse(apierr.ServiceInvalid, d.To, d.From, "SMS")
	}
	service, ok := a.Service(d.MessagingServiceSID)
	switch {
	case !ok:
		return a.refuse(apierr.ServiceUnknown, d.To, d.From, "SMS")
	case service.Empty():
		return a.refuse(apierr.PoolEmpty, d.To, d.From, "SMS")
	}
	o.message.MessagingServiceSID, o.message.Status = service.SID, carrier.Accepted // F-154
	o.validity = time.Duration(service.ValidityPeriod) * time.Second
	if service.SmartEncoding {
		o.text = segment.Smart(d.Body)
	}
	switch {
	case d.From != "":
	case d.has("From", d.From):
		return a.refuse(apierr.InvalidFrom, d.To, d.From, "SMS")
	default:
		return nil
	}
	from := d.From
	if addr, ok := address.Normalize(from); ok {
		from = addr
	}
	if address.Prefix(from) != address.Prefix(o.message.To) {
		return a.refuse(apierr.ChannelPair, d.To, d.From, "SMS")
	}
	if address.IsAlphabetic(from) && address.RefusesAlphanumeric(o.message.To) {
		return a.refuse(apierr.BadSenderID, d.To, d.From, "SMS") // F-619
	}
	if !service.Has(address.Bare(from)) && !service.Has(from) {
		return a.refuse(apierr.NotInService, d.To, d.From, "SMS")
	}
	o.message.From = from
	return nil
}

func (a *Account) checkPair(d *Draft, o *outgoing) error {
	switch {
	case o.message.From != o.message.To:
		return nil
	case address.Prefix(o.message.From) != "":
		return a.refuse(apierr.SameChannelAddress, d.To, d.From, "SMS") // F-301
	default:
		return a.refuse(apierr.SameNumber, d.To, d.From, "SMS")
	}
}

// maxBody is in characters (F-328).
const maxBody = 1600

// checkContent requires a text, media or a template, within their limits.
func (a *Account) checkContent(d *Draft, o *outgoing) error {
	switch {
	case d.Body == "" && len(d.MediaURL) == 0 && d.ContentSID == "":
		code := a.quirk().Int(quirk.EmptyContentCode) // F-231, F-494
		return a.refuse(code, d.To, d.From, "SMS")
	case d.has("MediaUrl", "") && len(d.MediaURL) == 0:
		return a.refuseAbout(apierr.BadMediaURL, apierr.About{Valued: true})
	case d.has("ContentSid", d.ContentSID) && !sid.Valid(d.ContentSID, "HX"):
		return a.refuse(apierr.BadContentSID, d.To, d.From, "SMS")
	case d.has("ContentVariables", d.ContentVariables) && d.ContentSID == "":
		return a.refuse(apierr.ContentSIDMissing, d.To, d.From, "SMS")
	}
	if err := a.checkTemplate(d, o); err != nil {
		return err
	}
	switch {
	case utf8.RuneCountInString(d.Body) > maxBody:
		return a.refuse(apierr.BodyTooLong, d.To, d.From, "SMS")
	case len(d.MediaURL) > maxMedia:
		return a.refuse(apierr.TooManyMedia, d.To, d.From, "MMS")
	}
	for _, u := range d.MediaURL {
		if !isHTTP(u) {
			return a.refuseAbout(apierr.BadMediaURL, apierr.About{Value: u, Valued: true}) // F-807
		}
		o.message.Media = append(o.message.Media,
			Media{SID: a.ids.Next("ME"), URL: u, ContentType: typeOf(u)})
	}
	o.message.Body = d.Body
	if o.message.Template != nil && o.message.MessagingServiceSID != "" {
		o.message.Body = "" // F-608; orchestrate puts it in
	}
	if d.SmartEncoded == "" {
		return nil
	}
	if smart, err := strconv.ParseBool(strings.ToLower(d.SmartEncoded)); err == nil {
		o.text = d.Body
		if smart {
			o.text = segment.Smart(d.Body)
		}
	}
	return nil
}

// isHTTP reports whether s is an absolute http or https URL.
func isHTTP(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// checkCallback finds where the message's statuses are reported: to the URL of the request, else of
// its application, else of the service (F-186 to F-188). The method is always POST (F-181).
func (a *Account) checkCallback(d *Draft, o *outgoing) error {
	target := d.StatusCallback
	if d.has("StatusCallback", target) {
		if err := a.CheckStatusCallback(target); err != nil {
			return err
		}
	}
	if d.has("ApplicationSid", d.ApplicationSID) {
		app, ok := a.Application(d.ApplicationSID)
		if !ok {
			return apierr.Invalid("ApplicationSid %q does not exist", d.ApplicationSID) // F-612
		}
		target = cmp.Or(target, app.MessageStatusCallback)
	}
	if service, ok := a.Service(o.message.MessagingServiceSID); ok && target == "" {
		target = service.StatusCallback
	}
	o.message.Callback = Callback{URL: target, Method: "POST"}
	return nil
}
