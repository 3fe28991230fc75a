package accountcmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newServices(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error {
		return c.Ask(cmd.Context(), c.listServices)
	}
	cmd := &cobra.Command{
		Use:   "services",
		Short: "Messaging Services and their senders",
		Long: `Lists the Messaging Services of the account, and makes, changes and removes them, as
your app can through Twilio's API, /v1/Services. A service is named by its SID or its name.`,
		Example: `twilsim services add shop --sender +12025550100 --sender SHOP
twilsim services set shop --advanced-opt-out=on`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newServicesChange(c, "add NAME", "make a service"),
		&cobra.Command{Use: "list", Short: "list the services, the newest first",
			Args: failure.WantArgs(0, 0),
			RunE: list},
		newServicesRemove(c),
		newServicesChange(c, "set SERVICE", "change a service and its senders"),
		newServicesShow(c),
	)
	return cmd
}

// serviceFlags are the flags of add and set.
type serviceFlags struct {
	name, inbound, fallback, status, onNumber, advanced string
	senders, removed                                    []string
}

// newServicesChange is add and set.
func newServicesChange(c *Commands, use, short string) *cobra.Command {
	var o serviceFlags
	cmd := &cobra.Command{
		Use: use, Short: short, Args: failure.WantArgs(1, 1),
		Long: `What is not given stays as it is, or has Twilio's default in a new service. With
Advanced Opt-Out, which Twilio offers only in its console, the webhook of a text such as STOP has
the parameter OptOutType.`,
		Example: "twilsim services set shop --inbound http://localhost:3000/sms",
	}
	isNew := cmd.Name() == "add"
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		settings := o.settings(cmd.Flags())
		return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
			var service *control.Service
			var err error
			if isNew {
				settings.FriendlyName = &args[0]
				service, err = client.AddService(ctx, settings)
			} else {
				service, err = client.SetService(ctx, args[0], settings)
			}
			if err != nil {
				return err
			}
			return display.Service(c.UI, service)
		})
	}
	flags := cmd.Flags()
	if !isNew {
		flags.StringVar(&o.name, "name", "", "a new `NAME`")
		flags.StringArrayVar(&o.removed, "remove-sender", nil,
			"take the `SENDER` out of the pool; may be repeated")
	}
	flags.StringArrayVar(&o.senders, "sender", nil,
		"put the `SENDER`, a number of the account or a name, into the pool; may be repeated")
	flags.StringVar(&o.inbound, "inbound", "", "the `URL` or bin to which texts to the service go")
	flags.StringVar(&o.fallback, "fallback", "", "the `URL` or bin to call when that fails")
	flags.StringVar(&o.status, "status-callback", "", "the `URL` of its callbacks")
	config.ChoiceVar(flags, &o.onNumber, "inbound-on-number", "", []string{"on", "off"},
		"`STATE`, on or off: texts go to the webhook of the number")
	config.ChoiceVar(flags, &o.advanced, "advanced-opt-out", "", []string{"on", "off"},
		"`STATE`: on or off")
	return cmd
}

// settings returns what the flags that were given change. A flag that was given counts, also with
// an empty value: --inbound "" takes the URL away.
func (o *serviceFlags) settings(flags *pflag.FlagSet) control.ServiceSettings {
	to := control.ServiceSettings{AddSenders: o.senders, RemoveSenders: o.removed}
	for name, set := range map[string]struct {
		field **string
		value *string
	}{
		"name": {&to.FriendlyName, &o.name}, "inbound": {&to.InboundRequestURL, &o.inbound},
		"fallback": {&to.FallbackURL, &o.fallback}, "status-callback": {&to.StatusCallback,
			&o.status},
	} {
		if flags.Changed(name) {
			*set.field = set.value
		}
	}
	for name, set := range map[string]struct {
		field **bool
		value string
	}{
		"inbound-on-number": {&to.UseInboundWebhookOnNumber,
			o.onNumber}, "advanced-opt-out": {&to.AdvancedOptOut, o.advanced},
	} {
		if !flags.Changed(name) {
			continue
		}
		on := set.value == "on"
		*set.field = &on
	}
	return to
}

func newServicesShow(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "show SERVICE", Short: "show a service and its senders", Args: failure.WantArgs(1, 1),
		Example: "twilsim services show shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				service, err := client.Service(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Service(c.UI, service)
			})
		},
	}
}

func newServicesRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rm SERVICE", Short: "remove a service", Args: failure.WantArgs(1, 1),
		Long:    "Removes a service. Its senders stay in the account.",
		Example: "twilsim services rm shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				services, err := client.RemoveService(ctx, args[0])
				if err != nil {
					return err
				}
				return display.Services(c.UI, services)
			})
		},
	}
}

func (c *Commands) listServices(ctx context.Context, client *control.Client) error {
	services, err := client.Services(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.Services(c.UI, services)
}
