package failure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/shell"
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
	if short := unknown.GetSpecifiedShortnames(); len(short) > 1 { // -port for --port
		name, _, _ := strings.Cut(short, "=")
		f.What += ": flags of several letters begin with two dashes"
		if near := suggest.Nearest(name, names); near != "" {
			return f.Try(cmd.CommandPath() + " --" + near)
		}
	}
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
		if f := unquoted(cmd, args, most); f != nil {
			return f
		}
		what := "too many arguments"
		if len(args) < least {
			what = "too few arguments"
		}
		return Misuse("%s for %q: got %d", what, cmd.CommandPath(), len(args)).Try(cmd.UseLine())
	}
}

// unquoted is the error about a text of several words without quotes, nil if the command takes no
// text or has not too many arguments.
func unquoted(cmd *cobra.Command, args []string, most int) error {
	last := strings.Trim(cmd.Use[strings.LastIndexByte(cmd.Use, ' ')+1:], "[]")
	if most < 1 || len(args) <= most || last != "TEXT" && last != "BODY" {
		return nil
	}
	words := []string{cmd.CommandPath()}
	for _, arg := range append(slices.Clone(args[:most-1]), strings.Join(args[most-1:], " ")) {
		words = append(words, shell.Word(arg))
	}
	return Misuse("too many arguments for %q: a text of several words needs quotes",
		cmd.CommandPath()).Try(strings.Join(words, " "))
}
