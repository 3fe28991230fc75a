package main

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/journal"
	"twilsim/simulator/sdkcall"
	"twilsim/simulator/terminal"
)

func newRequests(c *cli) *cobra.Command {
	cmd := newRequestsList(c)
	cmd.Use = "requests [FILTER]"
	cmd.Short = "list or show the API calls that your app made"
	cmd.Args = filterOrCommand
	cmd.AddCommand(newRequestsList(c), newRequestsShow(c), newRequestsCurl(c),
		newRequestsCode(c))
	return cmd
}

func newRequestsList(c *cli) *cobra.Command {
	limit := 50
	cmd := &cobra.Command{
		Use:   "list [FILTER]",
		Short: "list API calls, the newest first",
		Long: `Lists the calls that your app made to Twilio's API, the newest first. FOR is the message
that it is about, CODE is Twilio's error code, CLIENT is what made it. "twilsim help filters"
explains filters.`,
		Example: `twilsim requests
twilsim requests 'http:>=400 To=+12025550142'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.listRequests(ctx, client, args, limit)
			})
		},
	}
	config.WholeVar(cmd.Flags(), &limit, "limit", limit, 0, "list no more than `N`; 0 lists all")
	return cmd
}

func (c *cli) listRequests(ctx context.Context, client *control.Client, filter []string,
	limit int) error {
	found, err := client.Requests(ctx, filterWords(filter, journal.ExchangeFields(), true), limit)
	if err != nil {
		return err
	}
	c.printAccount(client)
	return display.Requests(c.ui, found)
}

func newRequestsShow(c *cli) *cobra.Command {
	var headers bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "show an API call: request and answer",
		Long: "Shows an API call: what your app asked for, and what it was answered. Its " +
			"credentials are not kept.",
		Example: "twilsim requests show latest --headers",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				x, err := client.Request(ctx, args[0])
				if err != nil {
					return err
				}
				x = x.Masked()
				if c.ui.JSON {
					return c.ui.Encode(x)
				}
				display.Request(c.ui, x, display.Options{Headers: headers})
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&headers, "headers", false, "show the headers and all parameters")
	return cmd
}

func newRequestsCurl(c *cli) *cobra.Command {
	var secrets bool
	cmd := &cobra.Command{
		Use:   "curl ID",
		Short: "print a curl command that makes the same call",
		Long: `Prints a command for a POSIX shell that makes the call again, to the simulator. The
credentials of your app are not kept: with --show-secrets the command has those of the account, else
it has none that work.`,
		Example: "twilsim requests curl latest --show-secrets | sh",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				command, err := client.CurlRequest(ctx, args[0], secrets)
				if err != nil {
					return err
				}
				return c.printCommand(command, secrets)
			})
		},
	}
	cmd.Flags().BoolVar(&secrets, "show-secrets", false, "have the account's token in the command")
	return cmd
}

func newRequestsCode(c *cli) *cobra.Command {
	language := "node"
	cmd := &cobra.Command{
		Use:   "code ID",
		Short: "print a program that makes the same call with one of Twilio's SDKs",
		Long: `Prints a program for Twilio's SDK: the SDK's own method where the call is about messages,
else its general request. The credentials come from the environment, so twilsim exec runs it against
the simulator.`,
		Example: "twilsim requests code latest --as python > call.py",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				code, err := client.CodeRequest(ctx, args[0], language)
				if err != nil {
					return err
				}
				if c.ui.JSON {
					return c.ui.Encode(map[string]string{"code": code})
				}
				c.ui.Rawf("%s", terminal.Safe(code))
				return nil
			})
		},
	}
	config.ChoiceVar(cmd.Flags(), &language, "as", language, sdkcall.Languages(),
		"the `LANGUAGE`: node, python or go")
	return cmd
}
