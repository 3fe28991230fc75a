package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/manual"
)

// replayOptions are the flags of webhooks replay.
type replayOptions struct {
	made
	to                  string
	unset               []string
	sameToken, unmarked bool
}

func newWebhooksReplay(c *cli) *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay ID...|FILTER",
		Short: "send a webhook again, with a new signature",
		Long:  manual.About("webhooks-replay"),
		Example: `twilsim webhooks replay latest
twilsim webhooks replay W32 --set ErrorCode=30007 --times 2 \
    --to http://localhost:3001/status
twilsim webhooks replay 'http:>=500' --fail
twilsim webhooks replay W32 --same-token   # as Twilio's retry`,
		Args: failure.WantArgs(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.replay(ctx, client, args, o.replay(), o.fail)
			})
		},
	}
	flags := cmd.Flags()
	o.flags(flags)
	flags.StringArrayVar(&o.unset, "unset", nil,
		"leave a parameter out, by its `NAME`; may be repeated")
	config.StringVar(flags, &o.to, "to", "", config.CheckURL, "send it to this `URL`")
	flags.BoolVar(&o.sameToken, "same-token", false,
		"repeat the I-Twilio-Idempotency-Token, as a retry does")
	flags.BoolVar(&o.unmarked, "unmarked", false, "leave the header X-Twilsim-Replay out")
	return cmd
}

func (o *replayOptions) replay() control.Replay {
	return control.Replay{
		Params: assignments(o.set), Unset: o.unset, URL: o.to, Times: o.times,
		Signature: fault.Signature(o.signature), SameToken: o.sameToken,
		Unmarked: o.unmarked,
	}
}

func (c *cli) replay(ctx context.Context, client *control.Client, args []string, how control.Replay,
	mustSucceed bool) error {
	refs, err := chosen(ctx, client, args)
	if err != nil {
		return err
	}
	failed := false
	for _, ref := range refs {
		made, err := client.Replay(ctx, ref, how)
		if err != nil {
			return err
		}
		for _, x := range made.Webhooks {
			failed = failed || !display.Succeeded(x)
			if err := display.Replay(c.ui, x, len(refs) > 1, how.Times > 1); err != nil {
				return err
			}
		}
	}
	if failed && mustSucceed {
		return &failure.Error{Code: failure.No}
	}
	return nil
}

// chosen returns the IDs of the webhooks that the arguments name or select. A filter leaves replays
// out unless it speaks of them: replaying them again would double with each call. They are sent in
// the order in which they were sent first.
func chosen(ctx context.Context, client *control.Client, args []string) ([]string, error) {
	isFilter := func(arg string) bool { return strings.ContainsAny(arg, ":=!") }
	if !slices.ContainsFunc(args, isFilter) {
		return named(ctx, client, args)
	}
	words := filterWords(args, journal.ExchangeFields(), true)
	if !slices.ContainsFunc(words, func(word string) bool {
		return strings.HasPrefix(word,
			"replay_of")
	}) {
		words = append(words, "replay_of=")
	}
	found, err := client.Webhooks(ctx, words, 0)
	if err != nil {
		return nil, err
	}
	if len(found.Webhooks) == 0 {
		return nil, failure.New(failure.No, "no webhook is selected by %s",
			strings.Join(args, " ")).Try("twilsim webhooks")
	}
	var refs []string
	for _, x := range slices.Backward(found.Webhooks) {
		refs = append(refs, x.Name)
	}
	return refs, nil
}

// named returns the IDs of references. It resolves all of them before anything is sent, because
// each replay becomes the latest webhook.
func named(ctx context.Context, client *control.Client, refs []string) ([]string, error) {
	var names []string
	for _, ref := range refs {
		x, err := client.Webhook(ctx, ref)
		if err != nil {
			return nil, err
		}
		names = append(names, x.Name)
	}
	return names, nil
}

// made are the flags of commands that make webhooks.
type made struct {
	set       []string
	times     int
	signature string
	fail      bool
}

func (m *made) flags(flags *pflag.FlagSet) {
	config.ListVar(flags, &m.set, "set", config.CheckAssignment,
		"set a parameter, `NAME=VALUE`; may be repeated")
	config.WholeVar(flags, &m.times, "times", 1, 1, "send it `N` times")
	config.ChoiceVar(flags, &m.signature, "signature", "", fault.Signatures(),
		"spoil the signature: `HOW` is "+strings.Join(fault.Signatures(), ", "))
	flags.BoolVar(&m.fail, "fail", false, "exit 1 when an answer is not 2xx")
}
