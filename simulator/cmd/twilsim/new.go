package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/wholefile"
	simscript "twilsim/testscript"
	"twilsim/testscript/compose"
	"twilsim/testscript/search"
)

// recordOptions are the flags about recording a scenario.
type recordOptions struct {
	with string
	app  string
	last int
	// a span of time instead of a conversation, before now on the account's clock
	since, until time.Duration
}

func (o *recordOptions) addFlags(flags *pflag.FlagSet) {
	config.ChoiceVar(flags, &o.with, "with", "", []string{"app", "answers"},
		"a scenario's `KIND`: app or answers; else app where there is one")
	config.WholeVar(flags, &o.last, "last", 0, 0,
		"have only the last `N` texts of the conversation; 0 has all")
}

// kind is the value of --with, or its default: app if there is an app.
func (o recordOptions) kind(c *cli) string {
	switch {
	case o.with != "":
		return o.with
	case o.app != "":
		return "app"
	}
	for _, key := range []string{"app", "app-url"} {
		if len(c.config.Values[key].Words) > 0 || c.getenv(config.EnvName(key)) != "" {
			return "app"
		}
	}
	return "answers"
}

func newNew(c *cli) *cobra.Command {
	var o recordOptions
	from := "latest"
	records, gap := search.Incident{UI: c.ui}, ""
	cmd := &cobra.Command{
		Use:   "new NAME [FILE...]",
		Short: "write a scenario from what just happened",
		Long:  manual.About("new"),
		Example: `twilsim new order-status
twilsim new delivery/phone-off --from SM7a3f
twilsim new stop --from latest --last 1 --with answers
twilsim new filtered --gap G7
twilsim new incident --from-twilio message.json events.json access.log`,
		Args: failure.WantArgs(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := scenarioFile(args[0])
			if err != nil {
				return err
			}
			if gap != "" {
				return search.WriteGap(c.ui, gap, path)
			}
			if records.Files = append(records.Files, args[1:]...); len(records.Files) > len(args)-1 {
				return records.Run(path)
			} else if len(args) > 1 {
				return failure.Misuse("new makes one scenario").
					Try("twilsim new " + args[0] + " --from-twilio " + args[1])
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.writeScenario(ctx, client, path, from, o)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", from,
		"the `MESSAGE` that it is about: a SID, the beginning of one, latest or latest~1")
	flags.StringVar(&gap, "gap", "", "make the scenario that fills this `GAP` of run --coverage")
	flags.StringArrayVar(&records.Files, "from-twilio", nil,
		"make it of this `FILE` and those after NAME: messages, alerts or events as JSON, a CSV or "+
			"access log, HAR")
	flags.StringVar(&records.LogFormat, "log-format", "",
		"how lines of an access log look, with --from-twilio: a regular `EXPRESSION` with the groups "+
			"body, time and method")
	flags.BoolVar(&records.KeepBodies, "keep-bodies", false,
		"leave the texts as they are, with --from-twilio")
	flags.BoolVar(&records.ShowReplaced, "show-replaced", false,
		"print how much was replaced, with --from-twilio")
	flags.StringVar(&o.app, "app", "", "the `COMMAND` that starts the app under test")
	config.AgeVar(flags, &o.since, "since",
		"what began this `TIME` ago or later, with all handsets, not one conversation")
	config.AgeVar(flags, &o.until, "until", "what began this `TIME` ago or earlier, with --since")
	o.addFlags(flags)
	return cmd
}

// scenarioFile is the file of a scenario. It is an error if the file exists.
func scenarioFile(name string) (string, error) {
	name = strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "scenarios/"), ".txtar")
	if !simscript.GoodName(name) {
		return "", failure.Misuse(
			"%q is not a name for a scenario: a name has letters, digits, - and _, and "+
				"/ between folders", name).
			Try("twilsim new delivery/phone-off")
	}
	path := filepath.Join("scenarios", filepath.FromSlash(name)+".txtar")
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", failure.Misuse("%s exists already", path).Try("twilsim new " + name + "-2")
	}
	return path, nil
}

func (c *cli) writeScenario(ctx context.Context, client *control.Client, path, from string,
	o recordOptions) error {
	text, err := c.record(ctx, client, from, o)
	if err != nil {
		return err
	}
	if err = os.MkdirAll(filepath.Dir(path), 0o777); err == nil {
		err = wholefile.Write(path, text, 0o666)
	}
	if err != nil {
		return failure.New(failure.No, "cannot write %s", path).Cause(reason.Of(err))
	}
	kind := o.kind(c)
	if c.ui.JSON {
		return c.ui.Encode(map[string]string{"file": filepath.ToSlash(path), "with": kind})
	}
	with := map[string]string{"app": "the app under test",
		"answers": "the answers that the app gave"}[kind]
	c.ui.Printf("wrote %s   with %s\n", path, with)
	run := "twilsim run " + filepath.ToSlash(path)
	if o.app != "" && kind == "app" && len(c.config.Values["app"].Words) == 0 {
		run = "twilsim run --app " + shell.Word(o.app) + " " + filepath.ToSlash(path)
	}
	c.ui.Progressf("  next   %s\n", run)
	return nil
}

// record makes a scenario from the conversation that a message belongs to.
func (c *cli) record(ctx context.Context, client *control.Client, ref string,
	o recordOptions) ([]byte, error) {
	m, err := client.Message(ctx, ref)
	if err != nil {
		return nil, err
	}
	recording, err := compose.Read(ctx, client)
	if err != nil {
		return nil, err
	}
	options, about := compose.Options{Answers: o.kind(c) == "answers", Last: o.last}, m.SID
	if o.since > 0 || o.until > 0 {
		now, err := client.Clock(ctx)
		if err != nil {
			return nil, err
		}
		if about, options.Until = "", now.Now.Add(-o.until); o.since > 0 {
			options.Since = now.Now.Add(-o.since)
		}
	}
	text, err := compose.Scenario(recording, about, options)
	if err != nil {
		return nil, failure.New(failure.No, "no scenario of %s: %v", display.Short(m.SID),
			err).Try("twilsim new NAME --last 1", "twilsim serve --keep 0")
	}
	return text, nil
}
