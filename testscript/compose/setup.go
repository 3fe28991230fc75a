package compose

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// app starts what answers webhooks: the app under test, recorded answers or a TwiML Bin, or
// nothing, if nothing answered. The order of the lines is that in which they must run: the app
// before the number that calls it, a service after its number.
func (w *writer) app() {
	calls := w.calls()
	w.running = slices.ContainsFunc(
		calls,
		func(x *journal.Exchange) bool { return x.Status != 0 && w.bin(x.URL) == nil },
	)
	inbound := slices.IndexFunc(
		calls,
		func(x *journal.Exchange) bool { return x.Purpose == journal.Inbound },
	)
	w.hook = "/sms"
	if inbound >= 0 && w.bin(calls[inbound].URL) == nil {
		w.hook = w.pathOf(calls[inbound])
	}
	own := w.number == simulator.DefaultPhoneNumber
	switch {
	case w.running && w.options.Answers:
		w.answers(calls)
	case w.running:
		line := "app"
		if slices.ContainsFunc(w.Requests, toTwilio) {
			line += " -intercept"
		}
		if own && w.hook != "/sms" {
			line += " -url " + quote(w.hook)
		}
		w.line("%s", line)
	}
	switch {
	case !own: // it does not exist yet
	case !w.running:
		w.directed = nowhere
	case w.options.Answers:
		w.directed = publicURL + "/sms POST"
	default:
		w.directed = publicURL + quote(w.hook) + " POST"
	}
	if text := slices.IndexFunc(w.actions, func(a *action) bool { return a.text != nil }); text >= 0 {
		w.connect(w.actions[text].text)
	} else if !own && strings.HasPrefix(w.number, "+") {
		w.line("number %s ''", quote(w.number))
	}
	w.makeServices()
	w.wireRules(calls)
}

// toTwilio reports whether a request was to one of Twilio's hosts, as an intercepted request of an
// SDK is.
func toTwilio(x *journal.Exchange) bool {
	return strings.HasSuffix(x.Header.Get("Host"), ".twilio.com")
}

// nowhere are the words of the command number for a number without a webhook.
const nowhere = "''"

// connect directs the number's messages to where one of them went then, unless they go there
// already.
func (w *writer) connect(m *messaging.Snapshot) {
	if to := w.destination(m); to != "" && to != w.directed {
		w.directed = to
		w.line("number %s %s", quote(withoutChannel(w.number)), to)
	}
}

// destination returns the words of the command number that direct a message to where it went: to a
// bin, to the app or, if there was none at the time, to a port on which nothing listens. They are
// "" if that is not known, because its webhooks are no longer in the journal.
func (w *writer) destination(m *messaging.Snapshot) string {
	calls := slices.DeleteFunc(slices.Clone(w.webhooks[m.SID]), isFallback) // it is elsewhere
	if len(calls) == 0 {
		if slices.ContainsFunc(w.Events, func(e journal.Event) bool {
			return e.Type == journal.WebhookAttempt && e.SID == m.SID
		}) {
			return ""
		}
		return nowhere
	}
	fallback := w.fallback(m)
	if bin := w.bin(calls[0].URL); bin != nil {
		w.makeBin(bin)
		return bin.Name + fallback
	}
	base := publicURL
	if w.foundNoApp(calls[len(calls)-1]) {
		// a port on which nothing listens: the scenario's own app answers at its URL
		base = "http://127.0.0.1:1"
	}
	return base + quote(w.pathOf(calls[0])) + " " + calls[0].Method + fallback
}

func isFallback(x *journal.Exchange) bool { return x.Purpose == journal.Fallback }

// fallback is the word about where a message is sent when its webhook fails; "" for nowhere. The
// message shows it only if its webhook did fail, otherwise it is the number's present fallback.
func (w *writer) fallback(m *messaging.Snapshot) string {
	target := ""
	for _, n := range w.Numbers {
		if n.PhoneNumber == withoutChannel(w.number) {
			target = n.SmsFallbackURL
		}
	}
	calls := w.webhooks[m.SID]
	failed := func(x *journal.Exchange) bool { return x.Code != "" && !isFallback(x) }
	if i := slices.IndexFunc(calls, isFallback); i >= 0 {
		present, _, _ := strings.Cut(target, "#")
		if called := withoutOwnQuery(calls[i]); called != present {
			target = called
		}
	} else if slices.ContainsFunc(calls, failed) {
		target = ""
	}
	switch bin := w.bin(target); {
	case target == "":
		return ""
	case bin != nil:
		w.makeBin(bin)
		return " fallback=" + bin.Name
	}
	return " fallback=" + w.url(target)
}

// makeBin makes a TwiML Bin, once.
func (w *writer) makeBin(bin *directory.Bin) {
	file := bin.Name + ".xml"
	if slices.ContainsFunc(w.files, func(f txtar.File) bool { return f.Name == file }) {
		return
	}
	w.files = append(w.files, txtar.File{Name: file, Data: []byte(bin.Body)})
	w.line("bin %s %s", bin.Name, file)
}

// wireRules writes the rules that added faults to webhooks.
func (w *writer) wireRules(calls []*journal.Exchange) {
	seen := map[string]bool{}
	for _, x := range calls {
		if len(x.Faults) == 0 || seen[x.Faults.Rule()] {
			continue
		}
		seen[x.Faults.Rule()] = true
		words := []string{"webhook=" + string(x.Purpose), "fault=" + x.Faults.String()}
		if rule := w.rule("rule " + x.Faults.Rule()); rule != nil {
			again := *rule
			again.Chance = 0
			words = again.Words()
		}
		w.line("rule %s", joined(words))
	}
}

// pathOf returns path and query of the number's webhook, and the overrides in its fragment.
func (w *writer) pathOf(x *journal.Exchange) string {
	target := withoutOwnQuery(x)
	for _, n := range w.Numbers {
		before, overrides, ok := strings.Cut(n.SmsURL, "#")
		if ok && n.PhoneNumber == withoutChannel(w.number) && before == target {
			target += "#" + overrides
		}
	}
	u, err := url.Parse(target)
	if err != nil {
		return "/sms"
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		path += "#" + u.EscapedFragment()
	}
	if path == "" {
		path = "/"
	}
	return path
}

// withoutOwnQuery returns the URL that a webhook was configured with: a GET appends its parameters.
func withoutOwnQuery(x *journal.Exchange) string {
	if x.QueryAt > 0 {
		return strings.TrimRight(x.URL[:x.QueryAt], "?&")
	}
	return x.URL
}

// withoutChannel returns an address without its channel prefix.
func withoutChannel(address string) string {
	return address[strings.LastIndexByte(address,
		':')+1:]
}

// makeServices creates the Messaging Services that the app used by itself, with the number as their
// only sender.
func (w *writer) makeServices() {
	for _, a := range w.actions {
		for _, m := range a.outbound() {
			if m.MessagingServiceSID == "" || m != a.send ||
				w.services[m.MessagingServiceSID] != "" {
				continue
			}
			if len(w.services) == 0 {
				w.line(
					"api GET /2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/IncomingPhoneNumbers.json as=NUMBER",
				)
			}
			name := fmt.Sprintf("SERVICE%d", len(w.services)+1)
			w.services[m.MessagingServiceSID] = name
			w.line("api POST /v1/Services FriendlyName=recorded as=%s", name)
			w.line("api POST /v1/Services/$%s/PhoneNumbers PhoneNumberSid=$NUMBER", name)
		}
	}
}

// prepare writes what determined the outcome of an action's messages: states of handsets, rules,
// and faults of the next webhook's signature. What the scenario's account has already, such as the
// state of a handset, is not written again.
func (w *writer) prepare(a *action) {
	if a.text != nil {
		w.connect(a.text)
		if calls := w.webhooks[a.text.SID]; len(calls) > 0 && len(calls[0].Faults) == 0 &&
			slices.Contains(fault.Signatures(), calls[0].Signature) {
			w.line("signature %s", calls[0].Signature)
		}
	}
	for _, x := range a.requests {
		if rule := w.rule(x.Error); rule != nil && !w.options.Answers {
			again := *rule
			// chance is over: it is known what happened
			again.Times, again.Chance = 1, 0
			w.line("rule %s", joined(again.Words()))
		}
	}
	ruled := map[string]bool{} // by recipient
	for _, m := range a.outbound() {
		ruled[m.To] = ruled[m.To] || w.decidedByRule(m)
	}
	for _, m := range a.outbound() {
		w.setPhone(m)
		if ruled[m.To] {
			w.line("rule %s", w.ruleFor(m))
		}
	}
}

// usual is the script of a message without a rule or a special handset state.
const usual = "sent,delivered"

// byItself are the causes that have the same effect in the scenario without a rule.
var byItself = []string{"opt-out", "opt-in", "help", "media", "validity period", "14107"}

// decidedByRule reports whether a message needs a rule for the same outcome.
func (w *writer) decidedByRule(m *messaging.Snapshot) bool {
	switch by := m.By; {
	case strings.HasPrefix(by, "rule "):
		return true
	case by == "deliver": // the status set by hand hides the earlier cause
		_, magic := carrier.Magic(withoutChannel(m.To))
		return m.Script != usual && !magic
	}
	return false
}

// ruleFor returns a rule that applies to this message alone.
func (w *writer) ruleFor(m *messaging.Snapshot) string {
	rule := carrier.Rule{Times: 1}
	then := m.Script
	if then == "" {
		then = "stuck"
	}
	if listed := w.rule(m.By); listed != nil {
		rule.Overlap, rule.Race, rule.Illegal = listed.Overlap, listed.Race, listed.Illegal
		if listed.Then.Name != "" &&
			(listed.Then.Script.String() == m.Script || listed.Then.Refuse != 0) {
			then = listed.Then.Name
		}
	}
	words := []string{"to=" + m.To, "then=" + then, "times=1"}
	for flag, on := range map[string]bool{"race": rule.Race, "overlap": rule.Overlap,
		"illegal": rule.Illegal} {
		if on {
			words = append(words, flag)
		}
	}
	slices.Sort(words[3:])
	if _, err := carrier.ParseRule(words); err != nil && !rule.Illegal {
		words = append(words, "illegal")
	}
	return joined(words)
}

// joined quotes the values of words.
func joined(words []string) string {
	parts := make([]string, len(words))
	for i, word := range words {
		parts[i] = word
		if name, value, ok := strings.Cut(word, "="); ok {
			parts[i] = name + "=" + quote(value)
		}
	}
	return strings.Join(parts, " ")
}

// setPhone writes the handset state that determined a message's outcome.
func (w *writer) setPhone(m *messaging.Snapshot) {
	number, before := withoutChannel(m.To), carrier.HandsetOn
	if state, ok := w.phones[number]; ok {
		before = state
	}
	state := before
	if name, ok := strings.CutPrefix(m.By, "phone "); ok {
		state = carrier.HandsetState(name)
	} else if m.By == "" || m.By != "deliver" && !slices.Contains(byItself, m.By) &&
		!w.decidedByRule(m) {
		state = carrier.HandsetOn
	}
	if address.IsAgent(m.From) && state == carrier.HandsetOn && m.By != "phone on" {
		state = carrier.HandsetRCS
	}
	if state != before {
		w.phones[number] = state
		w.line("phone %s %s", quote(number), state)
	}
}

// sendWord is send's word for a parameter, and the format of its value.
type sendWord struct {
	parameter, word string
	write           func(string) string
}

// sendWords are those words in the order in which they are written.
func (w *writer) sendWords() []sendWord {
	return []sendWord{
		{"To", "to", quote},
		{"From", "from", quote},
		{"MessagingServiceSid", "service", w.service},
		{"Body", "body", quoteBody},
		{"MediaUrl", "media", w.url},
		{"StatusCallback", "callback", w.url},
	}
}

// service returns the variable of a Messaging Service that the scenario creates, or its SID.
func (w *writer) service(sid string) string {
	if name := w.services[sid]; name != "" {
		return "$" + name
	}
	return quote(sid)
}

// parameters returns the words of send: from the app's request or, if that is no longer in the
// journal, from the message.
func (w *writer) parameters(x *journal.Exchange, m *messaging.Snapshot) string {
	params, at := paramsOf(m), time.Time{}
	if x != nil {
		params, at = x.Params(), x.At
	}
	if params.Get("From") == simulator.DefaultPhoneNumber ||
		w.services[params.Get("MessagingServiceSid")] != "" {
		params.Del("From") // send sets it by itself, and a service chooses it
	}
	var words strings.Builder
	for _, known := range w.sendWords() {
		for _, value := range params[known.parameter] {
			words.WriteString(" " + known.word + "=" + known.write(value))
		}
		params.Del(known.parameter)
	}
	if when, err := time.Parse(time.RFC3339, params.Get("SendAt")); err == nil && !at.IsZero() {
		params.Del("SendAt")
		params.Del("ScheduleType")
		words.WriteString(" at=" + when.Sub(at).Round(time.Second).String())
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		for _, value := range params[name] {
			words.WriteString(" " + name + "=" + quote(value))
		}
	}
	return words.String()
}

// paramsOf are the parameters of a request that would make the message.
func paramsOf(m *messaging.Snapshot) url.Values {
	params := url.Values{}
	if m == nil {
		return params
	}
	for name, value := range map[string]string{
		"To": m.To, "From": m.From, "Body": m.Body, "MessagingServiceSid": m.MessagingServiceSID,
		"StatusCallback": m.Callback.URL,
	} {
		if value != "" {
			params.Set(name, value)
		}
	}
	for _, media := range m.Media {
		params.Add("MediaUrl", media.URL)
	}
	return params
}

// quoteBody quotes a body on one line. Characters that a scenario cannot hold, such as line breaks,
// become spaces.
func quoteBody(body string) string {
	return quote(strings.Map(func(r rune) rune {
		if !oneLine(string(r)) {
			return ' '
		}
		return r
	}, body))
}

// overrides returns the parameters of the text's webhook that differ from those that a new account
// would send.
func (w *writer) overrides(m *messaging.Snapshot) webhook.Params {
	calls := w.webhooks[m.SID]
	if len(calls) == 0 {
		return nil
	}
	plain, err := w.plainParams(m)
	if err != nil {
		return nil
	}
	var set webhook.Params
	saw := calls[0].Params()
	for _, name := range slices.Sorted(maps.Keys(saw)) {
		value := saw.Get(name)
		named := slices.Contains(messaging.InboundParams(), name) ||
			strings.HasPrefix(name, "MediaContentType")
		if named && value != plain.Get(name) && !variesByAccount(name) && oneLine(value) {
			set = append(set, webhook.Param{Name: name, Value: value})
		}
	}
	return set
}

// variesByAccount reports whether a parameter differs from account to account.
func variesByAccount(name string) bool {
	return strings.HasSuffix(name, "Sid") || strings.HasPrefix(name, "MediaUrl") ||
		name == "OptOutType" ||
		name == "Body"
}

// plainParams returns the parameters that a new account would send for a text like this. It asks an
// account of its own, so that new parameters of webhooks need no change here.
func (w *writer) plainParams(m *messaging.Snapshot) (url.Values, error) {
	account := messaging.New(messaging.Options{Seed: simulator.DefaultSeed})
	defer account.Close()
	if _, err := account.SetBin("quiet", "<Response/>"); err != nil {
		return nil, err
	}
	if _, err := account.SetNumber(withoutChannel(m.To), "quiet", http.MethodPost); err != nil {
		return nil, err
	}
	text := messaging.Text{From: m.From, To: m.To, Body: m.Body}
	for _, media := range m.Media {
		text.Media = append(
			text.Media,
			messaging.ReadMedia("x"+ending(media.ContentType), media.Data),
		)
	}
	receipt, err := account.Receive(context.Background(), text)
	if err != nil || len(receipt.Webhooks) == 0 {
		return nil, fmt.Errorf("no webhook: %w", err)
	}
	return receipt.Webhooks[0].Params(), nil
}

// ending returns the file name extension for a content type.
func ending(contentType string) string {
	kind, _, _ := mime.ParseMediaType(contentType)
	for _, common := range []string{".png", ".jpg", ".gif", ".txt", ".mp4", ".mp3", ".pdf", ".vcf"} {
		if is, _, _ := mime.ParseMediaType(mime.TypeByExtension(common)); is == kind {
			return common
		}
	}
	return ".bin"
}

// base64Lines returns a file in base64, in lines.
func base64Lines(content string) string {
	const width = 76
	text := base64.StdEncoding.EncodeToString([]byte(content))
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + "\n")
		text = text[width:]
	}
	return b.String() + text + "\n"
}
