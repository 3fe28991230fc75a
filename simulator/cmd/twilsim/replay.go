package main

import (
	"context"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
)

// replayOptions are the flags of webhooks replay.
type replayOptions struct {
	set   []string
	to    string
	times int
	fail  bool
}

func newWebhooksReplay(c *cli) *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay ID",
		Short: "make a webhook again, signed again",
		Long: `Makes a webhook's request again, signed again: the same parameters with --set over them, to the same URL or to --to. It is
a webhook of its own, with its own ID.`,
		Example: `twilsim webhooks replay latest
twilsim webhooks replay W32 --set ErrorCode=30007 --to http://localhost:3001/status --times 2`,
		Args: wantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			params, err := assignments("--set", o.set)
			if err != nil {
				return err
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				made, err := client.Replay(ctx, args[0], control.Replay{Params: params, URL: o.to, Times: o.times})
				if err != nil {
					return err
				}
				return c.printReplays(made.Webhooks, o.fail)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&o.set, "set", nil, "set a parameter, `NAME=VALUE`; may be repeated")
	flags.StringVar(&o.to, "to", "", "send it to this `URL`")
	flags.IntVar(&o.times, "times", 1, "send it `N` times")
	flags.BoolVar(&o.fail, "fail", false, "exit 1 when an answer is not 2xx")
	return cmd
}

func (c *cli) printReplays(made []*journal.Exchange, fail bool) error {
	failed := false
	for _, x := range made {
		failed = failed || x.Status < 200 || x.Status > 299
		if c.ui.json {
			if err := c.ui.encode(x); err != nil {
				return err
			}
			continue
		}
		status := c.ui.paint(httpStyle(x.Status), strconv.Itoa(x.Status))
		if x.Status == 0 {
			status = c.ui.paint(red, x.Error)
		}
		if len(made) > 1 {
			c.ui.printf("%s   %s   %s\n", x.Name, status, millis(x.Duration))
			continue
		}
		c.ui.printf("%s   replay of %s   signed again   %s %s   %s   %s\n", x.Name, x.ReplayOf, x.Method, x.URL, status, millis(x.Duration))
	}
	if failed && fail {
		return &failure{code: exitNo}
	}
	return nil
}

// httpText is a status with its words: 500 Internal Server Error.
func httpText(status int) string {
	if words := http.StatusText(status); words != "" {
		return strconv.Itoa(status) + " " + words
	}
	return strconv.Itoa(status)
}
