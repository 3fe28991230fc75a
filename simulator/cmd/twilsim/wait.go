package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/failure"
)

// waitEvery is how often wait asks whether the simulator is ready.
const waitEvery = 20 * time.Millisecond

func newWait(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "wait",
		Short: "block until the simulator is ready",
		Long: "Waits until a simulator answers, and prints its URL. After --timeout it exits 5. " +
			"Images can use it as a health check.",
		Example: "twilsim serve & twilsim wait --timeout 5s",
		Args:    failure.WantArgs(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.wait(cmd.Context()) },
	}
}

// Each try looks for the simulator anew, because its run file may appear meanwhile. An answer other
// than success, such as a wrong token, ends it at once.
func (c *cli) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	ticks := time.NewTicker(waitEvery)
	defer ticks.Stop()
	last := failure.New(failure.Deadline, "no simulator answers within %s", c.timeout)
	for {
		err := c.listen(ctx, c.showReady)
		if !errors.Is(err, control.ErrUnreachable) && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		var f *failure.Error
		if errors.As(err, &f) { // only this error names the places that were tried
			last = &failure.Error{Code: failure.Deadline,
				What: f.What + " within " + c.timeout.String(), Rows: f.Rows,
				Err: err}
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return last
		}
	}
}

// showReady prints the URL of the simulator.
func (c *cli) showReady(ctx context.Context, client *control.Client) error {
	server, err := client.Server(ctx)
	if err != nil {
		return err
	}
	if c.ui.JSON {
		return c.ui.Encode(server)
	}
	c.ui.Printf("ready on %s   twilsim %s\n", client.URL, server.Version)
	return nil
}
