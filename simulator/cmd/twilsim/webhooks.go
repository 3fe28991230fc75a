package main

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
	"twilsim/simulator/terminal"
)

func newWebhooks(c *cli) *cobra.Command {
	cmd := newWebhooksList(c)
	cmd.Use = "webhooks [FILTER]"
	cmd.Short = "list, show, replay, send, compare or verify what goes to your app"
	cmd.Args = filterOrCommand
	cmd.AddCommand(newWebhooksList(c), newWebhooksShow(c), newWebhooksReplay(c),
		newWebhooksSend(c), newWebhooksCurl(c),
		newWebhooksDiff(c), newWebhooksVerify(c))
	return cmd
}

func newWebhooksList(c *cli) *cobra.Command {
	limit := 50
	cmd := &cobra.Command{
		Use:   "list [FILTER]",
		Short: "list webhooks, the newest first",
		Long: `Lists the requests that were made to your app, the newest first. FOR is the message that it
is about, HTTP the status that the app answered, CODE Twilio's code where it got no good answer;
what is wrong inside an answer, "twilsim alerts" says. "twilsim help filters" explains filters.`,
		Example: `twilsim webhooks
twilsim webhooks 'http:>=400 MessageStatus=undelivered'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listWebhooks(ctx, client, args, limit)
			})
		},
	}
	config.WholeVar(cmd.Flags(), &limit, "limit", limit, 0, "list no more than `N`; 0 lists all")
	return cmd
}

func (c *cli) listWebhooks(ctx context.Context, client *control.Client,
	filter []string, limit int) error {
	found, err := client.Webhooks(ctx, filterWords(filter, journal.ExchangeFields(), true), limit)
	if err != nil {
		return err
	}
	c.printAccount(client)
	return display.Webhooks(c.ui, found)
}

func newWebhooksShow(c *cli) *cobra.Command {
	var o display.Options
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "show a webhook: request, signature, answer",
		Long: "Shows a webhook: what was sent, whether the signature is right, and what the app " +
			"answered.",
		Example: "twilsim webhooks show latest --headers",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				x, err := client.Webhook(ctx, args[0])
				if err != nil {
					return err
				}
				if c.ui.Secrets = o.Secrets; !o.Secrets {
					x = x.Masked()
				}
				if c.ui.JSON {
					return c.ui.Encode(x)
				}
				display.Webhook(c.ui, x, o)
				return c.alertsOf(ctx, client, x)
			})
		},
	}
	cmd.Flags().BoolVar(&o.Headers, "headers", false, "show the headers and all parameters")
	cmd.Flags().BoolVar(&o.Secrets, "show-secrets", false, "show Authorization headers as they are")
	return cmd
}

// alertsOf prints what was wrong with the response to a webhook: a 200 may have invalid TwiML.
func (c *cli) alertsOf(ctx context.Context, client *control.Client, x *journal.Exchange) error {
	found, err := client.Alerts(ctx, []string{"exchange=" + x.Name}, 0)
	if err != nil {
		return err
	}
	for _, a := range slices.Backward(found.Alerts) {
		display.Alert(c.ui, a)
	}
	return nil
}

func newWebhooksCurl(c *cli) *cobra.Command {
	secrets := false
	cmd := &cobra.Command{
		Use:   "curl ID",
		Short: "print a curl command that makes the same request",
		Long: `Prints a command for a POSIX shell that makes the webhook's request again, byte for byte,
the signature included. The user and password of a URL that has them are masked, unless
--show-secrets.`,
		Example: "twilsim webhooks curl latest | sh",
		Args:    failure.WantArgs(1, 1),
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
	cmd.Flags().BoolVar(&secrets, "show-secrets", false,
		"have the user and password of the URL in the command")
	return cmd
}

// printCommand prints a command for a shell. Its bytes must not change, so a terminal gets it only
// if it has no control characters.
func (c *cli) printCommand(command string, secrets bool) error {
	c.ui.Secrets = secrets
	if !secrets && strings.Contains(command, "-H 'Authorization: ") {
		c.ui.Progressf("the command's credentials are masked; --show-secrets has them\n")
	}
	if c.ui.JSON {
		return c.ui.Encode(map[string]string{"command": command})
	}
	command = strings.TrimSuffix(command, "\n")
	if c.ui.IsTerminal && terminal.CleanLines(command) != command {
		return failure.New(failure.No,
			"the command has control characters, which could change the terminal").
			Try("send it into a file: ... curl ID > request.sh")
	}
	c.ui.Rawf("%s\n", terminal.Safe(command))
	return nil
}

// verifyOptions are the flags of webhooks verify.
type verifyOptions struct{ url, token, signature, data string }

func newWebhooksVerify(c *cli) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "check a signature, and explain why it does not match",
		Long: `Checks an X-Twilio-Signature, and tries the usual mistakes where it does not match: another
scheme, port or path behind a proxy, a missing query, a body that was decoded wrong. It exits 1
where it does not match. It needs no simulator.`,
		Example: `twilsim webhooks verify --url https://shop.example/sms \
    --token "$TWILIO_AUTH_TOKEN" --signature 'abc=' \
    --data 'Body=hi&From=%2B12025550142'`,
		Args: failure.WantArgs(0, 0),
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
	for _, needed := range [][2]string{{"url", o.url}, {"token", o.token},
		{"signature", o.signature}} {
		if needed[1] == "" {
			return failure.Misuse("--%s is missing", needed[0]).Try("twilsim help webhooks verify")
		}
	}
	params, err := url.ParseQuery(o.data)
	if err != nil {
		return failure.Misuse("--data is not a form: %v", err).Try("--data 'Body=hi&From=%2B12025550142'")
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
	f := failure.New(failure.No, "signature does not match")
	f.Add("signed by us over", v.Data).Add("that would be", v.Expected)
	for i, variant := range v.Variants {
		label := ""
		if i == 0 {
			label = "it would match if"
		}
		f.Add(label, "the URL were "+variant.URL+"   "+variant.What)
	}
	if len(v.Variants) == 0 {
		f.Add("no usual mistake",
			"explains it: another token, another host, or a parameter that was changed")
	}
	return f
}
