package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/child"
	"twilsim/simulator/failure"
	"twilsim/simulator/intercept"
	"twilsim/simulator/manual"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// formatNames are the formats of env, in the order of its help.
func formatNames() []string {
	return []string{"sh", "fish", "powershell", "dotenv", "github", "json"}
}

func newEnv(c *cli) *cobra.Command {
	proxy := false
	cmd := &cobra.Command{
		Use:   "env [sh|fish|powershell|dotenv|github|json]",
		Short: "print variables for your app",
		Long:  manual.About("env"),
		Example: `eval "$(twilsim env)"
twilsim env fish | source
twilsim env powershell | Out-String | Invoke-Expression
twilsim env dotenv > .env
twilsim env github >> "$GITHUB_ENV"
(eval "$(twilsim env --proxy)"; npm start)`,
		Args:      failure.WantArgs(0, 1),
		ValidArgs: formatNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			format := "sh"
			if len(args) > 0 {
				format = args[0]
			}
			return c.env(cmd.Context(), format, proxy)
		},
	}
	cmd.Flags().BoolVar(&proxy, "proxy", false,
		"also print the variables that lead all requests through the simulator's proxy")
	return cmd
}

// The values go to a shell that executes them, so child.Formats quotes them for its syntax.
func (c *cli) env(ctx context.Context, format string, proxy bool) error {
	write, known := child.Formats()[format]
	asJSON := format == "json" || c.ui.JSON
	if !known && !asJSON {
		f := failure.Misuse("unknown format %q", format)
		if near := suggest.Nearest(format, formatNames()); near != "" {
			return f.Try("twilsim env " + near)
		}
		return f.Try("one of " + strings.Join(formatNames(), " "))
	}
	p, err := c.find(ctx)
	if err != nil {
		return err
	}
	if proxy && !webhook.IsLocal(p.url) {
		return failure.Misuse("the proxy of %s has a CA that is not on this machine", p.url).
			Cause("a program here would not trust it").Try("twilsim exec --attach --url " + p.url +
			" -- CMD")
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	credentials, err := p.client().Credentials(ctx)
	if err != nil {
		return p.explain(err)
	}
	variables := child.Variables(p.url, p.token, credentials)
	if proxy {
		if variables, err = c.proxied(p, variables); err != nil {
			return err
		}
	}
	if asJSON {
		return c.ui.Encode(asObject(variables))
	}
	for _, v := range variables {
		c.ui.Rawf("%s\n", write(v))
	}
	return nil
}

// proxied returns the variables, preceded by those that lead requests through the simulator's
// proxy.
func (c *cli) proxied(p *place, simulator []child.Variable) ([]child.Variable, error) {
	_, trust, err := c.openTrust()
	if err != nil {
		return nil, err
	}
	e := child.Environment{
		Environment: intercept.Environment{Proxy: webhook.HostPort(p.url), Trust: trust,
			Getenv: c.getenv},
		Simulator: simulator,
	}
	var variables []child.Variable
	for _, setting := range e.Settings() {
		variables = append(variables, child.Variable{Name: setting.Name, Value: setting.Value})
	}
	return variables, nil
}

func asObject(variables []child.Variable) map[string]string {
	object := map[string]string{}
	for _, v := range variables {
		object[v.Name] = v.Value
	}
	return object
}
