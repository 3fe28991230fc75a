package testscript

import (
	"context"
	"testing"
	"time"
)

// lateContext is a context whose deadline has passed, although its timer has not fired yet.
type lateContext struct{ context.Context }

func (lateContext) Deadline() (time.Time, bool) { return time.Now().Add(-time.Millisecond), true }

// TestTimeoutIsReported checks that a command which the engine stopped at its own deadline is
// reported as timed out, even if the timer of the scenario's context fires later than the engine's.
func TestTimeoutIsReported(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	later, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	const late = "timed out after 2s (--timeout): this command was still running"
	for _, tt := range []struct {
		name string
		ctx  context.Context
		want string
	}{
		{"late timer", lateContext{t.Context()}, late},
		{"interrupted", lateContext{canceled}, ""},
		{"in time", later, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &world{ctx: tt.ctx, options: Options{Timeout: 2 * time.Second}}
			got := ""
			if err := w.outerCause(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
