package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/attachment"
	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

// smsOptions are the flags of sms.
type smsOptions struct {
	media    []string
	bodyFile string
	set      []string
	count    int
	fail     bool
}

func newSMS(c *cli) *cobra.Command {
	var o smsOptions
	cmd := &cobra.Command{
		Use:   "sms FROM TO [BODY]",
		Short: "a handset sends a message to one of your numbers",
		Long: `Sends a text as a handset, and prints what your app answered. The replies are on their way
then; "twilsim messages show" tells how they went.

An app that fails is told, but the handset did send: the exit code is 0, unless --fail.`,
		Example: `twilsim sms +12025550142 +12025550100 'Where is my order?'
twilsim sms +12025550142 +12025550100 --media cat.png
twilsim sms +12025550142 +12025550100 hi --set FromCity=Berlin
echo hi | twilsim sms +12025550142 +12025550100 --body-file -`,
		Args: failure.WantArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error { return c.sms(cmd.Context(), o, args) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&o.media, "media", nil,
		"send a `FILE` along, or what is at a URL; may be repeated")
	flags.StringVar(&o.bodyFile, "body-file", "", "take the body from a `FILE`, - for stdin")
	config.ListVar(flags, &o.set, "set", config.CheckAssignment,
		"set a parameter of the webhook, `NAME=VALUE`; may be repeated")
	config.WholeVar(flags, &o.count, "count", 1, 1, "send it `N` times, one after the other")
	flags.BoolVar(&o.fail, "fail", false,
		"exit 1 when the app does not answer, or its answer raises an error")
	return cmd
}

func (c *cli) sms(ctx context.Context, o smsOptions, args []string) error {
	text, err := c.smsText(ctx, o, args)
	if err != nil {
		return err
	}
	failed := false
	for range o.count {
		err := c.ask(ctx, func(ctx context.Context, client *control.Client) error {
			receipt, err := client.Text(ctx, text)
			if err != nil {
				return err
			}
			failed = failed || display.Troubled(receipt)
			var t terminal.Times
			if receipt.Held != nil {
				if t, err = display.Times(ctx, client); err != nil {
					return err
				}
			}
			return display.Receipt(c.ui, receipt, t)
		})
		if err != nil {
			return err
		}
	}
	if failed && o.fail {
		return &failure.Error{Code: failure.No}
	}
	return nil
}

// smsText makes the text from arguments and flags.
func (c *cli) smsText(ctx context.Context, o smsOptions, args []string) (control.Text, error) {
	text := control.Text{From: args[0], To: args[1], Params: assignments(o.set)}
	var err error
	if text.Body, err = c.body(o, args); err != nil {
		return text, err
	}
	for _, name := range o.media {
		media, err := c.media(ctx, name)
		if err != nil {
			return text, err
		}
		text.Media = append(text.Media, media)
	}
	return text, nil
}

func (c *cli) body(o smsOptions, args []string) (string, error) {
	switch {
	case o.bodyFile == "" && len(args) < 3:
		return "", nil
	case o.bodyFile == "":
		return args[2], nil
	case len(args) > 2:
		return "", failure.Misuse("the body is given twice: as an argument and by --body-file")
	case o.bodyFile == "-":
		data, err := io.ReadAll(c.ui.In)
		return strings.TrimSuffix(string(data), "\n"), err
	}
	data, err := os.ReadFile(o.bodyFile)
	if err != nil {
		return "", failure.Unreadable("the file of --body-file", o.bodyFile, err)
	}
	return strings.TrimSuffix(string(data), "\n"), nil
}

// media reads a file, or fetches the one at a URL.
func (c *cli) media(ctx context.Context, name string) (control.Media, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	media, err := attachment.Read(ctx, name)
	var failed *attachment.Error
	switch {
	case !errors.As(err, &failed):
		return media, err
	case !failed.Misuse:
		return media, failure.New(failure.No, "--media: %v", err)
	case strings.Contains(name, "://"):
		return media, failure.Misuse("--media: %v", failed.Err)
	}
	return media, failure.Unreadable("the file of --media", name, failed.Err)
}

// assignments makes a map of the values of a flag that were checked to be NAME=VALUE.
func assignments(words []string) map[string]string {
	set := map[string]string{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		set[name] = value
	}
	return set
}
