package complete

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
)

// TestWithoutServer wants fixed values to be offered without a simulator, and others not to fail.
func TestWithoutServer(t *testing.T) {
	asked := 0
	c := completer{func(context.Context, func(context.Context, *control.Client) error) error {
		asked++
		return errors.New("nobody is there")
	}}
	if got := c.offer(t.Context(), states, "of"); !slices.Equal(got,
		[]string{"off\tUnreachable destination handset"}) || asked > 0 {
		t.Errorf("states %q, asked %d times", got, asked)
	}
	if got := c.offer(t.Context(), messages, ""); len(got) > 0 || asked != 1 {
		t.Errorf("messages %q, asked %d times", got, asked)
	}
}

// TestArguments wants each argument to have its own values, and none beyond the last.
func TestArguments(t *testing.T) {
	complete := completer{}.arguments([]values{words("a"), nil, words("c")})
	for before, want := range [][]string{{"a"}, nil, {"c"}, nil} {
		got, directive := complete(&cobra.Command{}, make([]string, before), "")
		files := directive == cobra.ShellCompDirectiveDefault
		if !slices.Equal(got, want) || files != (before == 1) {
			t.Errorf("behind %d arguments: %q, files %v", before, got, files)
		}
	}
}
