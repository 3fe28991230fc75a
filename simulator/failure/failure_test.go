package failure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExplainDeadline(t *testing.T) {
	var out bytes.Buffer
	code := Print(&out, Explain(fmt.Errorf("asking: %w",
		context.DeadlineExceeded), 2*time.Second))
	want := "twilsim: no answer within 2s\n  cause   the simulator took longer, or the app that it " +
		"waits for\n  try     --timeout 2m\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || code != Deadline {
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
		{"any error", errors.New("no luck"), No, "twilsim: no luck\n"},
		{"the answer is no", &Error{Code: No}, No, ""},
		{"with cause and try", New(CannotStart, "cannot listen on %s", ":1").Cause("why").Try("this",
			"or that"), CannotStart,
			"twilsim: cannot listen on :1\n  cause   why\n  try     this\n          or that\n"},
		{"with other labels", &Error{Code: No, What: "no",
			Rows: []Row{{"signed by us over", "x"}, {"", "y"}}}, No,
			"twilsim: no\n  signed by us over   x\n                      y\n"},
		{"a full disk", Unwritable("out", &fs.PathError{Op: "write", Err: syscall.ENOSPC}), No,
			"twilsim: cannot write out: no space left on device\n"},
		{"no permission", Unwritable("out", &fs.PathError{Op: "open", Err: syscall.EACCES}),
			CannotStart, "twilsim: cannot write out: permission denied\n"},
		{"passwords", Misuse("no http://me:secret@h").Try("http://me:secret@h"), Usage,
			"twilsim: no http://me:xxxxx@h\n  try     http://me:xxxxx@h\n"},
		{"hostile", Misuse("a\x1b[2J").Try("b\x1b[2J"), Usage,
			"twilsim: a\\x1b[2J\n  try     b\\x1b[2J\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := Print(&out, tt.err); code != tt.code {
				t.Errorf("code %d, want %d", code, tt.code)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
