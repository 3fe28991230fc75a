package intercept

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnresolved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unresolved")
	if got, err := Unresolved(file); got != nil || err != nil {
		t.Errorf("without a file: %v, %v", got, err)
	}
	text := "api.twilio.com\nexample.com\n\nAPI.twilio.com.\n\x1b[2Jtwilio.com\nverify.twilio.com"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []Blocked{
		{Method: "lookup", URL: "api.twilio.com", Host: "api.twilio.com", Reason: NotResolved, Count: 2},
		{Method: "lookup", URL: "verify.twilio.com", Host: "verify.twilio.com",
			Reason: NotResolved, Count: 1},
	}
	got, err := Unresolved(file)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, (-want +got):\n%s", err, diff)
	}
}
