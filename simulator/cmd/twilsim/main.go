package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"twilsim/simulator/clock"
	"twilsim/simulator/complete"
	"twilsim/simulator/config"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/reason"
	"twilsim/simulator/terminal"
)

// version is what --version says. A release sets it with -ldflags "-X main.version=1.2.3".
var version = "0.1.0"

func main() {
	runtime.MemProfileRate = 0 // nothing reads the profile, which takes 1.4 MiB
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // the second signal kills
	// SIGPIPE would end the program and leave its apps running.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(ctx)
	out := terminal.NewOutput(os.Stdout, func(error) { cancel() })
	err := run(ctx, os.Args[1:], os.Stdin, out, os.Stderr)
	stop()
	if unwritten := out.Err(); errors.Is(unwritten, syscall.EPIPE) {
		err = &failure.Error{Code: failure.No} // who closed the pipe wants no more
	} else if unwritten != nil {
		err = failure.New(failure.No, "the output cannot be written").Cause(reason.Of(unwritten))
	}
	os.Exit(failure.Print(os.Stderr, err))
}

// run runs the command in args. Its errors are of type [*failure.Error].
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := &cli{
		ui: terminal.New(stdin, stdout, stderr, os.Getenv), getenv: os.Getenv, started: clock.Wall(),
		config: config.New(config.File{}, os.Getenv),
	}
	root := newRoot(c, args...)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		complete.Add(root, c.ask) // half of the start of a command, and only the shell needs it
	}
	root.SetArgs(config.GoFlags(args))
	return c.addPlace(failure.Explain(root.ExecuteContext(ctx), c.timeout))
}

// maker is a row of the table of commands: a name, and what makes the command.
type maker struct {
	name string
	make func(*cli) *cobra.Command
}

// commands is the table of commands, in the order of their help.
func commands() []maker {
	return []maker{
		{"demo", newDemo},
		{"serve", newServe},
		{"exec", newExec},
		{"run", newRun},
		{"explore", newExplore},
		{"audit", newAudit},
		{"check", newCheck},
		{"merge", newMerge},
		{"sms", newSMS},
		{"deliver", newDeliver},
		{"rule", newRule},
		{"outcomes", newOutcomes},
		{"facts", newFacts},
		{"conform", newConform},
		{"segments", newSegments},
		{"twiml", newTwiML},
		{"messages", newMessages},
		{"webhooks", newWebhooks},
		{"requests", newRequests},
		{"alerts", newAlerts},
		{"clock", newClock},
		{"wait", newWait},
		{"env", newEnv},
		{"reset", newReset},
		{"export", newExport},
		{"import", newImport},
		{"init", newInit},
		{"new", newNew},
		{"doctor", newDoctor},
		{"config", newConfig},
		{"version", newVersion},
	}
}

// begunBy returns the command that the arguments begin with, and false if others are needed too:
// for help, suggestions and completion. To make all commands takes longer than most of them need.
func begunBy(args []string) (maker, bool) {
	for i, arg := range args {
		long := strings.HasPrefix(arg, "--")
		short := !long && i > 0 && strings.HasPrefix(arg, "-")
		if arg == "help" || strings.HasPrefix(arg, "--help") || short && strings.Contains(arg, "h") {
			return maker{}, false
		}
	}
	for _, command := range commands() {
		if len(args) > 0 && command.name == args[0] {
			return command, true
		}
	}
	return maker{}, false
}

// newRoot returns the command twilsim with its subcommands: all of them, or only the one that the
// arguments need.
func newRoot(c *cli, args ...string) *cobra.Command {
	root := &cobra.Command{
		Use:   "twilsim",
		Short: "a Twilio for messaging, on this machine",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if show, _ := cmd.Flags().GetBool("version"); show {
				return c.printVersion()
			}
			c.ui.Printf("%s", terminal.Safe(manual.About("twilsim")+"\n"))
			return nil
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return c.prepare(cmd) },
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	root.SetIn(c.ui.In)
	root.SetOut(c.ui.Out)
	root.SetErr(c.ui.Err)
	root.Flags().Bool("version", false, "print the version")
	root.SetFlagErrorFunc(failure.OfFlag)
	c.addFlags(root.PersistentFlags())
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { c.writeHelp(cmd) })
	if only, ok := begunBy(args); ok {
		root.CompletionOptions.DisableDefaultCmd = true
		root.AddCommand(only.make(c))
	} else {
		addAll(c, root)
	}
	indentExamples(root)
	return root
}

// addAll adds all commands and topics.
func addAll(c *cli, root *cobra.Command) {
	for _, command := range commands() {
		root.AddCommand(command.make(c))
	}
	root.AddCommand(accountCommands(c)...)
	root.AddCommand(topics(c)...)
	root.SetHelpCommand(newHelp(c))
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil && completion != root {
		completion.Short = "print the completion script of a shell"
		completion.Long = "Prints the completion script of a shell, whose help says where to put it."
		completion.Args = subcommands
		completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		for _, shell := range completion.Commands() {
			shell.Short = "print the completion script of " + shell.Name()
		}
	}
}
