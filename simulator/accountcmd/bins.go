package accountcmd

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
)

func newBins(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.Ask(cmd.Context(), c.listBins) }
	cmd := &cobra.Command{
		Use:   "bins",
		Short: "TwiML Bins: documents that answer in place of an app",
		Long: `A TwiML Bin is a document that answers a text in place of an app. In it {{From}},
{{Body}} and the other parameters of the webhook stand for their values. A number, a service or a
fallback takes its name where a URL is expected.`,
		Example: `twilsim bins add hello hello.xml
twilsim numbers set +12025550100 hello
twilsim sms +12025550142 +12025550100 hi`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newBinsSet(c, "add", "make a bin of a file"),
		&cobra.Command{Use: "list", Short: "list the bins", Args: failure.WantArgs(0, 0),
			RunE: list},
		newBinsRemove(c),
		newBinsSet(c, "set", "change the document of a bin"),
		newBinsShow(c),
	)
	return cmd
}

// newBinsSet is add and set. add refuses a name that there is, and set one that there is not. A
// document of which nothing runs is only warned about: it may be what is to be tested.
func newBinsSet(c *Commands, verb, short string) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NAME FILE", Short: short, Args: failure.WantArgs(2, 2),
		Long: "The FILE has the document, " + `"-"` +
			" is standard input. A name has lower-case letters, digits and hyphens.",
		Example: "twilsim bins " + verb + " hello hello.xml",
		RunE: func(cmd *cobra.Command, args []string) error {
			document, err := c.readDocument(args[0], args[1])
			if err != nil {
				return err
			}
			if control.CheckTwiML(document).Verbs == 0 {
				c.UI.Warnf("nothing in %s runs; twilsim twiml %s says why", args[1],
					shell.Word(args[1]))
			}
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				if err := checkBin(ctx, client, args[0], verb == "add"); err != nil {
					return err
				}
				bin, err := client.SetBin(ctx, args[0], document)
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(bin)
				}
				c.UI.Printf("%s   %s\n", bin.Name, bin.URL)
				c.UI.Progressf("use it: twilsim numbers set NUMBER %s\n", bin.Name)
				return nil
			})
		},
	}
}

// checkBin refuses a new bin that there is already, and an old one that there is not. Somebody else
// may make or remove it before it is set; that is harmless, because set works in both cases.
func checkBin(ctx context.Context, client *control.Client, name string, isNew bool) error {
	bins, err := client.Bins(ctx)
	if err != nil {
		return err
	}
	there := false
	for _, bin := range bins.Bins {
		there = there || bin.Name == name
	}
	switch {
	case there && isNew:
		return no("twilsim bins set "+name+" FILE", "there is a bin %s already", name)
	case !there && !isNew:
		return failure.Misuse("there is no bin %q", name).Try("twilsim bins add " + name + " FILE")
	}
	return nil
}

// readDocument reads a file for a bin, or standard input for -.
func (c *Commands) readDocument(bin, path string) (string, error) {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(c.UI.In)
	} else {
		data, err = os.ReadFile(path)
	}
	switch {
	// a common mistake, for which "no such file" would be a riddle
	case err != nil && strings.HasPrefix(strings.TrimSpace(path), "<"):
		return "", failure.Misuse("the document is given in place of its file").
			Cause(reason.Of(err)).
			Try("echo " + shell.Quote(path) + " | twilsim bins add " + shell.Word(bin) + " -")
	case err != nil:
		return "", failure.Unreadable("the document", path, err)
	}
	return string(data), nil
}

func newBinsShow(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "print the document of a bin", Args: failure.WantArgs(1, 1),
		Long:    "Prints the document of a bin, by its name, SID or URL.",
		Example: "twilsim bins show hello",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				bin, err := client.Bin(ctx, args[0])
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(bin)
				}
				c.UI.Rawf("%s", terminal.Safe(terminal.CleanLines(bin.Body)))
				return nil
			})
		},
	}
}

func newBinsRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rm NAME", Short: "remove a bin", Args: failure.WantArgs(1, 1),
		Long:    "Removes a bin. One that answers for a number or a service is refused.",
		Example: "twilsim bins rm hello",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				bins, err := client.RemoveBin(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Bins(c.UI, bins)
			})
		},
	}
}

func (c *Commands) listBins(ctx context.Context, client *control.Client) error {
	bins, err := client.Bins(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.Bins(c.UI, bins)
}
