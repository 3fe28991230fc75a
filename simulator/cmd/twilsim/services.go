package main

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/terminal"
)

func newServices(c *cli) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.listServices) }
	cmd := &cobra.Command{
		Use:   "services",
		Short: "Messaging Services: list them, or switch Advanced Opt-Out",
		Long: `Lists the Messaging Services that your app created through Twilio's API, and changes the one setting that Twilio
offers only in its console.`,
		Example: `twilsim services list
twilsim services set MG0123456789abcdef0123456789abcdef --advanced-opt-out=on`,
		Args: subcommands,
		RunE: list,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "list the services, the newest first", Args: wantArgs(0, 0), RunE: list},
		newServicesSet(c),
	)
	return cmd
}

func newServicesSet(c *cli) *cobra.Command {
	var advanced string
	cmd := &cobra.Command{
		Use:   "set SID",
		Short: "switch Advanced Opt-Out on or off",
		Long: `Changes a Messaging Service. With Advanced Opt-Out the webhook of a text such as STOP has the parameter OptOutType.
Everything else about a service is set through Twilio's API, /v1/Services.`,
		Example: "twilsim services set MG0123456789abcdef0123456789abcdef --advanced-opt-out=on",
		Args:    wantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if advanced == "" {
				return misuse("--advanced-opt-out is missing").
					try("--advanced-opt-out=on", "--advanced-opt-out=off")
			}
			on := advanced == "on"
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				service, err := client.SetService(ctx, args[0], control.ServiceSettings{AdvancedOptOut: &on})
				if err != nil {
					return err
				}
				if c.ui.JSON {
					return c.ui.Encode(service)
				}
				c.ui.Printf("%s   %s   advanced opt-out %s\n", service.SID, terminal.Quoted(service.FriendlyName), advanced)
				return nil
			})
		},
	}
	config.ChoiceVar(cmd.Flags(), &advanced, "advanced-opt-out", "", []string{"on", "off"},
		"`STATE`: on or off")
	return cmd
}

func (c *cli) listServices(ctx context.Context, client *control.Client) error {
	if err := c.printAccount(ctx, client); err != nil {
		return err
	}
	services, err := client.Services(ctx)
	if err != nil {
		return err
	}
	return display.Services(c.ui, services)
}
