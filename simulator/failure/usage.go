package failure

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/suggest"
)

// OfFlag returns the error for a wrong flag, with a suggestion.
func OfFlag(cmd *cobra.Command, err error) error {
	f := &Error{Code: Usage, What: err.Error(), Err: err}
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		flag := invalid.GetFlag()
		wrong := Of(config.OptionError(flag, invalid.GetValue(), invalid.Unwrap()))
		if len(wrong.Rows) > 0 {
			return wrong
		}
		f.What = wrong.What
	}
	help := "twilsim help" + strings.TrimPrefix(cmd.CommandPath(), "twilsim")
	if !errors.As(err, &unknown) {
		return f.Try(help)
	}
	f.What = fmt.Sprintf("unknown flag %q for %q",
		dashes(unknown.GetSpecifiedName()), cmd.CommandPath())
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if near := suggest.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return f.Try(cmd.CommandPath() + " --" + near)
	}
	return f.Try(help)
}

func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// WantArgs accepts from least to most arguments, most < 0 for any number.
func WantArgs(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		what := "too many arguments"
		if len(args) < least {
			what = "too few arguments"
		}
		return Misuse("%s for %q: got %d", what, cmd.CommandPath(), len(args)).Try(cmd.UseLine())
	}
}
