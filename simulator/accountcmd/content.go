package accountcmd

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/content"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newContent(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error {
		return c.Ask(cmd.Context(), c.listTemplates)
	}
	cmd := &cobra.Command{
		Use:   "content",
		Short: "content templates, and WhatsApp's decisions about them",
		Long: `Content templates are messages with variables that an app sends by their
ContentSid. WhatsApp reviews them: a template that an app submits is approved
after five minutes of the account's clock. approve, reject, pause and disable
decide at once, and later, as WhatsApp does. A template is given by its SID or
its friendly name.`,
		Example: `twilsim content add hello 'Hello {{1}}, your order is ready.'
twilsim content approve hello
twilsim content pause hello`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newContentAdd(c),
		newContentReview(c, "approve", content.Approved, "approve a template"),
		newContentReview(c, "disable", content.Disabled, "disable a template, for good"),
		&cobra.Command{Use: "list", Short: "list the templates",
			Args: failure.WantArgs(0, 0), RunE: list},
		newContentReview(c, "pause", content.Paused,
			"pause a template, as after complaints of users"),
		newContentReview(c, "reject", content.Rejected, "reject a template"),
		newContentRemove(c),
		newContentShow(c),
	)
	return cmd
}

func newContentAdd(c *Commands) *cobra.Command {
	variables := []string{}
	language, sid := "", ""
	cmd := &cobra.Command{
		Use:   "add NAME TEXT|FILE",
		Short: "make a template of a text, or of a file",
		Args:  failure.WantArgs(2, 2),
		Long: `Makes a template. A TEXT makes one of the type twilio/text. A FILE, whose name
ends with .json, has the body that the Content API takes: language, variables
and types; "-" is standard input.`,
		Example: `twilsim content add hello 'Hello {{1}}!' --variable 1=Ana
twilsim content add reminder reminder.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			made, err := c.newTemplate(args[0], args[1])
			if err != nil {
				return err
			}
			made.SID = sid
			if language != "" {
				made.Language = language
			}
			for _, word := range variables {
				key, sample, ok := strings.Cut(word, "=")
				if !ok {
					return failure.Misuse("%q is not KEY=SAMPLE", word).Try("--variable 1=Ana")
				}
				if made.Variables == nil {
					made.Variables = map[string]string{}
				}
				made.Variables[key] = sample
			}
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				t, err := client.AddTemplate(ctx, made)
				if err != nil {
					return err
				}
				return display.Template(c.UI, t)
			})
		},
	}
	cmd.Flags().StringArrayVar(&variables, "variable", nil,
		"the sample of a variable, `KEY=SAMPLE`; may be repeated")
	cmd.Flags().StringVar(&language, "language", "", "the `CODE` of the language; by default en")
	cmd.Flags().StringVar(&sid, "sid", "", "the `SID` that the app knows, HX and 32 hex digits")
	return cmd
}

// newTemplate makes the body of a template from a text, or from a file. The file is parsed here so
// that an error names it; the simulator checks the rest.
func (c *Commands) newTemplate(name, source string) (control.NewTemplate, error) {
	made := control.NewTemplate{FriendlyName: name, Language: "en"}
	if source != "-" && !strings.HasSuffix(source, ".json") {
		types, err := json.Marshal(map[string]any{"twilio/text": map[string]string{"body": source}})
		made.Types = types
		return made, err
	}
	document, err := c.readDocument("NAME", source)
	if err != nil {
		return made, err
	}
	d, err := content.ParseDraft([]byte(document))
	if err != nil {
		return made, failure.Misuse("%s: %v", source, err).Try("twilsim help content add")
	}
	if d.Language != nil {
		made.Language = *d.Language
	}
	made.Variables = d.Variables
	made.Types, err = json.Marshal(d.Types)
	return made, err
}

func newContentReview(
	c *Commands, verb string, status content.Status, short string) *cobra.Command {
	reason := ""
	cmd := &cobra.Command{
		Use: verb + " TEMPLATE", Short: short, Args: failure.WantArgs(1, 1),
		Long: strings.ToUpper(short[:1]) + short[1:] +
			", as WhatsApp does. One that was never submitted gets a name and the category " +
			"UTILITY.",
		Example: "twilsim content " + verb + " hello",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				t, err := client.Review(ctx, args[0], control.Review{Status: status,
					Reason: reason})
				if err != nil {
					return err
				}
				return display.Template(c.UI, t)
			})
		},
	}
	if status == content.Rejected {
		cmd.Flags().StringVar(&reason, "reason", "", "the `TEXT` of rejection_reason")
	}
	return cmd
}

func newContentShow(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "show TEMPLATE", Short: "show a template", Args: failure.WantArgs(1, 1),
		Long:    "Shows a template: its types, the samples of its variables, and its approval.",
		Example: "twilsim content show hello",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				t, err := client.Template(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Template(c.UI, t)
			})
		},
	}
}

func newContentRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rm TEMPLATE", Short: "remove a template", Args: failure.WantArgs(1, 1),
		Long: "Removes a template. A message that is still to be sent on WhatsApp then fails " +
			"with 63027.",
		Example: "twilsim content rm hello",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				left, err := client.RemoveTemplate(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Templates(c.UI, left)
			})
		},
	}
}

func (c *Commands) listTemplates(ctx context.Context, client *control.Client) error {
	list, err := client.Templates(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.Templates(c.UI, list)
}
