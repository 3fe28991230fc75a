package accountcmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"twilsim/simulator/failure"
	"twilsim/simulator/host"
	"twilsim/simulator/storage"
	"twilsim/simulator/terminal"
)

func newData(c *Commands) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "check, compact or export the file of serve --data",
		Long: `Works with the file in which "twilsim serve --data FILE" stores everything, while no
simulator uses it. It is an SQLite database with the views messages, webhooks and alerts.`,
		Example: `twilsim data check shop.db
twilsim data export shop.db > shop.ndjson`,
		Args: c.Subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	as, secrets := "", false
	export := c.dataCommand("export FILE", "print what happened, as twilsim export does",
		func(file *storage.File, _ string) error {
			return host.ExportData(file, as, secrets, c.UI.Out)
		})
	export.Flags().StringVar(&as, "as", "ndjson", "the `FORMAT`: ndjson or har")
	export.Flags().BoolVar(&secrets, "show-secrets", false, "do not mask credentials")
	cmd.AddCommand(c.dataCommand("check FILE",
		"read the whole file, and exit 1 if it is damaged", c.checkData),
		c.dataCommand("compact FILE", "make the file as small as its contents",
			c.compactData), export)
	return cmd
}

// dataCommand is a subcommand that opens the file. It never makes a file: a misspelt name is an
// error. A file that a simulator uses is locked, and refused.
func (c *Commands) dataCommand(use, short string,
	work func(file *storage.File, path string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: "The file must not be in use by a simulator.",
		Example: "twilsim data " + use[:len(use)-4] + "shop.db",
		Args:    failure.WantArgs(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := storage.Open(args[0], storage.Options{Existing: true})
			if err != nil {
				return err
			}
			defer file.Close()
			return work(file, args[0])
		},
	}
}

// checkData prints what the file has even if it is damaged, and then returns an error for the exit
// status.
func (c *Commands) checkData(file *storage.File, path string) error {
	report, err := file.Check()
	switch {
	case err != nil:
		return err
	case c.UI.JSON:
		err = c.UI.Encode(report)
	default:
		c.UI.Printf("%s   %s, %d of them with work to do; %s, %s, %s\n", path,
			terminal.Count(report.Messages, "message"),
			report.Pending, terminal.Count(report.Webhooks, "webhook"),
			terminal.Count(report.Requests, "request"),
			terminal.Count(report.Alerts, "alert"))
	}
	for _, problem := range report.Problems {
		c.UI.Warnf("%s", problem)
	}
	if err == nil && len(report.Problems) > 0 {
		return fmt.Errorf("%s is damaged", path)
	}
	return err
}

func (c *Commands) compactData(file *storage.File, path string) error {
	before, after, err := file.Compact()
	if err != nil {
		return err
	}
	if c.UI.JSON {
		return c.UI.Encode(map[string]int64{"before": before, "after": after})
	}
	c.UI.Printf("%s   %d -> %d bytes\n", path, before, after)
	return nil
}
