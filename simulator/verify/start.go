package verify

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/messaging"
	"twilsim/simulator/quirk"
)

// Start is a request to send a code, with the parameters as the request has them (F-630, F-632).
type Start struct {
	ServiceSID         string
	To, Channel        string
	CustomFriendlyName string
	CustomCode         string
	Locale             string
	Amount, Payee      string
	RateLimits         string // JSON
	AppHash            string
	Tags               string // JSON
	RiskCheck          string
}

// UnmodelledChannel is returned by [State.Start] for a channel that Twilio has and that is not
// simulated.
type UnmodelledChannel struct{ Channel Channel }

// Error says which channel it is.
func (e *UnmodelledChannel) Error() string {
	return "channel " + string(e.Channel) + " is not simulated"
}

// Start sends a code: a new one, or again the one that is still good (F-640, F-643). The error is
// an [*apierr.Error] or an [*UnmodelledChannel]. A virtual clock does not move until the text has
// been handed over.
func (s *State) Start(r Start) (Verification, error) {
	defer s.account.Clock.Begin()()
	service, ok := s.Service(r.ServiceSID)
	if !ok {
		return Verification{}, apierr.NotFound() // F-651
	}
	if err := s.check(&r, service); err != nil {
		return Verification{}, err
	}
	s.mu.Lock()
	v, err := s.sendLocked(r, service)
	if err != nil {
		s.mu.Unlock()
		return Verification{}, err
	}
	sent := v.copy()
	s.mu.Unlock()
	s.deliver(r, service, sent)
	return sent, nil
}

// check refuses what Twilio refuses before it looks for an earlier code. It normalises To, and
// drops a custom code that the service does not allow.
func (s *State) check(r *Start, service Service) error {
	to, ok := address.Normalize(r.To)
	channel := Channel(r.Channel)
	switch {
	case channel == Email:
		return apierr.New(noMailer) // F-649: services cannot have a mailer here
	case channel == SNA, channel == Auto:
		return &UnmodelledChannel{channel}
	case !ok, address.Prefix(to) != "", !strings.HasPrefix(r.To, "+"), !validNumber(to):
		return Invalid("To", r.To) // F-644
	case !slices.Contains([]Channel{SMS, WhatsApp, RCS, Call}, channel):
		return s.badChannel(r.Channel)
	case r.Locale != "" && !isLocale(r.Locale):
		return Invalid("Locale", r.Locale) // F-646
	case r.RiskCheck != "" && r.RiskCheck != "enable" && r.RiskCheck != "disable":
		return Invalid("RiskCheck", r.RiskCheck)
	case !areTags(r.Tags):
		return Invalid("Tags", r.Tags)
	case service.PSD2Enabled && (r.Amount == "" || r.Payee == ""):
		return apierr.New(amountMissing) // F-658
	}
	if !service.CustomCodeEnabled {
		r.CustomCode = "" // F-652
	}
	if r.CustomCode != "" && !isCode(r.CustomCode) {
		return Invalid("CustomCode", r.CustomCode)
	}
	r.To = to
	if s.skips(service, channel, to) { // F-647
		return apierr.New(toLandline)
	}
	return nil
}

// validNumber reports whether a number is of some country. Which of its numbers are in use is not
// checked.
func validNumber(number string) bool { return address.Locate(number).Country != "" }

// badChannel returns the error about a channel that does not exist (F-645).
func (s *State) badChannel(channel string) error {
	quirks := s.account.Quirks()
	if quirks.Get(quirk.VerifyChannelText) == "quoted" {
		return Invalid("Channel", channel)
	}
	e := apierr.New(invalidParameter)
	e.Message += ": Channel"
	return e
}

// areTags reports whether a text is empty or a JSON object with at most ten members (F-632).
func areTags(text string) bool {
	var tags map[string]string
	return text == "" || json.Unmarshal([]byte(text), &tags) == nil && len(tags) <= 10
}

// isCode reports whether a text can be a code (F-652, F-666).
func isCode(code string) bool {
	n := utf8.RuneCountInString(code)
	return n >= minCodeLength && n <= maxCodeLength
}

// skips reports whether a service sends no code to a number, because it is a landline.
func (s *State) skips(service Service, channel Channel, to string) bool {
	return service.SkipSMSToLandlines && service.LookupEnabled && channel == SMS &&
		s.lineType(to) == landline
}

// The types of lines that a look-up finds (F-637).
const (
	landline = "landline"
	mobile   = "mobile"
)

func (s *State) lineType(number string) string {
	if s.account.Handset(number).State == carrier.HandsetLandline {
		return landline
	}
	return mobile
}

// sendLocked makes a verification, or finds the one that is still good, and adds the attempt. A
// start that is refused uses up no SID and counts against no limit.
func (s *State) sendLocked(r Start, service Service) (*Verification, error) {
	now := s.account.Clock.Now()
	v := s.newestLocked(service.SID, r.To)
	if v != nil && (s.expireLocked(v) || v.Status != Pending && !s.locked(v)) {
		v = nil
	}
	switch {
	case v != nil && v.Status == MaxAttempts:
		return nil, apierr.New(tooManyChecks) // F-665
	case v != nil && len(v.Attempts) >= maxSends:
		return nil, apierr.New(tooManySends) // F-642
	}
	if err := s.limitLocked(service.SID, r.RateLimits, now); err != nil {
		return nil, err
	}
	attempt := Attempt{SID: s.account.NextSID("VL"), Channel: Channel(r.Channel), At: now}
	if v == nil {
		v = s.newVerificationLocked(r, service, now)
		v.Attempts = []Attempt{attempt}
		s.keepLocked(v)
	} else {
		v.Attempts = append(v.Attempts, attempt)
		s.attempts[attempt.SID] = v.SID
	}
	v.Channel, v.Updated = attempt.Channel, now
	quirks := s.account.Quirks()
	if len(v.Attempts) == 1 || quirks.Get(quirk.VerifyWindow) == "resend" { // F-641
		v.Expires = now.Add(lifetime)
		s.expireLaterLocked(v)
	}
	s.publishLocked(v, "sent by "+r.Channel)
	if len(v.Attempts) == 1 {
		s.tellLocked(v)
	}
	return v, nil
}

// locked reports whether too many wrong codes keep the recipient from getting another one.
func (s *State) locked(v *Verification) bool {
	quirks := s.account.Quirks()
	return v.Status == MaxAttempts && quirks.Get(quirk.VerifyAfterMax) == "wait"
}

func (s *State) newVerificationLocked(r Start, service Service, now time.Time) *Verification {
	s.lastVerification++
	v := &Verification{SID: s.account.NextSID("VE"), Number: s.lastVerification,
		ServiceSID: service.SID, To: r.To, Status: Pending, Code: r.CustomCode,
		Amount: r.Amount, Payee: r.Payee, Created: now,
		FriendlyName: service.FriendlyName}
	if r.CustomFriendlyName != "" { // F-654
		v.FriendlyName = r.CustomFriendlyName
	}
	if v.Code == "" {
		v.Code, _ = s.account.FixedCode(r.To)
	}
	if v.Code == "" {
		v.Code = newCode(s.account.Token, v.SID, service.CodeLength)
	}
	if service.LookupEnabled {
		v.LineType = s.lineType(r.To)
	}
	return v
}

// sender is from whom the texts are: Verify has numbers of its own (F-657), which no source names.
const sender = "VERIFY"

// deliver sends the text with the code. Calls have no audio, so nothing arrives.
func (s *State) deliver(r Start, service Service, v Verification) {
	n := messaging.Notice{From: sender, To: v.To, Body: s.text(r, service, v)}
	quirks := s.account.Quirks()
	switch v.Channel {
	case Call:
		return
	case WhatsApp:
		n.From, n.To = address.WhatsApp+n.From, address.WhatsApp+n.To
	case RCS:
		if hasRCS := s.account.Handset(v.To).State == carrier.HandsetRCS; hasRCS ||
			quirks.Get(quirk.VerifyRCS) == "lost" {
			n.From, n.To = address.RCS+n.From, address.RCS+n.To
		}
	}
	n.Listed = quirks.Get(quirk.VerifyMessages) == "listed"
	s.account.Notify(n)
}

// copy returns a verification that does not change.
func (v *Verification) copy() Verification {
	c := *v
	c.Attempts, c.Tries = slices.Clone(v.Attempts), slices.Clone(v.Tries)
	c.fetched, c.due = nil, nil
	return c
}

// warning follows the code if the service wants it (F-653).
const warning = ". Don't share this code with anyone; our employees will never ask for the code"

// text returns the text with a code. It is in English, because no source has the others.
func (s *State) text(r Start, service Service, v Verification) string {
	quirks := s.account.Quirks()
	name := v.FriendlyName
	if r.CustomFriendlyName != "" {
		name = r.CustomFriendlyName
	}
	text := "Your {name} verification code is: {code}"
	if own := quirks.Get(quirk.VerifyText); own != "" {
		text = own
	}
	if service.DoNotShareWarningEnabled {
		text += warning
	}
	switch address.Locate(v.To).Country {
	case "CA", "SG": // F-654
		text = strings.Replace(text, "{name} ", "", 1)
	}
	text = strings.NewReplacer("{name}", name, "{code}", v.Code).Replace(text)
	if r.AppHash != "" && v.Channel == SMS { // F-655
		separator := "\n"
		if quirks.Get(quirk.VerifyAppHash) == "blank" {
			separator = " "
		}
		text += separator + r.AppHash
	}
	return text
}

// locales are the languages of Verify's texts (Twilio's page "Supported languages").
var locales = strings.Fields("af ar ca zh zh-CN zh-HK hr cs da nl en en-GB et fi fr de el he hi " +
	"hu id it ja kn ko lt ms mr nb pl pt-BR pt ro ru sk es sv tl te th tr uk vi")

func isLocale(s string) bool {
	return slices.ContainsFunc(locales, func(l string) bool {
		return strings.EqualFold(l, strings.ReplaceAll(s, "_", "-"))
	})
}

// limitLocked counts a start against the service's rate limits. limits is a JSON object with the
// names of limits and their keys. All limits are looked at before the first is counted, so that a
// refused start counts nowhere.
func (s *State) limitLocked(service, limits string, now time.Time) error {
	if limits == "" {
		return nil
	}
	var keys map[string]any
	if json.Unmarshal([]byte(limits), &keys) != nil {
		return Invalid("RateLimits", limits)
	}
	names := slices.Sorted(maps.Keys(keys))
	for _, name := range names {
		if s.limitNamedLocked(service, name) == nil { // inferred: an unknown name is refused
			return Invalid("RateLimits", limits)
		}
	}
	for _, name := range names {
		if s.limitNamedLocked(service, name).full(keyText(keys[name]), now) {
			return tooMany()
		}
	}
	for _, name := range names {
		limit := s.limitNamedLocked(service, name)
		limit.count(keyText(keys[name]), now)
		s.touch(storedLimit, limit.SID)
	}
	return nil
}

func keyText(key any) string {
	text, err := json.Marshal(key)
	if err != nil {
		return ""
	}
	return string(text)
}
