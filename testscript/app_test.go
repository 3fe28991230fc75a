package testscript

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/app"
)

// appVar makes the test's own binary the tutorial's app, for tests that need a program.
const appVar = "TESTSCRIPT_APP"

func TestMain(m *testing.M) {
	switch os.Getenv(appVar) {
	case "":
	case "1":
		serveApp()
	default:
		serveShop(os.Getenv(appVar))
	}
	os.Exit(m.Run())
}

func serveApp() {
	own, addr, err := app.FromEnv(os.Getenv)
	if err == nil {
		own.Log = os.Stdout
		err = http.ListenAndServe(addr, own)
	}
	_, _ = io.WriteString(os.Stderr, err.Error())
	os.Exit(1)
}

// programOptions returns options for that app.
func programOptions() Options {
	return Options{App: []string{os.Args[0]}, AppEnv: []string{appVar + "=1"}}
}

// testWorld makes the world of a scenario called a/scenario.
func testWorld(t *testing.T) *world {
	t.Helper()
	w, err := newWorld(t.Context(), Options{}, "a/scenario", &common{}, time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return w
}

const hello = `app
sms +12025550142 +12025550100 hello
expect message direction=outbound-reply body='You said: hello' status=delivered within=5s as=REPLY
applog '^Message from \+12025550142: hello$'
applog $REPLY' has a status of delivered'
`

func TestProgram(t *testing.T) {
	if got := run(t, &Runner{Options: programOptions()}, hello); got.Outcome != Passed {
		t.Errorf("%+v", got)
	}
}

// TestRunShared runs scenarios as go test does, with one app for all.
func TestRunShared(t *testing.T) {
	o := programOptions()
	o.AppShared = true
	dir := t.TempDir()
	for _, name := range []string{"one", "two"} {
		if err := os.WriteFile(filepath.Join(dir, name+".txtar"),
			[]byte(hello+"applog > log\ngrep -count=1 '^Message from' log\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	Run(t, o, dir)
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	scenarios := []Scenario{
		{Name: "a", File: write(t, "exec true\n")},
		{Name: "b", File: write(t, "app\napplog never\n")},
		{Name: "c", File: write(t, "exec true\n")},
	}
	r := &Runner{Options: programOptions(), Starting: func(s Scenario, _, _ int) {
		if s.Name == "b" {
			cancel()
		}
	}}
	var names []string
	summary, err := r.Do(ctx, scenarios, func(result Result) { names = append(names, result.Name) })
	if !errors.Is(err, context.Canceled) || summary.NotRun != 2 {
		t.Errorf("%v, %+v", err, summary)
	}
	if diff := cmp.Diff([]string{"a"}, names); diff != "" {
		t.Errorf("what ran (-want +got):\n%s", diff)
	}
}

func TestTimeoutNamesTheCommand(t *testing.T) {
	const limit = time.Second // in which a program must start, on a busy machine too
	tests := []struct {
		name, script, want string
		line               int
	}{
		{
			"a command of ours",
			"# waits\nexpect message status=delivered\n",
			"there was no message at all",
			2,
		},
		{"a program", "# hangs\nexec sleep 100\n", "test timed out while running command", 2},
		{
			"an app that is never ready",
			"app sleep 100\n",
			"app: sleep 100: it is not ready: nothing listens on 127.0.0.1:",
			1,
		},
		{
			"a program whose child holds its output open",
			"# hangs\nexec sh -c 'sleep 10 & wait'\n",
			"it did not end when it was killed",
			2,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := run(t, &Runner{Options: Options{Timeout: limit}}, tt.script)
			const late = "timed out after 1s (--timeout): this command was still running\n"
			if got.Outcome != Failed || got.Line != tt.line ||
				!strings.HasPrefix(got.Failure, late+tt.want) {
				t.Errorf("line %d: %s", got.Line, got.Failure)
			}
		})
	}
}

func TestShell(t *testing.T) {
	tests := []struct{ line, want string }{
		{"node server.js", "exec node server.js"},
		{"./app $PORT 'a b'", "exec ./app $PORT 'a b'"},
		{"cd web && npm start", "cd web && npm start"},
		{"A=1 node server.js", "A=1 node server.js"},
		{"node server.js | tee log", "node server.js | tee log"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			if got := Shell(tt.line)[2]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestMissingFile checks that an app whose file is not there says where it was looked for, in the
// words of scenarios.
func TestMissingFile(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		app        []string
		want       string // "" for no such words
	}{
		{"elsewhere", "app sh doc.go", nil,
			"doc.go was looked for in $WORK, where the app runs: write $ROOT/doc.go for the one where"},
		{"nowhere", "app sh nothere.js", nil, "nothere.js was looked for in $WORK, where the app runs\n"},
		{"of the run", "app", []string{"sh", "nothere.py"},
			"nothere.py was looked for in $ROOT, where the app runs\n"},
		{"in a shell", "app", Shell("sh nothere.py"), "nothere.py was looked for in $ROOT"},
		{"there", "app sh fails.sh", nil, ""},
		{"no file", "app sh nothere", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, &Runner{Options: Options{App: tt.app}},
				tt.line+"\n-- fails.sh --\nexit 3\n")
			if got.Outcome != Failed || !strings.Contains(got.Failure, tt.want) ||
				tt.want == "" && strings.Contains(got.Failure, "was looked for") {
				t.Errorf("%s %q, want %q", got.Outcome, got.Failure, tt.want)
			}
		})
	}
}

func TestOtherPort(t *testing.T) {
	w := testWorld(t)
	own := w.url[strings.LastIndex(w.url, ":")+1:]
	tests := []struct{ log, port, want string }{
		{"Listening on port " + own, "1", own},
		{"> ready - started server on 0.0.0.0:" + own, "1", own},
		{"http://localhost:" + own, "1", own},
		{"http://localhost:" + own, own, ""},
		{"Listening on port 1", "2", ""},
		{"", "2", ""},
	}
	for _, tt := range tests {
		t.Run(tt.log, func(t *testing.T) {
			log := newApplog()
			_, _ = io.WriteString(log, tt.log)
			if got := otherPort(log, tt.port); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
