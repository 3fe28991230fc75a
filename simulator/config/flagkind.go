package config

import (
	"time"

	"github.com/spf13/pflag"
)

// ChoiceVar makes a flag whose value is one of some words. The default may be "", for none.
func ChoiceVar(flags *pflag.FlagSet, p *string, name, value string, words []string, usage string) {
	StringVar(flags, p, name, value, oneOf(name, words...), usage)
}

// WholeVar makes a flag whose value is a whole number of at least least.
func WholeVar(flags *pflag.FlagSet, p *int, name string, value, least int, usage string) {
	*p = value
	flags.Var(number{least, p}, name, usage)
}

// AgeVar makes a flag whose value is a duration above 0; without the flag it is 0.
func AgeVar(flags *pflag.FlagSet, p *time.Duration, name, usage string) {
	flags.Var(positive{p}, name, usage)
}

// ListVar makes a flag that may be repeated and whose values must pass a check. A value with a
// comma in it stays one value.
func ListVar(flags *pflag.FlagSet, p *[]string, name string, check Check, usage string) {
	flags.Var(list{p, check, false, new(bool)}, name, usage)
}
