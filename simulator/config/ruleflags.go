package config

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
)

// ruleFlag is the name of the flag for a word of a rule. --url is taken: it says where the
// simulator is.
func ruleFlag(w carrier.Word) string {
	if w.Name == "url" {
		return "webhook-url"
	}
	return w.Name
}

// ruleFlags returns the words of rules in the order of their flags: those about messages first. A
// word that rules of several kinds have comes with the first of them, and once.
func ruleFlags() []carrier.Word {
	var flags []carrier.Word
	var seen carrier.RuleKind
	for _, kind := range []carrier.RuleKind{carrier.AboutMessages, carrier.AboutWebhooks,
		carrier.AboutAPI, carrier.AboutCodes} {
		for _, w := range carrier.WordsAbout(kind) {
			if w.Kinds&seen == 0 {
				flags = append(flags, w)
			}
		}
		seen |= kind
	}
	return flags
}

// AddRuleFlags adds a flag for each word of a rule.
func AddRuleFlags(cmd *cobra.Command) {
	for _, w := range ruleFlags() {
		name := ruleFlag(w)
		usage := ruleUsage(w)
		switch {
		case w.Flag():
			cmd.Flags().Bool(name, false, usage)
			continue
		case w.List:
			cmd.Flags().StringArray(name, nil, usage)
		case w.Integer:
			cmd.Flags().Int(name, 0, usage)
		default:
			cmd.Flags().String(name, "", usage)
		}
		_ = cmd.RegisterFlagCompletionFunc(name, // the flag exists, so this cannot fail
			func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
				return startingWith(typed, ruleValues(w)), cobra.ShellCompDirectiveNoFileComp
			})
	}
}

// ruleUsage returns the help text of a word's flag. The backquotes mark the placeholder of the
// value.
func ruleUsage(w carrier.Word) string {
	usage := w.Help
	if !w.Flag() {
		usage = strings.Replace(usage, w.Value, "`"+w.Value+"`", 1)
	}
	switch {
	case w.Name == "url":
		usage += "; the word is url="
	case w.List:
		usage += "; may be repeated"
	}
	if w.Kinds == carrier.AboutWebhooks && !w.Required {
		usage = "with --webhook: " + usage
	}
	return usage
}

// ruleValues returns good values of a word, for the shell to complete.
func ruleValues(w carrier.Word) []string {
	switch {
	case w.Values != nil:
		return w.Values
	case w.List:
		return fault.Examples()
	case w.Name == "then":
		var names []string
		for _, o := range carrier.Outcomes() {
			names = append(names, o.Name)
		}
		return names
	}
	return nil
}

// CompleteRule returns the words of a rule that begin as typed does.
func CompleteRule(typed string) []string {
	var texts []string
	for _, w := range carrier.Words() {
		if w.Flag() {
			texts = append(texts, w.Name)
			continue
		}
		texts = append(texts, w.Name+"=")
		if strings.HasPrefix(typed, w.Name+"=") {
			for _, value := range ruleValues(w) {
				texts = append(texts, w.Name+"="+value)
			}
		}
	}
	return startingWith(typed, texts)
}

func startingWith(prefix string, texts []string) []string {
	var found []string
	for _, text := range texts {
		if strings.HasPrefix(text, prefix) {
			found = append(found, text)
		}
	}
	return found
}

// RuleWords returns the flags that are set as the words of a rule. A flag that was set to its
// default counts as set: --times 0 must be refused, and not be ignored.
func RuleWords(flags *pflag.FlagSet) []string {
	var texts []string
	for _, w := range ruleFlags() {
		flag := flags.Lookup(ruleFlag(w))
		switch list, isList := flag.Value.(pflag.SliceValue); {
		case !flag.Changed && flag.Value.String() == flag.DefValue:
		case w.Flag():
			if flag.Value.String() == "true" {
				texts = append(texts, w.Name)
			}
		case isList:
			texts = append(texts, w.Name+"="+strings.Join(list.GetSlice(), ","))
		default:
			texts = append(texts, w.Name+"="+flag.Value.String())
		}
	}
	return texts
}
