package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"testing"
)

// TestHideWorkflowCommands checks that GitHub's runner finds no command in a text, but those of
// Annotations, and that other text and JSON stay what they are.
func TestHideWorkflowCommands(t *testing.T) {
	github := func(name string) string {
		if name == "GITHUB_ACTIONS" {
			return "true"
		}
		return ""
	}
	for _, tt := range []struct{ name, text, want string }{
		{"command", "::error::no\n", "\\u003a:error::no\n"},
		{"behind blanks", "ok\n \t\u00a0::stop-commands::x\n", "ok\n \t\u00a0\\u003a:stop-commands::x\n"},
		{"older form", "app: ##[error]no\n", "app: ##\\u005berror]no\n"},
		{"more marks", "####[group]", "####\\u005bgroup]"},
		{"none", "a::b c: d #[x] # #[y]\n12:30\n", "a::b c: d #[x] # #[y]\n12:30\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, pieces := range []bool{false, true} {
				var out bytes.Buffer
				u := &UI{Out: &out, Err: io.Discard}
				u.HideWorkflowCommands(github)
				if !pieces {
					fmt.Fprint(u.Out, tt.text)
				} else {
					for _, r := range tt.text {
						fmt.Fprint(u.Out, string(r))
					}
				}
				if got := out.String(); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}
		})
	}
	t.Run("JSON", func(t *testing.T) {
		var out bytes.Buffer
		u := &UI{Out: &out, Err: io.Discard}
		u.HideWorkflowCommands(github)
		const text = "::error::##[x]"
		fmt.Fprintf(u.Out, "{\"Output\":%q}\n", text)
		var event struct{ Output string }
		if err := json.Unmarshal(out.Bytes(), &event); err != nil || event.Output != text {
			t.Errorf("got %s: %q, %v", out.String(), event.Output, err)
		}
	})
	t.Run("annotations", func(t *testing.T) {
		var out, errs bytes.Buffer
		u := &UI{Out: &out, Err: &errs}
		u.HideWorkflowCommands(github)
		u.HideWorkflowCommands(github) // with --watch, for each run
		fmt.Fprint(u.Annotations(false), "::error::1\n")
		fmt.Fprint(u.Annotations(true), "::error::2\n")
		if out.String() != "::error::1\n" || errs.String() != "::error::2\n" {
			t.Errorf("got %q and %q", out.String(), errs.String())
		}
	})
	t.Run("elsewhere", func(t *testing.T) {
		var out bytes.Buffer
		u := &UI{Out: &out, Err: io.Discard}
		u.HideWorkflowCommands(func(string) string { return "" })
		fmt.Fprint(u.Out, "::error::no\n")
		if out.String() != "::error::no\n" {
			t.Errorf("got %q", out.String())
		}
	})
}
