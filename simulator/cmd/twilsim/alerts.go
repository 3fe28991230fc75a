package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
)

func newAlerts(c *cli) *cobra.Command {
	cmd := newAlertsList(c)
	cmd.Use = "alerts [FILTER]"
	cmd.Short = "list, show or acknowledge what went wrong, as Twilio's debugger does"
	cmd.Args = filterOrCommand
	cmd.AddCommand(newAlertsList(c), newAlertsGroups(c), newAlertsShow(c), newAlertsAck(c))
	return cmd
}

func newAlertsList(c *cli) *cobra.Command {
	limit := 50
	cmd := &cobra.Command{
		Use:   "list [FILTER]",
		Short: "list alerts, the newest first",
		Long: `Lists alerts, the newest first. A code is Twilio's, with its title; those that begin with
SIM- are twilsim's own hints, which "twilsim help hints" explains. "twilsim help filters" explains
filters.`,
		Example: `twilsim alerts
twilsim alerts 'level:error code:112*'
twilsim alerts acknowledged:false`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listAlerts(ctx, client, args, limit)
			})
		},
	}
	config.WholeVar(cmd.Flags(), &limit, "limit", limit, 0, "list no more than `N`; 0 lists all")
	return cmd
}

func (c *cli) listAlerts(ctx context.Context, client *control.Client, filter []string,
	limit int) error {
	found, err := client.Alerts(ctx, filterWords(filter, journal.AlertFields(), false), limit)
	if err != nil {
		return err
	}
	c.printAccount(client)
	var t terminal.Times
	if len(found.Alerts) > 0 && !c.ui.JSON {
		if t, err = display.Times(ctx, client); err != nil {
			return err
		}
	}
	return display.Alerts(c.ui, found, t)
}

func newAlertsGroups(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "groups [FILTER]", Short: "count the alerts by their code and title",
		Long: `Counts alerts by their code and title. OPEN is how many of them nobody has ` +
			`acknowledged.`,
		Example: "twilsim alerts groups since:5m",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listAlertGroups(ctx, client, args)
			})
		},
	}
}

func (c *cli) listAlertGroups(ctx context.Context, client *control.Client, filter []string) error {
	found, err := client.AlertGroups(ctx, filterWords(filter, journal.AlertFields(), false))
	if err != nil {
		return err
	}
	return display.AlertGroups(c.ui, found)
}

func newAlertsShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "show an alert: what went wrong, where, and what to try",
		Long:    "Shows an alert with the webhook or the API call and the message that it is about.",
		Example: "twilsim alerts show latest",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				a, err := client.Alert(ctx, args[0])
				if err != nil {
					return err
				}
				if c.ui.JSON {
					return c.ui.Encode(a)
				}
				return display.AlertInFull(ctx, c.ui, client, a)
			})
		},
	}
}

func newAlertsAck(c *cli) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "ack ID... | --all",
		Short: "mark alerts as read",
		Long: `Marks alerts as read, so that "twilsim alerts acknowledged:false" lists what is new.
Nothing else comes of it: to a scenario an alert is expected only where it says expect alert.`,
		Example: `twilsim alerts ack A4
twilsim alerts ack --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return failure.Misuse("name the alerts to acknowledge, or --all").
					Try("twilsim alerts ack latest").
					Try("twilsim alerts ack --all")
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				done, err := client.Acknowledge(ctx, control.Acknowledge{Alerts: args, All: all})
				if err != nil {
					return err
				}
				if c.ui.JSON {
					return c.ui.Encode(done)
				}
				names := cmp.Or(strings.Join(done.Acknowledged, " "), "none that was not")
				c.ui.Printf("acknowledged   %s   %s left\n", names, terminal.Count(done.Left, "alert"))
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "acknowledge all alerts")
	return cmd
}
