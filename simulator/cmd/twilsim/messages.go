package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

func newMessages(c *cli) *cobra.Command {
	cmd := newMessagesList(c)
	cmd.Use = "messages [FILTER]"
	cmd.Short = "list, show, watch or wait for messages"
	cmd.Args = filterOrCommand
	cmd.AddCommand(newMessagesList(c), newMessagesShow(c), newMessagesWatch(c), newMessagesWait(c))
	return cmd
}

func newMessagesList(c *cli) *cobra.Command {
	limit := 50
	cmd := &cobra.Command{
		Use:   "list [FILTER]",
		Short: "list messages, the newest first",
		Long: `Lists messages, the newest first. HOOKS says how many of the webhooks about a message went
well. "twilsim help filters" explains filters.`,
		Example: `twilsim messages
twilsim messages 'to:+1202* status:undelivered since:5m'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listMessages(ctx, client, args, limit)
			})
		},
	}
	config.WholeVar(cmd.Flags(), &limit, "limit", limit, 0, "list no more than `N`; 0 lists all")
	return cmd
}

func (c *cli) listMessages(ctx context.Context, client *control.Client, filter []string,
	limit int) error {
	found, err := client.Messages(ctx, filterWords(filter, messaging.MessageFields(), false), limit)
	if err != nil {
		return err
	}
	c.printAccount(client)
	var t terminal.Times
	if len(found.Messages) > 0 && !c.ui.JSON {
		if t, err = display.Times(ctx, client); err != nil {
			return err
		}
	}
	return display.Messages(c.ui, found, t)
}

func newMessagesShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "show a message and all that happened to it",
		Long: "Shows a message with its statuses, webhooks and alerts in order. ID is a SID, the " +
			"beginning of one, latest or latest~1.",
		Example: "twilsim messages show latest",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.showMessage(ctx, client, args[0])
			})
		},
	}
}

func (c *cli) showMessage(ctx context.Context, client *control.Client, ref string) error {
	if c.ui.JSON {
		m, err := client.Message(ctx, ref)
		if err != nil {
			return err
		}
		return c.ui.Encode(m)
	}
	story, err := client.Story(ctx, ref)
	if err != nil {
		return err
	}
	t, err := display.Times(ctx, client)
	if err != nil {
		return err
	}
	display.Story(c.ui, story, t)
	return nil
}

func newMessagesWatch(c *cli) *cobra.Command {
	var since int64
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "print what happens, as it happens",
		Long: `Prints events as they happen, until it is interrupted. With --json each is an object on a
line, whose id --since takes to resume; --since 0 begins with the oldest that is kept.`,
		Example: "twilsim messages watch --json --since 118",
		Args:    failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.listen(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.watch(ctx, client, since)
			})
		},
	}
	cmd.Flags().Int64Var(&since, "since", -1,
		"begin after the event with this `ID`; else with the next one")
	return cmd
}

func newMessagesWait(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "wait FILTER",
		Short: "wait until there is a message that fits",
		Long: `Prints the newest message that fits the filter: at once where there is one, else when it
comes. After --timeout it exits 5 and tells the nearest misses. "twilsim help filters" explains
filters.`,
		Example: `twilsim messages wait 'to:+12025550142 body:~code' --timeout 10s --json |
    jq -r .body`,
		Args: failure.WantArgs(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			words := filterWords(args, messaging.MessageFields(), false)
			return c.listen(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.Await(ctx, journal.Messages, words, c.timeout)
				if err != nil {
					return err
				}
				m, err := found.Message()
				if err != nil {
					return err
				}
				return display.Message(c.ui, m)
			})
		},
	}
}

// watch prints events as they happen.
func (c *cli) watch(ctx context.Context, client *control.Client, since int64) error {
	t, err := display.Times(ctx, client)
	if err != nil {
		return err
	}
	if since < 0 {
		since = t.Last
	}
	for e, err := range client.Events(ctx, since) {
		var lost *control.LostError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &lost):
			c.ui.Warnf("%s", lost)
			continue
		case err != nil:
			return err
		case c.ui.JSON:
			err = c.ui.Encode(e)
		default:
			c.ui.Line(display.EventLine(e, c.ui.Stamp(e.At, t)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
