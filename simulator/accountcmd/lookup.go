package accountcmd

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/failure"
	"twilsim/simulator/lookup"
	"twilsim/simulator/terminal"
)

func newLookup(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error {
		return c.Ask(cmd.Context(), c.listLookups)
	}
	cmd := &cobra.Command{
		Use:   "lookup",
		Short: "what Twilio's Lookup says about numbers",
		Long: `Lists and sets what Twilio's Lookup says about numbers: the line type, the carrier,
the caller's name and more. Without a setting, the line type comes from the handset and
the digits.`,
		Example: "twilsim lookup set +12025550142 type=landline\ntwilsim lookup list",
		Args:    c.Subcommand,
		RunE:    list,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "list what is set", Args: failure.WantArgs(0, 0), RunE: list},
		newLookupSet(c),
	)
	return cmd
}

func newLookupSet(c *Commands) *cobra.Command {
	var fields strings.Builder
	names, help := lookup.Fields()
	for i, name := range names {
		fields.WriteString("  " + terminal.Pad(name, 15) + help[i] + "\n")
	}
	return &cobra.Command{
		Use: "set NUMBER FIELD=VALUE…", Short: "set what Lookup says about a number",
		Args: failure.WantArgs(2, 20),
		Long: "Sets fields of a number. An empty value, as in type=, takes a field back to its " +
			"default.\nThe fields:\n\n" + fields.String(),
		Example: "twilsim lookup set +12025550142 type=landline carrier='Old Telco'",
		RunE: func(cmd *cobra.Command, args []string) error {
			values := map[string]string{}
			for _, word := range args[1:] {
				name, value, ok := strings.Cut(word, "=")
				if !ok {
					return failure.Misuse("%q is not FIELD=VALUE", word).
						Try("twilsim lookup set +12025550142 type=landline")
				}
				values[name] = value
			}
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				entry, err := client.SetLookup(ctx, args[0], values)
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(entry)
				}
				c.UI.Printf("%s   %s\n", entry.Number, lookupValues(*entry))
				return nil
			})
		},
	}
}

func (c *Commands) listLookups(ctx context.Context, client *control.Client) error {
	lookups, err := client.Lookups(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	err = terminal.List(c.UI, lookups.Numbers, []terminal.Column[lookup.Entry]{
		{Head: "NUMBER", Value: func(e lookup.Entry) string { return e.Number }},
		{Head: "SET", Value: lookupValues},
	})
	c.UI.Countf(len(lookups.Numbers), "number", "")
	return err
}

// lookupValues returns what is set for a number: carrier=A type=mobile.
func lookupValues(e lookup.Entry) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(e.Values)) {
		words = append(words, name+"="+e.Values[name])
	}
	if words == nil {
		return "nothing is set"
	}
	return strings.Join(words, " ")
}
