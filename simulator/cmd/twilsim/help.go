package main

import (
	"cmp"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/suggest"
	"twilsim/simulator/terminal"
	"twilsim/simulator/wrap"
)

// writeHelp prints the help of a command or topic: what it does, its usage, its flags.
func (c *cli) writeHelp(cmd *cobra.Command) {
	width := c.ui.HelpWidth()
	about := cmp.Or(cmd.Long, cmd.Short)
	if topic, ok := topicOf(cmd); ok {
		about = topic.Text()
	}
	c.ui.Rawf("%s", terminal.Safe(wrap.Fit(strings.TrimRight(about, "\n")+"\n", width)))
	if cmd.Runnable() || cmd.HasSubCommands() {
		c.ui.Rawf("\n%s", terminal.Safe(usageOf(cmd, width)))
	}
}

// usageOf returns how a command is called, its subcommands and its flags.
func usageOf(cmd *cobra.Command, width int) string {
	var b strings.Builder
	b.WriteString("Usage\n" + wrap.Fit("  "+cmd.UseLine(), width))
	if cmd.HasAvailableSubCommands() {
		b.WriteString("  " + cmd.CommandPath() + " COMMAND\n\nCommands\n")
		listCommands(&b, cmd, width, (*cobra.Command).IsAvailableCommand)
	}
	if cmd.HasExample() {
		b.WriteString("\nExample\n" + strings.TrimRight(cmd.Example, "\n") + "\n")
	}
	if cmd.HasAvailableLocalFlags() {
		b.WriteString("\nFlags\n" + cmd.LocalFlags().FlagUsagesWrapped(width))
	}
	if cmd.HasAvailableInheritedFlags() {
		b.WriteString("\nFlags of every command\n" + cmd.InheritedFlags().FlagUsagesWrapped(width))
	}
	if !cmd.HasParent() {
		b.WriteString("\nTopics, with \"twilsim help TOPIC\"\n")
		listCommands(&b, cmd, width, (*cobra.Command).IsAdditionalHelpTopicCommand)
	}
	return b.String()
}

// listCommands writes a row for each subcommand that is chosen.
func listCommands(b *strings.Builder, cmd *cobra.Command, width int,
	chosen func(*cobra.Command) bool) {
	for _, sub := range cmd.Commands() {
		if chosen(sub) {
			b.WriteString(wrap.Fit("  "+terminal.Pad(sub.Name(), sub.NamePadding())+"  "+sub.Short, width))
		}
	}
}

// indentExamples indents the examples of a command and its subcommands.
func indentExamples(cmd *cobra.Command) {
	if cmd.Example != "" && cmd.Example[0] != ' ' {
		cmd.Example = "  " + strings.ReplaceAll(cmd.Example, "\n", "\n  ")
	}
	for _, sub := range cmd.Commands() {
		indentExamples(sub)
	}
}

const helpLong = `Help about a command, a topic, or a section of a topic.

--as man writes the whole manual as a man page, and --as llms as one text for
language models.`

const helpExample = `twilsim help rule add
twilsim help scenarios expect
twilsim help --as man > twilsim.1`

// helpForms are the ways to write the whole manual.
func helpForms() map[string]func(io.Writer, manual.Command) error {
	return map[string]func(io.Writer, manual.Command) error{"man": manual.WriteMan,
		"llms": manual.WriteLLMs}
}

func newHelp(c *cli) *cobra.Command {
	as := ""
	cmd := &cobra.Command{
		Use:     "help [COMMAND|TOPIC [SECTION]]",
		Short:   "help about a command or a topic; with --json the whole tree of commands",
		Long:    helpLong,
		Example: helpExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if as != "" {
				return c.writeManual(cmd.Root(), as, args)
			}
			return c.help(cmd.Root(), args)
		},
		ValidArgsFunction: completeHelp,
	}
	cmd.Flags().StringVar(&as, "as", "", "write the whole manual in this `FORM`: man or llms")
	return cmd
}

// help prints the help of a command, a topic or a section.
func (c *cli) help(root *cobra.Command, args []string) error {
	found, rest, err := root.Find(args)
	if err != nil || found == nil || found == root && len(rest) > 0 {
		return unknownTopic(root, strings.Join(args, " "))
	}
	if len(rest) > 0 {
		if topic, ok := topicOf(found); ok {
			return c.printSection(topic, strings.Join(rest, " "))
		}
		return unknownCommand(found, rest[0])
	}
	if c.ui.JSON {
		return c.ui.Encode(describe(found))
	}
	found.InitDefaultHelpFlag()
	return found.Help()
}

// topicOf returns the topic that a command of help stands for.
func topicOf(cmd *cobra.Command) (manual.Topic, bool) {
	for _, t := range manual.Topics() {
		if cmd.IsAdditionalHelpTopicCommand() && t.Name == cmd.Name() {
			return t, true
		}
	}
	return manual.Topic{}, false
}

func (c *cli) printSection(t manual.Topic, name string) error {
	text, ok := t.Section(name)
	if ok {
		_, err := io.WriteString(c.ui.Out, text)
		return err
	}
	f := failure.Misuse("the topic %s has no section %q", t.Name, name)
	if near := t.Nearest(name); near != "" {
		return f.Try("twilsim help " + t.Name + " " + near)
	}
	return f.Try("twilsim help " + t.Name)
}

func (c *cli) writeManual(root *cobra.Command, form string, args []string) error {
	write := helpForms()[form]
	switch {
	case write == nil:
		return failure.Misuse("--as: unknown form %q", form).Try("twilsim help --as man",
			"twilsim help --as llms")
	case len(args) > 0:
		return failure.Misuse("--as writes the whole manual, not that of %s", strings.Join(args, " "))
	}
	return write(c.ui.Out, describe(root))
}

// completeHelp offers commands and topics, and behind a topic its sections.
func completeHelp(cmd *cobra.Command, args []string, prefix string) ([]string,
	cobra.ShellCompDirective) {
	found, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, sub := range found.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			names = append(names, sub.Name()+"\t"+sub.Short)
		}
	}
	if topic, ok := topicOf(found); ok {
		names = topic.Sections()
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func unknownTopic(root *cobra.Command, name string) error {
	var names []string
	for _, cmd := range root.Commands() {
		names = append(names, cmd.Name())
	}
	f := failure.Misuse("no help for %q", name)
	for _, t := range manual.Topics() {
		if _, ok := t.Section(name); ok {
			f.Try("twilsim help " + t.Name + " " + name)
		}
	}
	if command, ok := meanings()[name]; ok {
		return f.Try("twilsim help " + strings.TrimPrefix(command, "help "))
	}
	if near := suggest.Nearest(name, names); near != "" {
		f.Try("twilsim help " + near)
	}
	if len(f.Rows) == 0 {
		f.Try("twilsim help")
	}
	return f
}

func describe(cmd *cobra.Command) manual.Command {
	n := manual.Command{Name: cmd.Name(), Usage: cmd.UseLine(), Short: cmd.Short, Long: cmd.Long}
	if topic, ok := topicOf(cmd); ok {
		n.Long = topic.Text()
	}
	n.Example = strings.TrimPrefix(strings.ReplaceAll(cmd.Example, "\n  ", "\n"), "  ")
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		flag := manual.Flag{Name: f.Name, Type: f.Value.Type(), Default: f.DefValue, Usage: f.Usage,
			Env: config.EnvName(f.Name)}
		if !config.HasEnv(f) && f.Name != "url" {
			flag.Env = ""
		}
		n.Flags = append(n.Flags, flag)
	})
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			n.Commands = append(n.Commands, describe(sub))
		}
	}
	return n
}

// topics are pages of help that are not commands.
func topics(*cli) []*cobra.Command {
	var all []*cobra.Command
	for _, t := range manual.Topics() {
		all = append(all, &cobra.Command{Use: t.Name, Short: t.Short})
	}
	return all
}
