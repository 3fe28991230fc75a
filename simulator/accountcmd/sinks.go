package accountcmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newSinks(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.Ask(cmd.Context(), c.listSinks) }
	cmd := &cobra.Command{
		Use:   "sinks",
		Short: "sinks of Event Streams, and the events that go to them",
		Long: `Lists the sinks of Event Streams, and makes, changes, tests and removes them, as your
app can through Twilio's API, /v1/Sinks. A sink is the URL of a webhook; it has one
subscription, which says what types of events it gets.`,
		Example: "twilsim sinks add http://localhost:3000/events\ntwilsim sinks events",
		Args:    c.Subcommand,
		RunE:    list,
	}
	cmd.AddCommand(
		newSinksAdd(c),
		newSinkEvents(c),
		&cobra.Command{Use: "list", Short: "list the sinks, the newest first",
			Args: failure.WantArgs(0, 0), RunE: list},
		newSinksRemove(c),
		newSinksSet(c),
		newSinksTest(c),
	)
	return cmd
}

func newSinksAdd(c *Commands) *cobra.Command {
	var types []string
	var description string
	cmd := &cobra.Command{
		Use: "add URL", Short: "make a sink and subscribe it to events",
		Long: `Makes a sink with a subscription to the types of events that the flag names, or to
all. "twilsim sinks --json" lists the types. com.twilio. in front of a type may be left out.`,
		Example: "twilsim sinks add http://localhost:3000/in --type messaging.message.sent",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				made, err := client.AddSink(ctx, control.NewSink{Description: description,
					Destination: args[0], Types: fullTypes(types)})
				return c.printSink(made, err)
			})
		},
	}
	cmd.Flags().StringArrayVar(&types, "type", nil, "a `TYPE` of events (else all types)")
	cmd.Flags().StringVar(&description, "description", "",
		"the `TEXT` of the sink's description (else the URL)")
	return cmd
}

func newSinksSet(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "set SID [TYPE…]", Short: "set what types of events a sink gets",
		Long: `Makes the subscription of a sink have these types of events and no others. Without a
type the sink gets nothing.`,
		Example: "twilsim sinks set DG0123456789abcdef0123456789abcdef messaging.message.sent",
		Args:    failure.WantArgs(1, 20),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				set, err := client.SetSink(ctx, args[0], fullTypes(args[1:]))
				return c.printSink(set, err)
			})
		},
	}
}

func newSinksTest(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "test SID", Short: "send Twilio's test event to a sink",
		Example: "twilsim sinks test DG0123456789abcdef0123456789abcdef",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				tested, err := client.TestSink(ctx, args[0])
				return c.printSink(tested, err)
			})
		},
	}
}

func newSinksRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rm SID", Short: "remove a sink and its subscription",
		Long:    "Removes a sink with its subscription. Events that wait for it are dropped.",
		Example: "twilsim sinks rm DG0123456789abcdef0123456789abcdef",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				left, err := client.RemoveSink(ctx, args[0])
				if err != nil {
					return err
				}
				return c.printSinks(ctx, client, left)
			})
		},
	}
}

func newSinkEvents(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "events [FIELD=VALUE…]", Short: "list the events that went to sinks",
		Long: `Lists the events for sinks that fit all conditions, the newest first. The fields are
id, type, sink_sid, message_sid, status and attempts.`,
		Example: "twilsim sinks events status=retrying",
		Args:    failure.WantArgs(0, 20),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.SinkEvents(ctx, args, 0)
				if err != nil {
					return err
				}
				c.PrintAccount(client)
				return display.SinkEvents(c.UI, found)
			})
		},
	}
}

func (c *Commands) listSinks(ctx context.Context, client *control.Client) error {
	sinks, err := client.Sinks(ctx)
	if err != nil {
		return err
	}
	return c.printSinks(ctx, client, sinks)
}

func (c *Commands) printSinks(ctx context.Context, client *control.Client,
	sinks *control.Sinks) error {
	c.PrintAccount(client)
	return display.Sinks(c.UI, sinks)
}

// printSink passes an error on.
func (c *Commands) printSink(k *control.Sink, err error) error {
	if err != nil {
		return err
	}
	if c.UI.JSON {
		return c.UI.Encode(k)
	}
	c.UI.Printf("%s   %s   %s\n", k.SID, k.Destination, display.EventTypes(*k))
	return nil
}

// fullTypes returns types with what the names of all of them begin with.
func fullTypes(types []string) []string {
	const prefix = "com.twilio."
	var full []string
	for _, name := range types {
		full = append(full, prefix+strings.TrimPrefix(name, prefix))
	}
	return full
}
