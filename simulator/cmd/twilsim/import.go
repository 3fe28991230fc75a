package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/terminal"
)

func newImport(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "give the simulator a history: NDJSON of export, or a HAR",
		Long:  manual.About("import"),
		Example: `twilsim import history.ndjson
twilsim import production.har
twilsim webhooks replay W1 --to http://localhost:3000/sms`,
		Args: failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := c.open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			return c.listen(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.importFile(ctx, client, args[0], file)
			})
		},
	}
}

// open opens a file, or standard input where its name is -.
func (c *cli) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.ui.In), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, failure.Unreadable("the history", name, err)
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		f.Close()
		return nil, failure.Misuse("cannot read the history %s",
			name).Cause("it is a directory").Try("twilsim import FILE")
	}
	return f, nil
}

func (c *cli) importFile(ctx context.Context, client *control.Client, name string,
	file io.Reader) error {
	got, err := client.Import(ctx, file)
	var refused *control.Error
	if errors.As(err, &refused) && refused.Status != http.StatusConflict {
		named := *refused
		named.Message = name + ": " + refused.Message
		return &named
	}
	if err != nil {
		return err
	}
	if c.ui.JSON {
		return c.ui.Encode(got)
	}
	c.ui.Printf("imported %s\n", strings.Join([]string{
		terminal.Count(got.Messages, "message"), terminal.Count(got.Webhooks,
			"webhook"), terminal.Count(got.Requests, "request"),
		terminal.Count(got.Alerts, "alert"), terminal.Count(got.Events, "event"),
	}, ", "))
	if got.Ignored > 0 {
		c.ui.Printf("ignored %d of the HAR's entries: neither a webhook nor a call of Twilio's API\n",
			got.Ignored)
	}
	return nil
}
