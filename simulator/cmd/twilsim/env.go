package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/shell"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// variable is one that an app reads.
type variable struct{ name, value string }

// envFormats are the ways to print variables, by name.
func envFormats() map[string]func(variable) string {
	return map[string]func(variable) string{
		"sh": func(v variable) string {
			return "export " + v.name + "=" + shell.Quote(v.value)
		},
		"fish": func(v variable) string {
			return "set -gx " + v.name + " '" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(v.value) + "'"
		},
		"powershell": func(v variable) string {
			return "$env:" + v.name + " = '" + strings.ReplaceAll(v.value, "'", "''") + "'"
		},
		"dotenv": func(v variable) string { return v.name + "=" + strconv.Quote(v.value) },
		"github": func(v variable) string { return v.name + "=" + v.value },
	}
}

func formatNames() []string { return []string{"sh", "fish", "powershell", "dotenv", "github", "json"} }

func newEnv(c *cli) *cobra.Command {
	proxy := false
	cmd := &cobra.Command{
		Use:   "env [sh|fish|powershell|dotenv|github|json]",
		Short: "print variables for your app",
		Long: `Prints what an app needs to be the simulator's: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER and
TWILSIM_URL. The token is the simulator's, and good for nothing else.

With --proxy there are the variables too that lead all traffic of a program through the simulator's proxy, where that to
*.twilio.com ends, and that make it believe the local CA: for an app whose SDK cannot be told where Twilio is. They are for
one shell or one process: when the simulator stops, nothing gets out of there. "twilsim exec --attach -- CMD" sets the same for
one command alone, and "twilsim exec --print-env" says why each is there.`,
		Example: `eval "$(twilsim env)"
twilsim env fish | source
twilsim env powershell | Out-String | Invoke-Expression
twilsim env dotenv > .env
twilsim env github >> "$GITHUB_ENV"
(eval "$(twilsim env --proxy)"; npm start)`,
		Args:      wantArgs(0, 1),
		ValidArgs: formatNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			format := "sh"
			if len(args) > 0 {
				format = args[0]
			}
			return c.env(cmd.Context(), format, proxy)
		},
	}
	cmd.Flags().BoolVar(&proxy, "proxy", false, "print the variables as well that lead all traffic through the simulator's proxy")
	return cmd
}

func (c *cli) env(ctx context.Context, format string, proxy bool) error {
	write, known := envFormats()[format]
	asJSON := format == "json" || c.ui.json
	if !known && !asJSON {
		f := misuse("unknown format %q", format)
		if near := suggest.Nearest(format, formatNames()); near != "" {
			return f.try("twilsim env " + near)
		}
		return f.try("one of " + strings.Join(formatNames(), " "))
	}
	p, err := c.find(ctx)
	if err != nil {
		return err
	}
	if proxy && !webhook.IsLocal(p.url) {
		return misuse("the proxy of %s has a CA that is not on this machine", p.url).
			cause("a program here would not believe it").try("twilsim exec --attach --url " + p.url + " -- CMD")
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	credentials, err := p.client().Credentials(ctx)
	if err != nil {
		return p.explain(err)
	}
	variables := p.variables(credentials)
	if proxy {
		if variables, err = c.proxied(p, variables); err != nil {
			return err
		}
	}
	if asJSON {
		return c.ui.encode(asObject(variables))
	}
	for _, v := range variables {
		c.ui.printf("%s\n", write(v))
	}
	return nil
}

// proxied returns the variables with those that lead through the simulator's proxy before them.
func (c *cli) proxied(p *place, simulator []variable) ([]variable, error) {
	_, trust, err := c.openTrust()
	if err != nil {
		return nil, err
	}
	s := surroundings{
		Environment: intercept.Environment{Proxy: webhook.HostPort(p.url), Trust: trust, Getenv: c.getenv}, simulator: simulator,
	}
	var variables []variable
	for _, setting := range s.settings() {
		variables = append(variables, variable{setting.Name, setting.Value})
	}
	return variables, nil
}

// variables are what an app needs to know of the simulator at this place.
func (p *place) variables(credentials *control.Credentials) []variable {
	variables := []variable{
		{"TWILIO_ACCOUNT_SID", credentials.AccountSID},
		{"TWILIO_AUTH_TOKEN", credentials.AuthToken},
	}
	if len(credentials.PhoneNumbers) > 0 {
		variables = append(variables, variable{"TWILIO_PHONE_NUMBER", credentials.PhoneNumbers[0]})
	}
	variables = append(variables, variable{"TWILSIM_URL", p.url})
	if p.token != "" {
		variables = append(variables, variable{"TWILSIM_ACCESS_TOKEN", p.token})
	}
	return variables
}

func asObject(variables []variable) map[string]string {
	object := map[string]string{}
	for _, v := range variables {
		object[v.name] = v.value
	}
	return object
}
