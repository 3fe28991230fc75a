package apierr

import "testing"

func TestFact(t *testing.T) {
	for _, tt := range []struct {
		err  *Error
		want string
	}{
		{New(InvalidTo), "F-192"},
		{NewAbout(Unsubscribed, About{Older: true}), "F-206"},
		{NotFound(), "F-377"},
		{Invalid("Page %q", "x"), "F-377"},
		{&Error{Status: 501, Message: "not simulated"}, ""},
	} {
		if got := tt.err.Fact(); got != tt.want {
			t.Errorf("%v has fact %q, want %q", tt.err, got, tt.want)
		}
	}
}
