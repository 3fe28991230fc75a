package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/errcode"
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
		Long: `Lists alerts, the newest first. A code is Twilio's, with its title; those that begin with SIM- are twilsim's own hints,
which "twilsim help hints" explains. "twilsim help filters" explains filters.`,
		Example: `twilsim alerts
twilsim alerts 'level:error code:112*'
twilsim alerts acknowledged:false`,
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
	if err := c.printAccount(ctx, client); err != nil {
		return err
	}
	found, err := client.Alerts(ctx, filterWords(filter, journal.AlertFields(), false), limit)
	if err != nil {
		return err
	}
	var t terminal.Times
	if len(found.Alerts) > 0 && !c.ui.JSON {
		if t, err = display.Times(ctx, client); err != nil {
			return err
		}
	}
	err = terminal.List(c.ui, found.Alerts, []terminal.Column[*journal.Alert]{
		{Head: "ID", Value: func(a *journal.Alert) string { return a.Name }},
		{Head: "TIME", Value: func(a *journal.Alert) string { return strings.TrimSpace(c.ui.Stamp(a.At, t)) }},
		{Head: "LEVEL", Cell: func(a *journal.Alert) terminal.Cell {
			return terminal.Cell{Value: string(a.Level), Style: display.LevelStyle(a.Level)}
		}},
		{Head: "CODE", Value: func(a *journal.Alert) string { return a.Code }},
		{Head: "ACK", Value: func(a *journal.Alert) string { return display.YesOr(a.Acknowledged.Load()) }},
		{Head: "FOR", Value: func(a *journal.Alert) string { return cmp.Or(display.Short(a.SID), "-") }},
		{Head: "IN", Value: func(a *journal.Alert) string { return cmp.Or(a.Exchange, "-") }},
		{Head: "WHAT", Value: func(a *journal.Alert) string { return display.AlertText(a.Title, a.Text) }},
	})
	c.ui.Countf(len(found.Alerts), "alert", "%s%s", ofAll(len(found.Alerts), found.Count), display.Repeats(found.Alerts))
	return err
}

func newAlertsGroups(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "groups [FILTER]", Short: "count the alerts by their code and title",
		Long:    `Counts alerts by their code and title. OPEN is how many of them nobody has acknowledged.`,
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
	err = terminal.List(c.ui, found.Groups, []terminal.Column[*control.AlertGroup]{
		{Head: "CODE", Value: func(g *control.AlertGroup) string { return g.Code }},
		{Head: "LEVEL", Value: func(g *control.AlertGroup) string { return string(g.Level) }},
		{Head: "COUNT", Value: func(g *control.AlertGroup) string { return strconv.Itoa(g.Count) }},
		{Head: "OPEN", Value: func(g *control.AlertGroup) string { return strconv.Itoa(g.Open) }},
		{Head: "LATEST", Value: func(g *control.AlertGroup) string { return g.Last.Name }},
		{Head: "WHAT", Value: func(g *control.AlertGroup) string { return g.Title }},
	})
	c.ui.Countf(len(found.Groups), "kind", "")
	return err
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
				if c.ui.JSON {
					return c.ui.Encode(a)
				}
				return c.printAlert(ctx, client, a)
			})
		},
	}
}

func (c *cli) printAlert(ctx context.Context, client *control.Client, a *journal.Alert) error {
	u := c.ui
	u.Printf("%s   %s %s   %s%s\n", a.Name, u.Paint(display.LevelStyle(a.Level), string(a.Level)), a.Code, a.Title, display.Acknowledged(a))
	if a.Cause != "" {
		u.Printf("  cause     %s\n", a.Cause)
	}
	if a.Text != "" && a.Text != a.Title {
		u.Printf("  what      %s\n", a.Text)
	}
	if a.Line > 0 {
		u.Printf("  where     line %s, column %s of the TwiML\n", strconv.Itoa(a.Line), strconv.Itoa(a.Column))
	}
	next, err := c.printAbout(ctx, client, a)
	if err != nil {
		return err
	}
	if a.Try != "" {
		u.Printf("  try       %s\n", a.Try)
	}
	if code, err := strconv.Atoi(a.Code); err == nil {
		u.Printf("  docs      %s\n", errcode.Docs(code))
	} else {
		next = append(next, "twilsim help hints")
	}
	if a.Fact != "" {
		u.Printf("  fact      %s   twilsim facts %s\n", a.Fact, a.Fact)
	}
	if len(next) > 0 && !u.Quiet {
		u.Printf("  next      %s\n", strings.Join(next, "      "))
	}
	return nil
}

// printAbout prints the exchange and the message of an alert, and returns the commands that show more.
func (c *cli) printAbout(ctx context.Context, client *control.Client, a *journal.Alert) (next []string, err error) {
	if a.Exchange != "" {
		command, err := c.printExchange(ctx, client, a.Exchange)
		if err != nil {
			return nil, err
		}
		next = append(next, command)
	}
	if a.SID != "" {
		if err := c.printEnd(ctx, client, a.SID); err != nil {
			return nil, err
		}
		next = append(next, "twilsim messages show "+display.Short(a.SID))
	}
	return next, nil
}

// printExchange prints the request and the status of an exchange, and returns the command that shows
// more.
func (c *cli) printExchange(ctx context.Context, client *control.Client, name string) (command string, err error) {
	get, label, command := client.Webhook, "webhook ", "twilsim webhooks show "+name
	if strings.HasPrefix(name, "R") {
		get, label, command = client.Request, "request ", "twilsim requests show "+name
	}
	x, err := get(ctx, name)
	switch {
	case notKept(err):
		c.ui.Printf("  %s  %s (not kept any more)\n", label, name)
		return command, nil
	case err != nil:
		return "", err
	}
	c.ui.Printf("  %s  %s   %s %s\n", label, x.Name, x.Method, display.URL(x))
	if x.Dialed != "" {
		c.ui.Printf("  served at %s\n", x.Dialed)
	}
	if x.Status == 0 {
		c.ui.Printf("  response  %s   %s\n", c.ui.Paint(terminal.Red, "none"), terminal.Millis(x.Duration))
		return command, nil
	}
	contentType, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	c.ui.Printf("  response  %s   %s   %s   %s\n", c.ui.Paint(display.HTTPStyle(x.Status), display.HTTPText(x.Status)), terminal.Millis(x.Duration),
		cmp.Or(contentType, "no type"), excerpt(x.ResponseBody))
	return command, nil
}

// printEnd prints the present status of a message.
func (c *cli) printEnd(ctx context.Context, client *control.Client, sid string) error {
	m, err := client.Message(ctx, sid)
	switch {
	case notKept(err):
		c.ui.Printf("  message   %s (not kept any more)\n", sid)
		return nil
	case err != nil:
		return err
	}
	code := ""
	if m.ErrorCode != nil {
		code = " " + strconv.Itoa(*m.ErrorCode)
	}
	status := string(m.Status)
	c.ui.Printf("  message   %s   %s -> %s   %s\n", sid, display.Sender(m), m.To, c.ui.Paint(display.StatusStyle(status), status+code))
	return nil
}

// notKept reports whether the simulator answered that it does not have something.
func notKept(err error) bool {
	var e *control.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

func newAlertsAck(c *cli) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "ack ID... | --all",
		Short: "mark alerts as read",
		Long: `Marks alerts as read, so that "twilsim alerts acknowledged:false" lists what is new. Nothing else comes of it: to a scenario an
alert is expected only where it says expect alert.`,
		Example: `twilsim alerts ack A4
twilsim alerts ack --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return misuse("name the alerts to acknowledge, or --all").try("twilsim alerts ack latest").try("twilsim alerts ack --all")
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
