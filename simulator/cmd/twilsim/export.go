package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/messaging"
)

// exportOptions are the flags of export.
type exportOptions struct {
	as      string
	since   time.Duration
	secrets bool
	record  recordOptions
}

func newExport(c *cli) *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export [FILTER|ID]",
		Short: "print what happened: as NDJSON, HAR or a scenario",
		Long:  manual.About("export"),
		Example: `twilsim export > history.ndjson
twilsim export --as har --since 10m > webhooks.har
twilsim export 'to:+12025550142 status:undelivered'
twilsim export --as scenario latest`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.listen(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.export(ctx, client, args, o)
			})
		},
	}
	flags := cmd.Flags()
	config.ChoiceVar(flags, &o.as, "as", "ndjson", []string{"ndjson", "har", "scenario"},
		"the `FORMAT`: ndjson, har or scenario")
	config.AgeVar(flags, &o.since, "since",
		"only what is no older than this `TIME`, by the simulator's clock")
	flags.BoolVar(&o.secrets, "show-secrets", false, "do not mask credentials")
	o.record.addFlags(flags)
	return cmd
}

// export writes to the output as it reads, so a history of any size needs little memory. An error
// that comes late leaves a part of the output.
func (c *cli) export(ctx context.Context, client *control.Client, args []string,
	o exportOptions) error {
	if o.as == "scenario" {
		if len(args) != 1 || o.since != 0 {
			return failure.Misuse("a scenario is about one message").
				Try("twilsim export --as scenario latest")
		}
		text, err := c.record(ctx, client, args[0], o.record)
		if err != nil {
			return err
		}
		_, err = c.ui.Out.Write(text)
		return err
	}
	words, err := exportWords(ctx, client, args, o.since)
	if err != nil {
		return err
	}
	stream, err := client.Export(ctx, control.Export{As: o.as, Words: words, Secrets: o.secrets})
	if err != nil {
		return err
	}
	defer stream.Close()
	_, err = io.Copy(c.ui.Out, stream)
	return err
}

// exportWords makes a filter of the arguments: one that is not a condition names a message.
func exportWords(ctx context.Context, client *control.Client, args []string,
	since time.Duration) ([]string, error) {
	var words []string
	if since > 0 {
		words = append(words, "since:"+since.String())
	}
	if len(args) == 1 && !strings.ContainsAny(args[0], ":=!") {
		m, err := client.Message(ctx, args[0])
		if err != nil {
			return nil, err
		}
		return append(words, "sid:"+m.SID), nil
	}
	return append(words, filterWords(args, messaging.MessageFields(), false)...), nil
}
