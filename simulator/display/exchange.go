package display

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
	"twilsim/simulator/webhook"
)

// SignatureWord is ok for a valid signature, "none, a bin" for a TwiML Bin, which is Twilio's own,
// and otherwise what is wrong with it.
func SignatureWord(x *journal.Exchange) string {
	switch {
	case isBin(x):
		return "none, a bin"
	case x.Signature == "valid":
		return "ok"
	}
	return x.Signature
}

// isBin reports whether a TwiML Bin answered: nothing was sent, and so nothing was signed. The
// journal records it as valid, although it has no signature header.
func isBin(x *journal.Exchange) bool {
	return x.Signature == "valid" && x.Header.Get("X-Twilio-Signature") == "" && !x.Dropped()
}

// outsideHint says how to serve the host of a webhook that was not sent to another machine.
func outsideHint(u *terminal.UI, x *journal.Exchange) {
	if outside, err := url.Parse(x.URL); err == nil && x.Code == webhook.CodeOutside {
		const try = "  try      twilsim serve --forward %s://%s=http://localhost:3000     where your " +
			"app is\n"
		u.Printf(try, outside.Scheme, outside.Host)
	}
}

// httpText is a status with its words: 500 Internal Server Error.
func httpText(status int) string {
	if words := http.StatusText(status); words != "" {
		return strconv.Itoa(status) + " " + words
	}
	return strconv.Itoa(status)
}

// clientOf is the client that made a request: twilio-node/6.0.2.
func clientOf(x *journal.Exchange) string {
	name, _, _ := strings.Cut(x.Header.Get("User-Agent"), " ")
	return name
}

// sidInPath matches a SID in a path.
var sidInPath = lazy.Regexp(`\b[A-Z]{2}[0-9a-f]{32}\b`)

const sidLength = 34

// APICall describes an API call: POST Messages/SM7a3f9c.json.
func APICall(x *journal.Exchange) string {
	name := apiName(x.URL)
	if len(name) >= sidLength { // the log asks for each request
		name = sidInPath().ReplaceAllStringFunc(name, Short)
	}
	return x.Method + " " + name
}

// Request prints a call of the app to the API and its answer. The caller masks the exchange, unless
// o says that secrets are shown.
func Request(u *terminal.UI, x *journal.Exchange, o Options) {
	about := cmp.Or(Short(x.SID), "no message")
	u.Printf("%s\n", strings.TrimRight(x.Name+"   API call   "+about+"   "+clientOf(x), " "))
	u.Printf("> %s %s\n", x.Method, x.URL)
	if o.Headers {
		for name, value := range x.Header.All() {
			u.Printf("> %s: %s\n", name, value)
		}
	}
	if params := x.Params(); len(params) > 0 {
		printParams(u, params, o.Headers || u.Verbose)
	}
	printAnswer(u, x, o)
}

// callAbout describes the result of an API call: the message that it created, or the error. The
// first case that applies is the most useful thing to know.
func callAbout(x *journal.Exchange, message string) string {
	switch {
	case x.Status == http.StatusNotImplemented:
		return "not simulated (see twilsim help limits)"
	case message != "":
		return message
	case x.RefusalCode() != "":
		return strings.TrimSpace(x.Name + " " + x.RefusalCode() + " " + x.Error)
	case x.Error != "":
		return x.Name + " " + x.Error
	case x.SID != "":
		return Short(x.SID) + " " + x.Name
	}
	return x.Name
}

// webhookLine prints a call to the app: the request, the response and how it was signed.
func webhookLine(u *terminal.UI, x *journal.Exchange) {
	contentType, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	name := strings.TrimSpace(x.Name + "   " + x.Faults.Note())
	if x.Status == 0 {
		u.Printf("  %s %s %s   %s   %s   %s\n", terminal.Pad(x.Kind(), 8), x.Method, urlOf(x),
			u.Paint(terminal.Red, x.Error), terminal.Millis(x.Duration), name)
		return
	}
	u.Printf("  %s %s %s   %s   %s   %s   signature %s   %s\n", terminal.Pad(x.Kind(), 8), x.Method,
		urlOf(x), u.Paint(HTTPStyle(x.Status), HTTPCode(x.Status)), terminal.Millis(x.Duration),
		cmp.Or(contentType, "no type"), SignatureWord(x), name)
}

// masked hides the credentials in exchanges.
func masked(exchanges []*journal.Exchange) []*journal.Exchange {
	masked := make([]*journal.Exchange, len(exchanges))
	for i, x := range exchanges {
		masked[i] = x.Masked()
	}
	return masked
}

func httpCell(x *journal.Exchange) terminal.Cell {
	return terminal.Cell{Value: HTTPCode(x.Status), Style: HTTPStyle(x.Status)}
}

func milliseconds(x *journal.Exchange) string {
	return strings.TrimSuffix(terminal.Millis(x.Duration), "ms")
}

// Options are the flags of webhooks show.
type Options struct{ Headers, Secrets bool }

// shownParams is how many parameters of a webhook are shown without --headers.
const shownParams = 5

// Webhook prints a call to the app and its answer: the first parameters and lines of the body or,
// with headers or -v, all of them. The caller masks the exchange, unless o says that secrets are
// shown.
func Webhook(u *terminal.UI, x *journal.Exchange, o Options) {
	purpose := map[journal.Purpose]string{
		journal.Inbound: "inbound message", journal.Redirect: "redirected document",
		journal.Fallback:     "fallback of an inbound message",
		webhook.HTTPRedirect: "HTTP redirect", journal.Status: "status callback",
		journal.Streamed: "event", journal.Clicked: "click", messaging.Custom: "made up",
	}[x.Purpose]
	replay := ""
	if x.ReplayOf != "" {
		replay = "   replay of " + x.ReplayOf
	}
	u.Printf("%s   %s   %s   attempt %d%s\n", x.Name, cmp.Or(purpose, string(x.Purpose)),
		Short(x.SID),
		x.Attempt, replay)
	if len(x.Faults) > 0 {
		u.Printf("  touched by %s\n", x.Faults.Note())
	}
	u.Printf("> %s %s\n", x.Method, x.URL)
	if x.Dialed != "" && x.Dialed != x.URL {
		u.Printf("  (dialled %s)\n", x.Dialed)
	}
	if x.Edge != "" {
		u.Printf("  (left from %s)\n", x.Edge)
	}
	printRequestHeaders(u, x, o)
	printParams(u, x.Params(), o.Headers || u.Verbose)
	if !isForm(x) {
		printBody(u, x.Body, o.Headers || u.Verbose)
	}
	printAnswer(u, x, o)
}

// isForm reports whether the body of a request is a form, which is shown as parameters.
func isForm(x *journal.Exchange) bool {
	return strings.HasPrefix(x.Header.Get("Content-Type"), webhook.InboundType)
}

func printRequestHeaders(u *terminal.UI, x *journal.Exchange, o Options) {
	for name, value := range x.Header.All() {
		switch {
		case strings.EqualFold(name, "X-Twilio-Signature"):
			u.Printf("> %s: %s          %s\n", name, value, signatureNote(x.Signature))
		case o.Headers:
			u.Printf("> %s: %s\n", name, value)
		}
	}
	if x.Dropped() {
		u.Printf("  (not sent)\n")
	} else if isBin(x) {
		u.Printf("  (signature %s: nothing was sent)\n", SignatureWord(x))
	} else if x.Header.Get("X-Twilio-Signature") == "" {
		u.Printf("  (no X-Twilio-Signature: %s)\n", signatureNote(x.Signature))
	}
}

// signatureNote says whether the signature is valid.
func signatureNote(how string) string {
	if how == "valid" {
		return "valid for this URL and token"
	}
	return how + ", on purpose"
}

// firstParams are the parameters to show first.
func firstParams() []string {
	return []string{"MessageStatus", "ErrorCode", "ErrorUrl", "MessageSid", "Body", "To", "From"}
}

// Those that tell what happened come first, then the others by name.
func printParams(u *terminal.UI, params url.Values, all bool) {
	var names []string
	for _, name := range firstParams() {
		if params.Has(name) {
			names = append(names, name)
		}
	}
	var rest []string
	for name := range params {
		if !slices.Contains(names, name) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	names = append(names, rest...)
	if all {
		for _, name := range names {
			u.Printf("  %s %s\n", terminal.Pad(name, 20), strings.Join(params[name], ", "))
		}
		return
	}
	var b strings.Builder
	shown := min(len(names), shownParams)
	for _, name := range names[:shown] {
		b.WriteString("  " + terminal.Clean(name) + "=" +
			terminal.Clean(strings.Join(params[name], ",")))
	}
	if more := len(names) - shown; more > 0 {
		fmt.Fprintf(&b, "  +%d", more)
	}
	u.Printf("%s\n", terminal.Safe(b.String()))
}

func printAnswer(u *terminal.UI, x *journal.Exchange, o Options) {
	if x.Status == 0 {
		u.Printf("< %s   %s   %s\n", u.Paint(terminal.Red, "no answer"), x.Error,
			terminal.Millis(x.Duration))
		return
	}
	contentType, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	u.Printf("< %s   %s   %s   %s\n", u.Paint(HTTPStyle(x.Status), httpText(x.Status)),
		terminal.Millis(x.Duration), cmp.Or(contentType, "no type"),
		size(len(x.ResponseBody)))
	if o.Headers {
		for name, value := range x.ResponseHeader.All() {
			u.Printf("< %s: %s\n", name, value)
		}
	}
	printBody(u, x.ResponseBody, u.Verbose || o.Headers)
	if x.Error != "" {
		u.Printf("  %s %s\n", u.Paint(terminal.Red, cmp.Or(x.Code, x.RefusalCode())), x.Error)
	}
	if x.Fact != "" {
		u.Printf("  fact %s   twilsim facts %s\n", x.Fact, x.Fact)
	}
}

// shownLines is how many lines of a body are shown without -v.
const shownLines = 10

// Bytes that are not text would upset a terminal, so only their number is printed.
func printBody(u *terminal.UI, body string, all bool) {
	if !utf8.ValidString(body) {
		u.Printf("  (%s that are not text)\n", terminal.Count(len(body), "byte"))
		return
	}
	body = strings.TrimSpace(body)
	if body == "" {
		return
	}
	lines := strings.Split(body, "\n")
	for i, l := range lines {
		if i == shownLines && !all {
			u.Printf("  (%s more; -v shows them)\n", terminal.Count(len(lines)-i, "line"))
			return
		}
		u.Printf("  %s\n", strings.TrimRight(l, "\r"))
	}
}

func size(n int) string {
	if n < 1000 {
		return strconv.Itoa(n) + " B"
	}
	return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + " kB"
}

// Webhooks prints a list of webhooks, as a table or under --json an object a line.
func Webhooks(u *terminal.UI, found *control.Webhooks) error {
	err := terminal.List(u, masked(found.Webhooks), []terminal.Column[*journal.Exchange]{
		{Head: "ID", Value: func(x *journal.Exchange) string { return x.Name }},
		{Head: "TIME", Drop: 3,
			Value: func(x *journal.Exchange) string { return u.ClockTime(x.Real) }},
		{Head: "TYPE", Value: func(x *journal.Exchange) string { return string(x.Purpose) }},
		{Head: "FOR", Value: func(x *journal.Exchange) string { return Short(x.SID) }},
		{Head: "TRY", Drop: 5, Value: func(x *journal.Exchange) string {
			return strconv.Itoa(x.Attempt)
		}},
		{Head: "HTTP", Cell: httpCell},
		{Head: "MS", Drop: 4, Value: milliseconds},
		{Head: "CODE", Drop: 2,
			Value: func(x *journal.Exchange) string { return cmp.Or(x.Code, "-") }},
		{Head: "REQUEST", Value: func(x *journal.Exchange) string {
			return strings.TrimSpace(callText(x) + "   " + x.Faults.Note())
		}},
	})
	u.Countf(len(found.Webhooks), "webhook", "%s", ofAll(len(found.Webhooks), found.Count))
	return err
}

// Requests prints a list of API calls, as a table or under --json an object a line.
func Requests(u *terminal.UI, found *control.Requests) error {
	err := terminal.List(u, masked(found.Requests), []terminal.Column[*journal.Exchange]{
		{Head: "ID", Value: func(x *journal.Exchange) string { return x.Name }},
		{Head: "TIME", Drop: 3,
			Value: func(x *journal.Exchange) string { return u.ClockTime(x.Real) }},
		{Head: "FOR", Value: func(x *journal.Exchange) string { return cmp.Or(Short(x.SID), "-") }},
		{Head: "HTTP", Cell: httpCell},
		{Head: "MS", Drop: 4, Value: milliseconds},
		{Head: "CODE", Drop: 2, Value: func(x *journal.Exchange) string {
			return cmp.Or(x.RefusalCode(), "-")
		}},
		{Head: "CLIENT", Drop: 6, Value: func(x *journal.Exchange) string {
			return cmp.Or(clientOf(x), "-")
		}},
		{Head: "REQUEST", Value: APICall},
	})
	u.Countf(len(found.Requests), "request", "%s", ofAll(len(found.Requests), found.Count))
	return err
}
