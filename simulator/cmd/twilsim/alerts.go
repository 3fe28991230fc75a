package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
)

func newAlerts(c *cli) *cobra.Command {
	cmd := newAlertsList(c)
	cmd.Use = "alerts [FILTER]"
	cmd.Short = "list or show what went wrong, as Twilio's debugger does"
	cmd.Args = filterOrCommand
	cmd.AddCommand(newAlertsList(c), newAlertsShow(c))
	return cmd
}

func newAlertsList(c *cli) *cobra.Command {
	limit := 50
	cmd := &cobra.Command{
		Use:   "list [FILTER]",
		Short: "list alerts, the newest first",
		Long: `Lists alerts, the newest first. A code is Twilio's, with its title; those that begin with SIM- are twilsim's own hints.
"twilsim help filters" explains filters.`,
		Example: `twilsim alerts
twilsim alerts 'level:error code:112*'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listAlerts(ctx, client, args, limit)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "list no more than `N`; 0 lists all")
	return cmd
}

func (c *cli) listAlerts(ctx context.Context, client *control.Client, filter []string, limit int) error {
	found, err := client.Alerts(ctx, filterWords(filter, journal.AlertFields(), false), limit)
	if err != nil {
		return err
	}
	if c.ui.json {
		for _, a := range found.Alerts {
			if err := c.ui.encode(a); err != nil {
				return err
			}
		}
		return nil
	}
	if len(found.Alerts) > 0 {
		t, err := timesOf(ctx, client)
		if err != nil {
			return err
		}
		c.ui.table(c.alertTable(found.Alerts, t))
	}
	c.ui.progressf("%s%s\n", count(len(found.Alerts), "alert"), ofAll(len(found.Alerts), found.Matched))
	return nil
}

func (c *cli) alertTable(alerts []*journal.Alert, times times) *grid {
	t := &grid{head: []string{"ID", "TIME", "LEVEL", "CODE", "FOR", "IN", "WHAT"}}
	for _, a := range alerts {
		t.addCells(cell{value: a.Name}, cell{value: strings.TrimSpace(c.ui.stamp(a.At, times))}, cell{string(a.Level), levelStyle(a.Level)},
			cell{value: a.Code}, cell{value: or(short(a.SID), "-")}, cell{value: or(a.Exchange, "-")}, cell{value: alertText(a.Title, a.Text)})
	}
	return t
}

func levelStyle(l journal.Level) string {
	if l == journal.LevelWarning {
		return yellow
	}
	return red
}

func newAlertsShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "show an alert: what went wrong, where, and what to try",
		Long:    "Shows an alert with the webhook or the API call and the message that it is about.",
		Example: "twilsim alerts show latest",
		Args:    wantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				a, err := client.Alert(ctx, args[0])
				if err != nil {
					return err
				}
				if c.ui.json {
					return c.ui.encode(a)
				}
				return c.printAlert(ctx, client, a)
			})
		},
	}
}

func (c *cli) printAlert(ctx context.Context, client *control.Client, a *journal.Alert) error {
	u := c.ui
	u.printf("%s   %s %s   %s\n", a.Name, u.paint(levelStyle(a.Level), string(a.Level)), a.Code, a.Title)
	if a.Text != "" && a.Text != a.Title {
		u.printf("  what      %s\n", a.Text)
	}
	if a.Line > 0 {
		u.printf("  where     line %s, column %s of the TwiML\n", strconv.Itoa(a.Line), strconv.Itoa(a.Column))
	}
	var next []string
	if a.Exchange != "" {
		command, err := c.printCause(ctx, client, a.Exchange)
		if err != nil {
			return err
		}
		next = append(next, command)
	}
	if a.SID != "" {
		u.printf("  message   %s\n", a.SID)
		next = append(next, "twilsim messages show "+short(a.SID))
	}
	if a.Try != "" {
		u.printf("  try       %s\n", a.Try)
	}
	if !strings.HasPrefix(a.Code, "SIM-") {
		u.printf("  docs      https://www.twilio.com/docs/api/errors/%s\n", a.Code)
	}
	if len(next) > 0 && !u.quiet {
		u.printf("  next      %s\n", strings.Join(next, "      "))
	}
	return nil
}

// printCause prints the exchange that raised an alert, and returns the command that shows more of it.
func (c *cli) printCause(ctx context.Context, client *control.Client, name string) (command string, err error) {
	get, label, command := client.Webhook, "webhook ", "twilsim webhooks show "+name
	if strings.HasPrefix(name, "R") {
		get, label, command = client.Request, "request ", "twilsim requests show "+name
	}
	x, err := get(ctx, name)
	var e *control.Error
	switch {
	case errors.As(err, &e) && e.Status == http.StatusNotFound:
		c.ui.printf("  %s  %s (not kept any more)\n", label, name)
		return command, nil
	case err != nil:
		return "", err
	}
	answer := "no answer"
	if x.Status != 0 {
		answer = httpText(x.Status)
	}
	c.ui.printf("  %s  %s   %s %s   %s   %s\n", label, x.Name, x.Method, x.URL, c.ui.paint(httpStyle(x.Status), answer),
		millis(x.Duration))
	return command, nil
}
