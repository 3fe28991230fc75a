package accountcmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

func newPhone(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.Ask(cmd.Context(), c.listPhones) }
	cmd := &cobra.Command{
		Use:   "phone",
		Short: "handsets: on, rcs, off, landline, gone, opted-out",
		Long: `Lists the handsets that have sent a text or were set, and sets the state of a handset,
which decides the outcome of the messages sent to it from then on, and its name.`,
		Example: `twilsim phone set +12025550142 off
twilsim phone list`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "list the handsets", Args: failure.WantArgs(0, 0), RunE: list},
		newPhoneSet(c),
		newPhoneThreads(c),
		newPhoneRead(c),
	)
	return cmd
}

// phoneStates lists the outcome of a message to a handset in each state.
func phoneStates() string {
	var b strings.Builder
	for _, state := range carrier.HandsetStates() {
		outcome := state.Outcome()
		b.WriteString("  " + terminal.Pad(string(state), 12) +
			strings.TrimSpace(display.ErrorCode(outcome.Code)+" "+outcome.Text) + "\n")
	}
	return b.String()
}

func newPhoneSet(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "set NUMBER [STATE] [name=NAME]", Short: "set the state or the name of a handset",
		Args: failure.WantArgs(2, 3),
		Long: "Sets the state of a handset, its name, or both. A name is for people; name= takes it " +
			"away.\nThe outcome of messages to a handset in each state:\n\n" + phoneStates(),
		Example: "twilsim phone set +12025550142 off\ntwilsim phone set +12025550142 name=Ana",
		RunE: func(cmd *cobra.Command, args []string) error {
			change, err := phoneChange(args[1:])
			if err != nil {
				return err
			}
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				handset, err := client.SetPhone(ctx, args[0], change)
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(handset)
				}
				outcome := handset.State.Outcome()
				name := ""
				if handset.Name != "" {
					name = "   " + handset.Name
				}
				c.UI.Printf("%s%s   %s   messages to it: %s\n", handset.Number, name, handset.State,
					strings.TrimSpace(display.ErrorCode(outcome.Code)+" "+outcome.Text))
				return nil
			})
		},
	}
}

// phoneChange reads a state and a name, in any order.
func phoneChange(words []string) (control.Phone, error) {
	var change control.Phone
	for _, word := range words {
		name, isName := strings.CutPrefix(word, "name=")
		switch {
		case isName && change.Name == nil:
			change.Name = &name
		case isName || change.State != "":
			return change, failure.Misuse("%q is one word too many", word).
				Try("twilsim phone set +12025550142 off name=Ana")
		default:
			state, err := carrier.ParseHandsetState(word)
			if err != nil {
				return change, config.RuleError(err)
			}
			change.State = state
		}
	}
	return change, nil
}

func (c *Commands) listPhones(ctx context.Context, client *control.Client) error {
	phones, err := client.Phones(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.Handsets(c.UI, phones)
}

func newPhoneThreads(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "threads", Short: "list the conversations of the newest messages, and what is unread",
		Args: failure.WantArgs(0, 0),
		Long: `Lists the conversations of handsets among the newest 300 messages, the one with the newest
message first, with the number of texts that nobody has looked at: the console's page, or "phone
read", looks at them.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.Threads(ctx)
				if err != nil {
					return err
				}
				c.PrintAccount(client)
				return display.Threads(c.UI, found)
			})
		},
	}
}

func newPhoneRead(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "read ADDRESS", Short: "note that a conversation was looked at",
		Args:    failure.WantArgs(1, 1),
		Example: "twilsim phone read +12025550142",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				thread, err := client.ReadThread(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Threads(c.UI, &control.Threads{Threads: []*control.Thread{thread}})
			})
		},
	}
}
