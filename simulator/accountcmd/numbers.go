package accountcmd

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/address"
	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newNumbers(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error {
		return c.Ask(cmd.Context(), c.listNumbers)
	}
	cmd := &cobra.Command{
		Use:   "numbers",
		Short: "the account's phone numbers, and where their texts go",
		Long: `Lists the phone numbers and short codes of the account, adds and releases them, and
sets where texts to them go: a URL of your app, or the name of a TwiML Bin.`,
		Example: `twilsim numbers set +12025550100 http://localhost:3000/sms
twilsim numbers add +12025550101 hello
twilsim numbers rm +12025550101`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newNumbersSet(c, "add NUMBER [URL|BIN]", "add a number", 1),
		&cobra.Command{Use: "list", Short: "list the numbers", Args: failure.WantArgs(0, 0),
			RunE: list},
		newNumbersRemove(c),
		newNumbersSet(c, "set NUMBER [URL|BIN]", "set where texts to a number go", 1),
		newNumbersShow(c),
	)
	return cmd
}

// numberOptions are the flags of add and set. Whether one was given decides more than its value: ""
// is a value, too.
type numberOptions struct {
	method, fallback, fallbackMethod string
}

// newNumbersSet is add and set. add refuses a number that there is, and set one that there is not.
func newNumbersSet(c *Commands, use, short string, least int) *cobra.Command {
	var o numberOptions
	cmd := &cobra.Command{
		Use: use, Short: short, Args: failure.WantArgs(least, 2),
		Long: `Texts to the number go to an absolute URL or to a TwiML Bin; with "" they go nowhere.
What is not given stays as it is.`,
		Example: `twilsim numbers set +12025550100 http://localhost:3000/sms --fallback sorry
twilsim numbers set +12025550100 ""`,
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		var to control.NumberWebhook
		if len(args) > 1 {
			to.SmsURL = &args[1]
		}
		flags := cmd.Flags()
		for name, field := range map[string]**string{
			"method": &to.SmsMethod, "fallback": &to.SmsFallbackURL,
			"fallback-method": &to.SmsFallbackMethod,
		} {
			if f := flags.Lookup(name); f.Changed {
				value := f.Value.String()
				*field = &value
			}
		}
		return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
			if err := checkNumber(ctx, client, args[0], cmd.Name() == "add"); err != nil {
				return err
			}
			number, err := client.SetNumber(ctx, args[0], to)
			if err != nil {
				return err
			}
			return display.Number(c.UI, number)
		})
	}
	config.ChoiceVar(cmd.Flags(), &o.method, "method", "", []string{"GET", "POST"},
		"`METHOD` of the URL: GET or POST")
	cmd.Flags().StringVar(&o.fallback, "fallback", "", "the `URL` or bin to call when that fails")
	config.ChoiceVar(cmd.Flags(), &o.fallbackMethod, "fallback-method", "", []string{"GET", "POST"},
		"`METHOD` of the fallback: GET or POST")
	return cmd
}

// checkNumber refuses a new number that there is already, and an old one that there is not.
func checkNumber(ctx context.Context, client *control.Client, name string, isNew bool) error {
	numbers, err := client.Numbers(ctx)
	if err != nil {
		return err
	}
	there, number := false, e164(name)
	for _, n := range numbers.Numbers {
		there = there || n.PhoneNumber == number
	}
	switch {
	case there && isNew:
		return no("twilsim numbers set "+number, "the account has the number %s already", number)
	case !there && !isNew:
		return failure.Misuse("the account has no number %q", name).
			Try("twilsim numbers add " + name)
	}
	return nil
}

// e164 returns a number in the form of the API; blanks and hyphens are allowed. Any other word is
// returned unchanged, because the API says what is wrong with it.
func e164(word string) string {
	if number, err := address.Parse(word); err == nil {
		return number
	}
	return word
}

func newNumbersShow(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "show NUMBER", Short: "show a number", Args: failure.WantArgs(1, 1),
		Example: "twilsim numbers show +12025550100",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				number, err := client.Number(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Number(c.UI, number)
			})
		},
	}
}

func newNumbersRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rm NUMBER", Short: "release a number", Args: failure.WantArgs(1, 1),
		Long: "Releases a number: it leaves the account and the pool of its service, and cannot " +
			"be texted any more.",
		Example: "twilsim numbers rm +12025550101",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				numbers, err := client.RemoveNumber(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Numbers(c.UI, numbers)
			})
		},
	}
}

func (c *Commands) listNumbers(ctx context.Context, client *control.Client) error {
	numbers, err := client.Numbers(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.Numbers(c.UI, numbers)
}
