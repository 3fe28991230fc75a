package main

import (
	"context"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/fault"
	"twilsim/simulator/manual"
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
		Use:   "send URL [WORD...]",
		Short: "send a made-up webhook to your app, signed",
		Long:  manual.About("webhooks-send"),
		Example: `twilsim webhooks send http://localhost:3000/status MessageSid=SM1 \
    MessageStatus=delivered
twilsim webhooks send http://localhost:3000/sms method=GET \
    From=+12025550142 Body=hi
twilsim webhooks send http://localhost:3000/sms Body=hi signature=bad times=2
twilsim webhooks send http://localhost:3000/events --type application/json \
    --data '{"id":1}'`,
		Args: failure.WantArgs(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.words(cmd, args[1:]); err != nil {
				return err
			}
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

// words reads what follows the URL: the name of a flag sets that flag, as in rule add, and any
// other name is a parameter.
func (o *sendOptions) words(cmd *cobra.Command, words []string) error {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		if word == "fail" {
			value = "true"
		}
		flag := cmd.LocalNonPersistentFlags().Lookup(name)
		switch err := config.CheckAssignment(word); {
		case flag != nil && (err == nil || word == "fail"):
			if err := cmd.Flags().Set(name, value); err != nil {
				return failure.OfFlag(cmd, err)
			}
		case err != nil:
			return failure.Misuse("%v", err).Cause("a parameter of the webhook, or a flag without its --").
				Try("MessageStatus=delivered", "times=2")
		default:
			o.set = append(o.set, word)
		}
	}
	return nil
}

func (o *sendOptions) webhook(target string) (control.NewWebhook, error) {
	params := assignments(o.set)
	made := control.NewWebhook{
		URL: target, Method: o.method, Params: params, Times: o.times,
		Signature: fault.Signature(o.signature),
	}
	if o.contentType != webhook.InboundType {
		made.Body, made.ContentType = o.data, o.contentType
		return made, nil
	}
	form, err := url.ParseQuery(o.data)
	if err != nil {
		return made, failure.Misuse("--data is not a form: %v", err).
			Try("--data 'Body=hi&From=%2B12025550142'",
				"--type application/json")
	}
	for name, values := range form {
		if len(values) > 1 {
			// F-070
			return made, failure.Misuse("--data has %s twice: no webhook of Twilio's repeats a name", name)
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
		return &failure.Error{Code: failure.No}
	}
	return nil
}
