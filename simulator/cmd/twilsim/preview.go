package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
)

func newRulePreview(c *cli) *cobra.Command {
	var m carrier.Message
	cmd := &cobra.Command{
		Use: "preview TO [BODY]", Short: "what would happen to a message, without sending it",
		Long: `Shows what the opt-outs, the rules, the handset's state and the magic recipients would do with a message now. Rules with
a chance make several answers: each is tried before the next.`,
		Example: "twilsim rule preview +12025550142 'Your code is 123456'",
		Args:    wantArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			m.To, m.Body = args[0], strings.Join(args[1:], "")
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.Preview(ctx, m)
				if err != nil {
					return err
				}
				for _, p := range found.Previews {
					if err := c.printPreview(p); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&m.From, "from", "", "the `NUMBER` that sends; else the first of the account")
	return cmd
}

func (c *cli) printPreview(p control.Preview) error {
	if c.ui.JSON {
		return c.ui.Encode(p)
	}
	by := p.By
	if by == "" {
		by = "nothing decides"
	}
	if p.Chance < 1 {
		by += ", in " + strconv.FormatFloat(p.Chance*100, 'f', -1, 64) + " %"
	}
	if p.Left > 0 {
		by += ", for the next " + strconv.Itoa(p.Left)
	}
	c.ui.Printf("%s   %s\n", by, p.Then)
	if p.Refuse != 0 {
		c.ui.Printf("  refused        %d\n", p.Refuse)
	}
	for _, step := range p.Steps {
		c.ui.Printf("  %-8s       %s   %s\n", span(step.At),
			strings.TrimSpace(string(step.Status)+" "+display.ErrorCode(step.ErrorCode)), callbackNote(step))
	}
	return nil
}

// span formats milliseconds.
func span(ms int64) string { return clock.DescribeDuration(time.Duration(ms) * time.Millisecond) }

func callbackNote(step control.PreviewStep) string {
	switch {
	case step.Copies == 0:
		return "callback lost"
	case step.Send > step.At:
		return "callback at " + span(step.Send)
	case step.Copies > 1:
		return "callback " + strconv.Itoa(step.Copies) + " times"
	}
	return "callback"
}
