package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExplainDeadline(t *testing.T) {
	var out bytes.Buffer
	code := printFailure(&out, (&cli{timeout: 2 * time.Second}).explain(fmt.Errorf("asking: %w",
		context.DeadlineExceeded)))
	want := "twilsim: no answer within 2s\n  cause   the simulator took longer, or the app that it " +
		"waits for\n  try     --timeout 2m\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || code != exitDeadline {
		t.Errorf("code %d (-want +got)\n%s", code, diff)
	}
}

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"none", nil, 0, ""},
		{"any error", errors.New("no luck"), exitNo, "twilsim: no luck\n"},
		{"the answer is no", &failure{code: exitNo}, exitNo, ""},
		{"with cause and try", fail(exitCannotStart, "cannot listen on %s", ":1").cause("why").try("this",
			"or that"), exitCannotStart,
			"twilsim: cannot listen on :1\n  cause   why\n  try     this\n          or that\n"},
		{"with other labels", &failure{code: exitNo, what: "no",
			rows: []row{{"signed by us over", "x"}, {"", "y"}}}, exitNo,
			"twilsim: no\n  signed by us over   x\n                      y\n"},
		{"hostile", misuse("a\x1b[2J").try("b\x1b[2J"), exitUsage,
			"twilsim: a\\x1b[2J\n  try     b\\x1b[2J\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := printFailure(&out, tt.err); code != tt.code {
				t.Errorf("code %d, want %d", code, tt.code)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
