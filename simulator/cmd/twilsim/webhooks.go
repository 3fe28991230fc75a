package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/signature"
	"twilsim/simulator/terminal"
	"twilsim/simulator/webhook"
)

func newWebhooks(c *cli) *cobra.Command {
	cmd := newWebhooksList(c)
	cmd.Use = "webhooks [FILTER]"
	cmd.Short = "list, show, replay, send, compare or verify what goes to your app"
	cmd.Args = filterOrCommand
	cmd.AddCommand(newWebhooksList(c), newWebhooksShow(c), newWebhooksReplay(c), newWebhooksSend(c), newWebhooksCurl(c),
		newWebhooksDiff(c), newWebhooksVerify(c))
	return cmd
}

func newWebhooksList(c *cli) *cobra.Command {
	limit := 50
	cmd := &cobra.Command{
		Use:   "list [FILTER]",
		Short: "list webhooks, the newest first",
		Long: `Lists the requests that were made to your app, the newest first. FOR is the message that it is about, HTTP the status
that the app answered, CODE Twilio's code where it got no good answer; what is wrong inside an answer, "twilsim alerts" says.
"twilsim help filters" explains filters.`,
		Example: `twilsim webhooks
twilsim webhooks 'http:>=400 MessageStatus=undelivered'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listWebhooks(ctx, client, args, limit)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "list no more than `N`; 0 lists all")
	return cmd
}

func (c *cli) listWebhooks(ctx context.Context, client *control.Client, filter []string, limit int) error {
	if err := c.printAccount(ctx, client); err != nil {
		return err
	}
	found, err := client.Webhooks(ctx, filterWords(filter, journal.ExchangeFields(), true), limit)
	if err != nil {
		return err
	}
	err = terminal.List(c.ui, maskedAll(found.Webhooks), []terminal.Column[*journal.Exchange]{
		{Head: "ID", Value: func(x *journal.Exchange) string { return x.Name }},
		{Head: "TIME", Value: func(x *journal.Exchange) string { return c.ui.ClockTime(x.Real) }},
		{Head: "TYPE", Value: func(x *journal.Exchange) string { return string(x.Purpose) }},
		{Head: "FOR", Value: func(x *journal.Exchange) string { return short(x.SID) }},
		{Head: "TRY", Value: func(x *journal.Exchange) string { return strconv.Itoa(x.Attempt) }},
		{Head: "HTTP", Cell: httpCell},
		{Head: "MS", Value: milliseconds},
		{Head: "CODE", Value: func(x *journal.Exchange) string { return cmp.Or(x.Code, "-") }},
		{Head: "REQUEST", Value: func(x *journal.Exchange) string {
			return strings.TrimSpace(callOf(x) + "   " + x.Faults.Note())
		}},
	})
	c.ui.Countf(len(found.Webhooks), "webhook", "%s", ofAll(len(found.Webhooks), found.Matched))
	return err
}

// maskedAll hides the credentials in exchanges.
func maskedAll(exchanges []*journal.Exchange) []*journal.Exchange {
	masked := make([]*journal.Exchange, len(exchanges))
	for i, x := range exchanges {
		masked[i] = x.Masked()
	}
	return masked
}

func httpCell(x *journal.Exchange) terminal.Cell {
	return terminal.Cell{Value: httpCode(x.Status), Style: httpStyle(x.Status)}
}

func milliseconds(x *journal.Exchange) string {
	return strings.TrimSuffix(terminal.Millis(x.Duration), "ms")
}

// showOptions are the flags of webhooks show.
type showOptions struct{ headers, secrets bool }

func newWebhooksShow(c *cli) *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "show a webhook: request, signature, answer",
		Long:    "Shows a webhook: what was sent, whether the signature is right, and what the app answered.",
		Example: "twilsim webhooks show latest --headers",
		Args:    wantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				x, err := client.Webhook(ctx, args[0])
				if err != nil {
					return err
				}
				if !o.secrets {
					x = x.Masked()
				}
				if c.ui.JSON {
					return c.ui.Encode(x)
				}
				printWebhook(c.ui, x, o)
				return c.alertsOf(ctx, client, x)
			})
		},
	}
	cmd.Flags().BoolVar(&o.headers, "headers", false, "show the headers and all parameters")
	cmd.Flags().BoolVar(&o.secrets, "show-secrets", false, "show Authorization headers as they are")
	return cmd
}

// alertsOf prints what was wrong with the response to a webhook: a 200 may have invalid TwiML.
func (c *cli) alertsOf(ctx context.Context, client *control.Client, x *journal.Exchange) error {
	found, err := client.Alerts(ctx, []string{"exchange=" + x.Name}, 0)
	if err != nil {
		return err
	}
	for _, a := range slices.Backward(found.Alerts) {
		printAlertLine(c.ui, a)
	}
	return nil
}

// shownParams is how many parameters of a webhook are shown without --headers.
const shownParams = 5

func printWebhook(u *terminal.UI, x *journal.Exchange, o showOptions) {
	purpose := map[journal.Purpose]string{
		journal.Inbound: "inbound message", journal.Redirect: "redirected document", journal.Fallback: "fallback of an inbound message",
		webhook.HTTPRedirect: "HTTP redirect", journal.Status: "status callback", messaging.Custom: "made up",
	}[x.Purpose]
	replay := ""
	if x.ReplayOf != "" {
		replay = "   replay of " + x.ReplayOf
	}
	u.Printf("%s   %s   %s   attempt %d%s\n", x.Name, cmp.Or(purpose, string(x.Purpose)), short(x.SID), x.Attempt, replay)
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
	printParams(u, x.Params(), o.headers || u.Verbose)
	if !isForm(x) {
		printBody(u, x.Body, o.headers || u.Verbose)
	}
	printAnswer(u, x, o)
}

// isForm reports whether the body of a request is a form, which is shown as parameters.
func isForm(x *journal.Exchange) bool {
	return strings.HasPrefix(x.Header.Get("Content-Type"), webhook.InboundType)
}

func printRequestHeaders(u *terminal.UI, x *journal.Exchange, o showOptions) {
	for name, value := range x.Header.All() {
		switch {
		case strings.EqualFold(name, "X-Twilio-Signature"):
			u.Printf("> %s: %s          %s\n", name, value, signatureNote(x.Signature))
		case o.headers:
			u.Printf("> %s: %s\n", name, value)
		}
	}
	if x.Dropped() {
		u.Printf("  (not sent)\n")
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
		b.WriteString("  " + terminal.Clean(name) + "=" + terminal.Clean(strings.Join(params[name], ",")))
	}
	if more := len(names) - shown; more > 0 {
		fmt.Fprintf(&b, "  +%d", more)
	}
	u.Printf("%s\n", terminal.Safe(b.String()))
}

func printAnswer(u *terminal.UI, x *journal.Exchange, o showOptions) {
	if x.Status == 0 {
		u.Printf("< %s   %s   %s\n", u.Paint(terminal.Red, "no answer"), x.Error, terminal.Millis(x.Duration))
		return
	}
	contentType, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	u.Printf("< %s   %s   %s   %s\n", u.Paint(httpStyle(x.Status), httpText(x.Status)), terminal.Millis(x.Duration), cmp.Or(contentType, "no type"),
		size(len(x.ResponseBody)))
	if o.headers {
		for name, value := range x.ResponseHeader.All() {
			u.Printf("< %s: %s\n", name, value)
		}
	}
	printBody(u, x.ResponseBody, u.Verbose || o.headers)
	if x.Error != "" {
		u.Printf("  %s %s\n", u.Paint(terminal.Red, cmp.Or(x.Code, x.RefusalCode())), x.Error)
	}
	if x.Fact != "" {
		u.Printf("  fact %s   twilsim facts %s\n", x.Fact, x.Fact)
	}
}

// shownLines is how many lines of a body are shown without -v.
const shownLines = 10

func printBody(u *terminal.UI, body string, all bool) {
	if !utf8.ValidString(body) {
		u.Printf("  (%s that are no text)\n", terminal.Count(len(body), "byte"))
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

func newWebhooksCurl(c *cli) *cobra.Command {
	secrets := false
	cmd := &cobra.Command{
		Use:   "curl ID",
		Short: "print a curl command that makes the same request",
		Long: `Prints a command for a POSIX shell that makes the webhook's request again, byte for byte, the signature included. The
user and password of a URL that has them are masked, unless --show-secrets.`,
		Example: "twilsim webhooks curl latest | sh",
		Args:    wantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				command, err := client.Curl(ctx, args[0], secrets)
				if err != nil {
					return err
				}
				return c.printCommand(command, secrets)
			})
		},
	}
	cmd.Flags().BoolVar(&secrets, "show-secrets", false, "have the user and password of the URL in the command")
	return cmd
}

// printCommand prints a command for a shell. Its bytes must not change, so a terminal gets it only if it
// has no control characters.
func (c *cli) printCommand(command string, secrets bool) error {
	if !secrets && strings.Contains(command, "-H 'Authorization: ") {
		c.ui.Progressf("the command's credentials are masked; --show-secrets has them\n")
	}
	if c.ui.JSON {
		return c.ui.Encode(map[string]string{"command": command})
	}
	command = strings.TrimSuffix(command, "\n")
	if c.ui.IsTerminal && terminal.CleanLines(command) != command {
		return fail(exitNo, "the command has control characters, which could change the terminal").try("send it into a file: ... curl ID > request.sh")
	}
	c.ui.Printf("%s\n", terminal.Safe(command))
	return nil
}

// verifyOptions are the flags of webhooks verify.
type verifyOptions struct{ url, token, signature, data string }

func newWebhooksVerify(c *cli) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "check a signature, and explain why it does not match",
		Long: `Checks an X-Twilio-Signature, and tries the usual mistakes where it does not match: another scheme, port or path behind a
proxy, a missing query, a body that was decoded wrong. It exits 1 where it does not match. It needs no simulator.`,
		Example: `twilsim webhooks verify --url https://shop.example/sms --token "$TWILIO_AUTH_TOKEN" \
  --signature 'abc=' --data 'Body=hi&From=%2B12025550142'`,
		Args: wantArgs(0, 0),
		RunE: func(*cobra.Command, []string) error { return c.verify(o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.url, "url", "", "the `URL` that the app believes it was called at")
	flags.StringVar(&o.token, "token", "", "the account's auth `TOKEN`; else TWILIO_AUTH_TOKEN")
	flags.StringVar(&o.signature, "signature", "", "the `VALUE` of X-Twilio-Signature")
	flags.StringVar(&o.data, "data", "", "the body of the request, a `FORM`; empty for a GET")
	config.NoEnv(flags, "url", "token", "signature", "data") // TWILSIM_URL is another URL
	return cmd
}

func (c *cli) verify(o verifyOptions) error {
	o.token = cmp.Or(o.token, c.getenv("TWILIO_AUTH_TOKEN"))
	for _, needed := range [][2]string{{"url", o.url}, {"token", o.token}, {"signature", o.signature}} {
		if needed[1] == "" {
			return misuse("--%s is missing", needed[0]).try("twilsim help webhooks verify")
		}
	}
	params, err := url.ParseQuery(o.data)
	if err != nil {
		return misuse("--data is not a form: %v", err).try("--data 'Body=hi&From=%2B12025550142'")
	}
	verdict := &control.Verdict{
		Valid: signature.Verify(o.token, o.url, params, o.signature), Data: signature.Data(o.url, params),
		Expected: signature.Sign(o.token, o.url, params), Variants: []control.Variant{},
	}
	if !verdict.Valid {
		for _, v := range signature.Diagnose(o.token, o.url, params, o.signature) {
			verdict.Variants = append(verdict.Variants, control.Variant(v))
		}
	}
	return c.printVerdict(verdict)
}

func (c *cli) printVerdict(v *control.Verdict) error {
	if c.ui.JSON {
		if err := c.ui.Encode(v); err != nil {
			return err
		}
	}
	if v.Valid {
		if !c.ui.JSON {
			c.ui.Printf("signature matches\n")
		}
		return nil
	}
	f := fail(exitNo, "signature does not match")
	f.rows = append(f.rows, row{"signed by us over", v.Data}, row{"that would be", v.Expected})
	for i, variant := range v.Variants {
		label := ""
		if i == 0 {
			label = "it would match if"
		}
		f.rows = append(f.rows, row{label, "the URL were " + variant.URL + "   " + variant.What})
	}
	if len(v.Variants) == 0 {
		f.rows = append(f.rows, row{"no usual mistake", "explains it: another token, another host, or a parameter that was changed"})
	}
	return f
}
