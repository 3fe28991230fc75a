package search

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"twilsim/app"
	"twilsim/simulator"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

// TestAuditBadInput checks that each mistake in the flags of an audit has one clear error.
func TestAuditBadInput(t *testing.T) {
	server := httptest.NewServer(&app.App{AuthToken: simulator.DefaultAuthToken})
	defer server.Close()
	url := server.URL + "/sms"
	for _, tt := range []struct {
		args, flags []string
		want        string // "" for no mistake
	}{
		{nil, []string{"--path=sms"}, "--path sms is not a path of the app"},
		{nil, []string{"--status=status"}, "--status status is not a path of the app"},
		{nil, []string{"--public-url=shop"}, `--public-url: "shop" is not an absolute`},
		{nil, []string{"--only=A01,Z9"}, "no check has an ID that begins with Z9"},
		{nil, []string{"--only=Z9", "--shard=1/2"}, "no check has an ID that begins with Z9"},
		{nil, []string{"--state=false"}, "--state: false: exit status 1"},
		{nil, []string{"--state=echo x >>log; cat log"}, "cat log prints something else each time"},
		{[]string{url}, []string{"--status=/status"}, `--status: "/status" is not an absolute`},
		{[]string{url}, []string{"--account-sid=AC1"}, "--account-sid AC1 is not an Account SID"},
		{[]string{url}, []string{"--state=echo", "--only=A30", "--status=" + server.URL + "/status"}, ""},
	} {
		t.Run(strings.Join(tt.flags, " "), func(t *testing.T) {
			t.Chdir(t.TempDir())
			var out bytes.Buffer
			getenv := func(string) string { return "" }
			a := &Audit{UI: terminal.New(strings.NewReader(""), &out, &out, getenv), Getenv: getenv}
			flags := pflag.NewFlagSet("audit", pflag.ContinueOnError)
			a.AddFlags(flags)
			if err := flags.Parse(tt.flags); err != nil {
				t.Fatal(err)
			}
			err := a.Run(context.Background(), tt.args)
			var exit *failure.Error
			switch {
			case tt.want == "" && err == nil:
			case !errors.As(err, &exit) || exit.Code != failure.Usage ||
				!strings.Contains(exit.What, tt.want) || tt.want == "":
				t.Errorf("%v, want %s\n%s", err, tt.want, out.String())
			}
		})
	}
}
