package messaging

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
	"twilsim/simulator/suggest"
	"twilsim/simulator/twiml"
	"twilsim/simulator/uri"
	"twilsim/simulator/webhook"
)

// The codes of the hints. SIM-1 is [webhook.CodeOutside].
const (
	codeRefused          = "SIM-2"
	codeUnmodelled       = "SIM-3"
	codeUnheard          = "SIM-4"
	codeUnread           = "SIM-5"
	codeSlow             = "SIM-6"
	codeUnknownParameter = "SIM-7"
	codePage             = "SIM-8"
	codeSignatureRefused = "SIM-9"
	codeDistrust         = "SIM-10"
	codeWithoutEffect    = "SIM-11"
	codeMagicSender      = "SIM-12"
	codeWindow           = "SIM-13"
	codeRewritten        = "SIM-14"
	codeLocalCallback    = "SIM-15"
	codeWithoutPlus      = "SIM-16"
	codeHead             = "SIM-17"
	codeForwarded        = "SIM-18"
)

// Hint is an alert under a code of our own, about something that Twilio would not report.
type Hint struct {
	Code  string
	Title string
	Level journal.Level
	Cause string // when it is given, and why that matters
	Try   string // what to do about it, where that does not depend on the case
	Fact  string // the fact about Twilio that it warns of, as F-350; "" for none
}

// Hints lists all hints in the order of their codes. The first three are errors, because what the
// app asked for did not happen. The others are advice, which is given once per cause and never
// fails a test.
func Hints() []Hint {
	return []Hint{
		{
			Code: webhook.CodeOutside, Title: "Not called: outside this machine",
			Level: journal.LevelError,
			Cause: "A URL leads to a host outside this machine that is not allowed: nothing was " +
				"sent there. If it is the URL of media there is only a warning, and the message " +
				"goes on without its bytes.",
		},
		{
			Code: codeRefused, Title: "Refused: outside this machine", Level: journal.LevelError,
			Cause: "The app called a host outside this machine through twilsim's proxy, which " +
				"refuses that: under --offline, in a scenario, and to clients on other machines.",
		},
		{
			Code: codeUnmodelled, Title: "Not simulated", Level: journal.LevelError,
			Cause: "The app asked Twilio for something that twilsim does not simulate, and got " +
				"HTTP 501.",
			Try: "twilsim help limits",
		},
		{
			Code: codeUnheard, Title: "No callback reports a failure", Level: journal.LevelWarning,
			Cause: "A message ended undelivered or failed and has no StatusCallback: an app that " +
				"does not fetch the message never learns that it did not arrive.",
		},
		{
			Code: codeUnread, Title: "TwiML that is ignored", Level: journal.LevelWarning,
			Fact: "F-181", // and F-113
			Cause: "The app answered a status callback with TwiML. Twilio ignores the body of " +
				"that answer: no message is sent and no redirect is followed.",
			Try: "answer 200 or 204 with no body, and send messages through the API",
		},
		{
			Code: codeSlow, Title: "Slow answer", Level: journal.LevelWarning, Fact: "F-042",
			Cause: "The app took more than 60% of the time that Twilio waits for an answer, in " +
				"real time. On a busy day it would exceed the limit, and the answer would be lost.",
			Try: "answer first and do slow work afterwards",
		},
		{
			Code: codeUnknownParameter, Title: "Unknown parameter", Level: journal.LevelInfo,
			Fact: "F-350",
			Cause: "An API request has a parameter that Twilio does not know there. Twilio " +
				"ignores it silently.",
		},
		{
			Code: codePage, Title: "HTML in place of TwiML", Level: journal.LevelWarning,
			Fact: "F-097",
			Cause: "The app answered with a web page instead of TwiML. Twilio parses HTML as " +
				"TwiML and reports errors in its markup. Usually the page is a login or an error " +
				"page of something in front of the app.",
			Try: "let webhooks through without a login, and answer TwiML as text/xml",
		},
		{
			Code: codeSignatureRefused, Title: "A valid signature was refused",
			Level: journal.LevelWarning, Fact: "F-062",
			Cause: "The app answered 401 or 403 to a webhook whose signature is valid. Usually " +
				"it checks with another auth token or over another URL than the signed one: http " +
				"for https behind a proxy, another host or port, or a slash at the end.",
			Try: "twilsim webhooks verify --help; twilsim help signatures",
		},
		{
			Code: codeDistrust, Title: "No trust in the local CA", Level: journal.LevelWarning,
			Cause: "The app connected to one of Twilio's hosts through twilsim's proxy, and " +
				"ended TLS without a request: usually because its HTTP client does not trust the " +
				"local CA.",
			Try: "twilsim doctor --exec -- CMD says which variables the client reads",
		},
		{
			Code: codeWithoutEffect, Title: "Without effect here", Level: journal.LevelWarning,
			Fact: "F-343", // and F-338, F-339 and F-699
			Cause: "A message was sent with a parameter that changes it at Twilio and not here: " +
				"short links, content and addresses that are not kept, or a Body beside a " +
				"ContentSid.",
			Try: "do not conclude from this message what Twilio would send or keep",
		},
		{
			Code: codeMagicSender, Title: "Sender of the test credentials",
			Level: journal.LevelWarning, Fact: "F-456",
			Cause: "Under twilsim exec, a message was sent From +15005550006, which Twilio " +
				"accepts with test credentials only. It was sent from a number of the " +
				"simulator's account instead.",
			Try: "send From TWILIO_PHONE_NUMBER, or run twilsim exec --test-credentials",
		},
		{
			Code: codeWindow, Title: "Outside WhatsApp's window", Level: journal.LevelWarning,
			Fact: "F-609",
			Cause: "A text was sent on WhatsApp to a user who has not written to this sender in " +
				"the last 24 hours. It ends with 63016: only an approved template, sent " +
				"by its ContentSid, is delivered then.",
			Try: "let the user write first (twilsim sms whatsapp:USER whatsapp:SENDER Hello), " +
				"send a ContentSid, or turn the check off with the quirk whatsapp-window=off",
		},
		{
			Code: codeRewritten, Title: "Signed and sent URLs differ", Level: journal.LevelWarning,
			Fact: "F-808",
			Cause: "A webhook's URL has characters that are encoded on the wire, nothing behind " +
				"the host, or parameters that arrive in another order, and the signature is over " +
				"the URL as it was configured. An app that checks the URL of the request line " +
				"refuses the webhook.",
			Try: "configure a URL with a path that needs no encoding, or check the signature over " +
				"the URL as configured; twilsim help signatures",
		},
		{
			Code: codeLocalCallback, Title: "A callback to a local name", Level: journal.LevelInfo,
			Fact: "F-191",
			Cause: "A message's StatusCallback has localhost or a host name without a dot. It is " +
				"called here; Twilio refuses the message with 21609.",
			Try: "give the app a public URL and serve it here with --forward PUBLIC=LOCAL; the " +
				"quirk local-callbacks=refused refuses such a host",
		},
		{
			Code: codeWithoutPlus, Title: "A number without its plus", Level: journal.LevelWarning,
			Fact: "F-325",
			Cause: "A message went to a number outside the North American plan whose plus was " +
				"missing. A form that does not encode the plus sends a blank in its place, and " +
				"Twilio refuses that; whether it takes the digits alone is not certain.",
			Try: "send the number in E.164 form, with + and the country code",
		},
		{
			Code: codeHead, Title: "HEAD and GET of a file differ", Level: journal.LevelWarning,
			Fact: "F-329",
			Cause: "Twilio asks for a MediaUrl with HEAD before it fetches the file, and " +
				"compares the type. The app answered the two with different statuses or types.",
			Try: "answer HEAD as GET, without the body",
		},
		{
			Code: codeForwarded, Title: "Credentials were sent to the storage host",
			Level: journal.LevelWarning, Fact: "F-400",
			Cause: "The app followed the redirect of a MediaUrl to another host and sent its " +
				"Authorization header there: its auth token went to a third party.",
			Try: "leave out the header when a redirect leads to another host, as most HTTP " +
				"clients do on their own",
		},
	}
}

// hints returns the hints by code.
var hints = sync.OnceValue(func() map[string]Hint {
	byCode := map[string]Hint{}
	for _, h := range Hints() {
		byCode[h.Code] = h
	}
	return byCode
})

func lookupHint(code string) (Hint, bool) {
	h, ok := hints()[code]
	return h, ok
}

// manyHints is how many causes of hints an account remembers.
const manyHints = 1000

// firstLocked reports whether the hint was not given about this cause yet, and remembers the cause.
func (a *Account) firstLocked(code, cause string) bool {
	key := code + " " + cause
	if _, given := a.hinted.Get(key); given {
		return false
	}
	a.hinted.Put(key, true)
	return true
}

// advise gives a hint, unless it was given about the cause already; it returns nil then. Fields
// that the alert leaves empty come from the hint. It takes the account's lock; raiseHint does not,
// for callers that hold it and have asked firstLocked.
func (a *Account) advise(cause string, alert *journal.Alert) *journal.Alert {
	a.mu.Lock()
	first := a.firstLocked(alert.Code, cause)
	a.mu.Unlock()
	if !first {
		return nil
	}
	return a.raiseHint(alert)
}

func (a *Account) raiseHint(alert *journal.Alert) *journal.Alert {
	if alert.Try == "" {
		alert.Try = hints()[alert.Code].Try
	}
	return a.raise(alert)
}

// adviseUnheardLocked gives SIM-4 about a message that ended badly. Its cause is the code in the
// app that sends without a StatusCallback; we take all messages of one sender and direction to be
// sent there. A reply loop has an error of its own.
func (m *Message) adviseUnheardLocked(step carrier.Step) {
	f := &m.current
	bad := step.Status == carrier.Failed || step.Status == carrier.Undelivered
	if !bad || f.Callback.URL != "" || f.automatic || step.Code == codeReplyLoop {
		return
	}
	sender := cmp.Or(f.MessagingServiceSID, f.From)
	if !m.account.firstLocked(codeUnheard, string(f.Direction)+" "+sender) {
		return
	}
	try := "send with StatusCallback, or set the status_callback of the Messaging Service"
	if f.Direction == OutboundReply {
		try = `write <Message action="/status">`
	}
	m.account.raiseHint(&journal.Alert{
		Code: codeUnheard, SID: f.SID, Try: try,
		Text: strings.TrimSpace(fmt.Sprintf("the message to %s ended %s %s", f.To, step.Status,
			errorCode(step.Code))) +
			", and no callback reports it to the app",
	})
}

func errorCode(code int) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprint(code)
}

// adviseOnAnswer gives the hints about what the app answered to a webhook. There are none about a
// webhook with a fault, because what goes wrong there is intended.
func (a *Account) adviseOnAnswer(answer *webhook.Answer) []*journal.Alert {
	if len(answer.Exchange.Faults) > 0 {
		return nil
	}
	var given []*journal.Alert
	// in an array, which needs no functions on the heap
	for _, alert := range [...]*journal.Alert{a.adviseSlow(answer), a.adviseUnread(answer),
		a.advisePage(answer), a.adviseSignature(answer), a.AdviseRewritten(answer)} {
		if alert != nil {
			given = append(given, alert)
		}
	}
	return given
}

// slowPercent is the part of Twilio's time limit that an answer may take without SIM-6: 9 of 15
// seconds.
const slowPercent = 60

// adviseSlow gives SIM-6. Its text has whole seconds, or tenths if the URL's time limit is short.
func (a *Account) adviseSlow(answer *webhook.Answer) *journal.Alert {
	x := answer.Exchange
	if answer.Failure != nil || answer.Limit == 0 || x.Duration <= answer.Limit/100*slowPercent {
		return nil
	}
	unit := time.Second
	if answer.Limit < 10*time.Second {
		unit = 100 * time.Millisecond
	}
	return a.advise(place(x), &journal.Alert{
		Code: codeSlow, SID: x.SID, Exchange: x.Name,
		Text: fmt.Sprintf("the app took %s of the %s that Twilio waits for %s",
			x.Duration.Round(unit), answer.Limit, place(x)),
	})
}

// adviseUnread gives SIM-5. Many apps answer an empty <Response/> to everything; nothing is lost
// with it, so it gives no hint.
func (a *Account) adviseUnread(answer *webhook.Answer) *journal.Alert {
	x := answer.Exchange
	if x.Purpose != journal.Status || answer.Failure != nil || !strings.Contains(x.ResponseBody,
		"<Response") {
		return nil
	}
	document, err := twiml.Parse(x.URL, "text/xml", []byte(x.ResponseBody))
	if err != nil || len(document.Verbs) == 0 {
		return nil
	}
	return a.advise(place(x), &journal.Alert{
		Code: codeUnread, SID: x.SID, Exchange: x.Name,
		Text: "the answer of " + place(x) + " to a status callback has " + verbs(document) +
			", which is ignored",
	})
}

// verbs names the first verb of a document that has one.
func verbs(document *twiml.Document) string {
	if _, ok := document.Verbs[0].(*twiml.Redirect); ok {
		return "a <Redirect>"
	}
	return "a <Message>"
}

var (
	htmlBegin = lazy.Regexp(
		`(?i)^(?:\s|<!--[^>]*-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)\b`)
	htmlTitle = lazy.Regexp(`(?is)<title[^>]*>(.*?)</title>`)
)

// isPage reports whether an answer is a web page. The usual answer is none by its first bytes.
func isPage(body []byte) bool {
	rest := bytes.TrimLeft(body, " \t\n\r\f")
	if bytes.HasPrefix(rest, []byte("<?xml")) {
		_, rest, _ = bytes.Cut(rest, []byte(">"))
		rest = bytes.TrimLeft(rest, " \t\n\r\f")
	}
	if bytes.HasPrefix(rest, []byte("<Response")) {
		return false
	}
	return htmlBegin().Match(body)
}

// maxQuoted is how many characters of a request or an answer a hint quotes, and maxAddress how many
// of the address that the app asked for, which has SIDs.
const (
	maxQuoted  = 80
	maxAddress = 500
)

// cut shortens a text that is too long to quote.
func cut(s string) string { return cutAt(s, maxQuoted) }

func cutAt(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}

// advisePage gives SIM-8.
func (a *Account) advisePage(answer *webhook.Answer) *journal.Alert {
	x := answer.Exchange
	body := bytes.TrimPrefix(answer.Body, []byte("\ufeff"))
	if x.Purpose == journal.Status || answer.Failure != nil || !isPage(body) {
		return nil
	}
	return a.advise(place(x), &journal.Alert{
		Code: codePage, SID: x.SID, Exchange: x.Name, Text: place(x) + " answered a web page" +
			titleOf(body),
	})
}

// titleOf returns a comma and the page's title in quotes, or " without a title".
func titleOf(page []byte) string {
	m := htmlTitle().FindSubmatch(page)
	if m == nil {
		return " without a title"
	}
	return fmt.Sprintf(", %q", cut(strings.Join(strings.Fields(html.UnescapeString(string(m[1]))),
		" ")))
}

// adviseSignature gives SIM-9. A 401 that asks for credentials says nothing about the signature.
func (a *Account) adviseSignature(answer *webhook.Answer) *journal.Alert {
	x := answer.Exchange
	refused := x.Status == http.StatusForbidden ||
		x.Status == http.StatusUnauthorized && x.ResponseHeader.Get("WWW-Authenticate") == ""
	if !refused || x.Signature != "valid" {
		return nil
	}
	text := fmt.Sprintf("the app answered %d, though the signature is valid for %s", x.Status,
		x.URL)
	if x.Dialed != "" {
		text += "; it was reached at " + x.Dialed
	}
	return a.advise(place(x), &journal.Alert{Code: codeSignatureRefused, SID: x.SID,
		Exchange: x.Name, Text: text})
}

// AdviseRewritten gives SIM-14: about a URL that is encoded on the wire, a host that is sent in
// Punycode, and a URL without a path, which is sent with a slash. Answer.Signed is "" where path
// and query that were signed are those that were sent.
func (a *Account) AdviseRewritten(answer *webhook.Answer) *journal.Alert {
	x := answer.Exchange
	if x.Signature != "valid" {
		return nil
	}
	var signed, sent string
	switch p := uri.Split(x.URL); {
	case answer.Signed != "":
		signed, sent = differing(answer.Signed, x.Dialed)
	case strings.ContainsFunc(p.Authority, func(r rune) bool { return r > unicode.MaxASCII }):
		signed, sent = strings.TrimPrefix(p.Authority, "//"), "that name in Punycode"
	case p.Path == "":
		signed, sent = "a URL without a path", "the path /"
	default:
		return nil
	}
	return a.advise(place(x), &journal.Alert{Code: codeRewritten, SID: x.SID, Exchange: x.Name,
		Text: fmt.Sprintf("the signature of %s is over %s where the request has %s", place(x),
			signed, sent)})
}

// differing returns the first pieces, between slashes or parameters, in which two URLs differ. The
// whole URLs would be too long to see the difference.
func differing(a, b string) (string, string) {
	const ends = "/?&"
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	begin := strings.LastIndexAny(a[:n], ends) + 1
	piece := func(s string) string {
		s = s[begin:]
		if end := strings.IndexAny(s, ends); end >= 0 {
			s = s[:end]
		}
		return cut(s)
	}
	return piece(a), piece(b)
}

// AdviseForwarded gives SIM-18 about a file of a message, once per host.
func (a *Account) AdviseForwarded(sid, host string) {
	a.advise(host, &journal.Alert{Code: codeForwarded, SID: sid,
		Text: "the app sent its Authorization header to " + host})
}

// place returns the method and URL of a webhook. It omits the query, which differs from message to
// message.
func place(x *journal.Exchange) string {
	return x.Method + " " + uri.WithoutQuery(x.URL)
}

// maxUnknown is the greatest number of hints about one request.
const maxUnknown = 10

// AdviseUnknownParameters gives SIM-7 about the parameters of an API request that are not among
// those of its operation.
func (a *Account) AdviseUnknownParameters(x *journal.Exchange, operation string, unknown,
	known []string) {
	for _, name := range unknown[:min(len(unknown), maxUnknown)] {
		name = cut(name)
		alert := &journal.Alert{
			Code: codeUnknownParameter, SID: x.SID, Exchange: x.Name,
			Text: fmt.Sprintf("%s has no parameter %q", operation, name),
		}
		if near := suggest.Nearest(name, known); near != "" {
			alert.Try = fmt.Sprintf("did you mean %q?", near)
		}
		a.advise(operation+" "+name, alert)
	}
}

// RaiseUnmodelled gives SIM-3 about a request that is in the journal. what is the method and the
// path, as in "POST /v1/Rooms".
func (a *Account) RaiseUnmodelled(x *journal.Exchange, what string) *journal.Alert {
	return a.raiseHint(&journal.Alert{
		Code: codeUnmodelled, Exchange: x.Name, Text: "the app asked for " + cutAt(what, maxAddress) +
			", and got HTTP 501",
	})
}
