package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/suggest"
)

// variable is one that an app reads.
type variable struct{ name, value string }

// envFormats are the ways to print variables, by name.
func envFormats() map[string]func(variable) string {
	return map[string]func(variable) string{
		"sh": func(v variable) string {
			return "export " + v.name + "='" + strings.ReplaceAll(v.value, "'", `'\''`) + "'"
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
	return &cobra.Command{
		Use:   "env [sh|fish|powershell|dotenv|github|json]",
		Short: "print variables for your app",
		Long: `Prints what an app needs to be the simulator's: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER and
TWILSIM_URL. The token is the simulator's, and good for nothing else.`,
		Example: `eval "$(twilsim env)"
twilsim env fish | source
twilsim env powershell | Out-String | Invoke-Expression
twilsim env dotenv > .env
twilsim env github >> "$GITHUB_ENV"`,
		Args:      wantArgs(0, 1),
		ValidArgs: formatNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			format := "sh"
			if len(args) > 0 {
				format = args[0]
			}
			return c.env(cmd.Context(), format)
		},
	}
}

func (c *cli) env(ctx context.Context, format string) error {
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
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	credentials, err := p.client().Credentials(ctx)
	if err != nil {
		return p.explain(err)
	}
	variables := p.variables(credentials)
	if asJSON {
		return c.ui.encode(asObject(variables))
	}
	for _, v := range variables {
		c.ui.printf("%s\n", write(v))
	}
	return nil
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
