package testscript

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestSetup runs a script that mixes commands of this package with one of the test's, and a
// condition and a variable of the test's.
func TestSetup(t *testing.T) {
	dir := t.TempDir()
	script := `[!ours] stop 'the test has no condition'
app
order 12 shipped
expect message to=+12025550142 body='Order 12: shipped' status=delivered within=5s
stdout delivered
exec test $SHOP = books
`
	if err := os.WriteFile(filepath.Join(dir, "order.txtar"), []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	ran := false
	p := testscript.Params{
		Dir: dir,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"order": func(ts *testscript.TestScript, _ bool, args []string) {
				ran = true
				ts.Check(sendOrder(ts, fmt.Sprintf("Order %s: %s", args[0], args[1])))
			},
		},
		Condition: func(name string) (bool, error) { return name == "ours", nil },
		Setup: func(env *testscript.Env) error {
			if env.Getenv("TWILSIM_URL") == "" {
				return errors.New("the simulator has not started")
			}
			env.Setenv("SHOP", "books")
			return nil
		},
	}
	if err := Setup(&p, Options{}); err != nil {
		t.Fatal(err)
	}
	t.Run("scripts", func(t *testing.T) { testscript.Run(t, p) })
	if !ran {
		t.Error("the command of the test did not run")
	}
}

// sendOrder sends a text through the API, with no more than a script's variables.
func sendOrder(ts *testscript.TestScript, body string) error {
	sid := ts.Getenv("TWILIO_ACCOUNT_SID")
	form := url.Values{
		"From": {ts.Getenv("TWILIO_PHONE_NUMBER")}, "To": {"+12025550142"}, "Body": {body},
	}
	address := ts.Getenv("TWILSIM_URL") + "/2010-04-01/Accounts/" + sid + "/Messages.json"
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(sid, ts.Getenv("TWILIO_AUTH_TOKEN"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		return errors.New(answer.Status)
	}
	return nil
}

// TestSetupFailsOnAlerts checks that a script fails on an alert that it did not expect.
func TestSetupFailsOnAlerts(t *testing.T) {
	file := write(
		t,
		"bin b b.xml\nnumber +12025550100 b\nsms +12025550142 +12025550100 hi\n-- b.xml --\n<Answer/>\n",
	)
	p := testscript.Params{Files: []string{file}}
	if err := Setup(&p, Options{}); err != nil {
		t.Fatal(err)
	}
	var r recorder
	r.do(func() { testscript.RunT(&r, p) })
	if log := r.log.String(); !r.failed || !strings.Contains(log, "12102") {
		t.Errorf("failed %v, log %s", r.failed, log)
	}
}

func TestSetupRefuses(t *testing.T) {
	own := testscript.Params{
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"sms": forEngine(cmdSms)},
	}
	for _, tt := range []struct {
		name string
		p    testscript.Params
		o    Options
		want string
	}{
		{"a command of ours", own, Options{}, `command "sms" is one of twilsim's`},
		{"a shared app", testscript.Params{}, Options{AppShared: true}, "needs testscript.Run"},
		{"golden files", testscript.Params{}, Options{Update: true}, "can rewrite golden files"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := Setup(&tt.p, tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
