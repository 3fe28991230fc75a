package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator/clock"
	"twilsim/simulator/conform"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/reason"
)

// conformRun is one call of twilsim conform.
type conformRun struct {
	*cli
	options conform.Options
	junit   string
}

func newConform(c *cli) *cobra.Command {
	r := &conformRun{cli: c}
	cmd := &cobra.Command{
		Use:   "conform [FACT | WORD...]",
		Short: "compare a server's answers with the facts about Twilio",
		Long:  manual.About("conform"),
		Example: `twilsim conform
twilsim conform F-192 schedule
twilsim conform --url https://api.twilio.com --account AC… \
    --token $TWILIO_TEST_TOKEN`,
		RunE: func(cmd *cobra.Command, args []string) error {
			r.options.Select = args
			return r.run(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.options.Token, "token", "", "the auth `TOKEN` of --account at --url")
	flags.StringVar(&r.options.TestAccount, "test-account", "",
		"the `SID` of test credentials, beside those of --account")
	flags.StringVar(&r.options.TestToken, "test-token", "", "the `TOKEN` of --test-account")
	flags.BoolVar(&r.options.Effects, "effects", false,
		"change the account at a server that is not on this machine")
	flags.StringVar(&r.options.To, "to", "", "the `NUMBER` that receives messages under --effects")
	flags.StringVar(&r.junit, "junit", "", "write a JUnit report to this `FILE`")
	return cmd
}

func (r *conformRun) run(ctx context.Context) error {
	if err := r.aim(ctx); err != nil {
		return err
	}
	results, err := conform.Run(ctx, r.options)
	if err != nil {
		return r.refusal(err)
	}
	if err := r.writeJUnit(results); err != nil {
		return err
	}
	differ, err := display.Probes(r.ui, results)
	if err == nil && differ > 0 {
		return &failure.Error{Code: failure.No}
	}
	return err
}

// aim says whom to ask: the server that the flags name, or the running simulator. Without a token
// it is the running simulator, whose credentials the control API tells. With one, no simulator is
// needed.
func (r *conformRun) aim(ctx context.Context) error {
	if r.options.Token == "" {
		if r.options.TestAccount != "" || r.options.TestToken != "" {
			return failure.Misuse("test credentials without --token").
				Try("--account SID --token TOKEN with the test credentials")
		}
		return r.ask(ctx, r.aimAtSimulator)
	}
	if r.url == "" || r.account == "" {
		return failure.Misuse("--token needs --url and --account").
			Try("twilsim conform --url https://api.twilio.com --account AC… --token TOKEN")
	}
	r.options.URL, r.options.Account = r.url, r.account
	return nil
}

// aimAtSimulator takes credentials and time from the simulator.
func (r *conformRun) aimAtSimulator(ctx context.Context, client *control.Client) error {
	credentials, err := client.Credentials(ctx)
	if err != nil {
		return err
	}
	r.options.URL = client.URL
	r.options.Account, r.options.Token = credentials.AccountSID, credentials.AuthToken
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts.Accounts {
		if a.Kind != control.TestAccount || a.SID == credentials.AccountSID {
			continue
		}
		test, err := client.For(a.SID).Credentials(ctx)
		if err != nil {
			return err
		}
		r.options.TestAccount, r.options.TestToken = test.AccountSID, test.AuthToken
	}
	now, err := client.Clock(ctx)
	if err != nil {
		return err
	}
	r.follow(client, now)
	return nil
}

// follow lets the probes know the simulator's time, and wait on its clock. A virtual clock stands
// still unless it is moved, so a probe that waits for a status would wait in vain.
func (r *conformRun) follow(client *control.Client, c *control.Clock) {
	if c.Rate == 0 {
		now := c.Now
		r.options.Now = func() time.Time { return now }
		r.options.Wait = func(ctx context.Context, d time.Duration) error {
			moved, err := client.Advance(ctx, d)
			if err == nil {
				now = moved.Clock.Now
			}
			return err
		}
		return
	}
	begun := clock.Wall()
	r.options.Now = func() time.Time {
		return c.Now.Add(time.Duration(float64(clock.Wall().Sub(begun)) * c.Rate))
	}
}

// refusal makes a failure of what [conform.Run] refuses.
func (r *conformRun) refusal(err error) error {
	var nothing *conform.SelectionError
	if errors.As(err, &nothing) {
		f := failure.Misuse("%v", err)
		if nothing.Near != "" {
			return f.Try("twilsim conform " + nothing.Near)
		}
		return f.Try("twilsim conform --json, which names every probe")
	}
	return failure.New(failure.Unreachable, "cannot ask %s", r.options.URL).Cause(reason.Of(err))
}

// Its named result is for the error of closing the file, which may be the first to say that the
// disk is full.
func (r *conformRun) writeJUnit(results []conform.Result) (err error) {
	if r.junit == "" {
		return nil
	}
	f, err := os.Create(r.junit)
	if err != nil {
		return failure.Misuse("cannot write %s", r.junit).Cause(reason.Of(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return conform.WriteJUnit(f, results)
}
