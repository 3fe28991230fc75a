package main

import (
	"context"
	"net/url"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/fault"
	"twilsim/simulator/webhook"
)

// sendOptions are the flags of webhooks send.
type sendOptions struct {
	made
	method, data, contentType string
}

func newWebhooksSend(c *cli) *cobra.Command {
	var o sendOptions
	cmd := &cobra.Command{
		Use:   "send URL",
		Short: "send a made-up webhook to your app, signed",
		Long: `Sends a webhook that no message has caused, signed as all are. It has the parameters that you give it and no others. What
your app answers is shown, and nothing of it is done: "twilsim sms" does what an app asks for.

The URL is signed as "twilsim help signatures" says: without its user and its fragment, whose overrides hold. A body that is no
form is signed by its hash in the URL.`,
		Example: `twilsim webhooks send http://localhost:3000/status --set MessageSid=SM1 \
    --set MessageStatus=delivered
twilsim webhooks send http://localhost:3000/sms --method GET \
    --data 'From=%2B12025550142&Body=hi'
twilsim webhooks send http://localhost:3000/sms --set Body=hi --signature bad
twilsim webhooks send http://localhost:3000/events --type application/json \
    --data '{"id":1}'`,
		Args: wantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			webhook, err := o.webhook(args[0])
			if err != nil {
				return err
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				made, err := client.MakeWebhook(ctx, webhook)
				if err != nil {
					return err
				}
				return c.printMade(made, o.fail)
			})
		},
	}
	flags := cmd.Flags()
	o.flags(flags)
	flags.StringVar(&o.method, "method", "POST", "send it by `METHOD`, POST or GET")
	flags.StringVar(&o.data, "data", "", "send this `BODY`: a form, unless --type says otherwise")
	flags.StringVar(&o.contentType, "type", webhook.InboundType, "the `TYPE` of --data")
	return cmd
}

func (o *sendOptions) webhook(target string) (control.NewWebhook, error) {
	params := assignments(o.set)
	made := control.NewWebhook{
		URL: target, Method: o.method, Params: params, Times: o.times, Signature: fault.Signature(o.signature),
	}
	if o.contentType != webhook.InboundType {
		made.Body, made.ContentType = o.data, o.contentType
		return made, nil
	}
	form, err := url.ParseQuery(o.data)
	if err != nil {
		return made, misuse("--data is not a form: %v", err).try("--data 'Body=hi&From=%2B12025550142'",
			"--type application/json")
	}
	for name, values := range form {
		if len(values) > 1 {
			return made, misuse("--data has %s twice: no webhook of Twilio's repeats a name", name) // F-070
		}
		if _, ok := params[name]; !ok {
			params[name] = values[0]
		}
	}
	return made, nil
}

func (c *cli) printMade(made *control.Replayed, mustSucceed bool) error {
	failed := false
	for _, x := range made.Webhooks {
		failed = failed || !display.Succeeded(x)
		if err := display.Made(c.ui, x, len(made.Webhooks) > 1); err != nil {
			return err
		}
	}
	if failed && mustSucceed {
		return &failure{code: exitNo}
	}
	return nil
}
