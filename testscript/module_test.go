package testscript

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestOtherModule builds a module outside of this repository that uses it as the README explains:
// it requires twilsim through replace and has a Go test, a scenario and a script with a command of
// its own. Nothing is downloaded: all dependencies are those of this module.
func TestOtherModule(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a module")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string]string{
		"go.mod":               "module example.com/shop\n\n" + goLine(t, root) + "\n",
		"go.sum":               string(sums),
		"shop.go":              otherApp,
		"shop_test.go":         otherTest,
		"testdata/hello.txtar": otherScenario,
		"testdata/own/a.txtar": "shop\n" + otherScenario,
	}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"mod", "edit", "-require=twilsim@v0.0.0", "-replace=twilsim=" + root},
		{"test", "./..."},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		// With -trimpath, as in .ci/run, the standard library and the dependencies are compiled already.
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
}

// goLine is the line of go.mod that names the version of Go.
func goLine(t *testing.T, root string) string {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return string(regexp.MustCompile(`(?m)^go .*$`).Find(mod))
}

const otherApp = `package shop

import (
	"fmt"
	"net/http"
)

// ServeHTTP answers every text.
func ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<Response><Message>Hello, %s</Message></Response>", r.FormValue("From"))
}
`

const otherTest = `package shop

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/simulatortest"
	simscript "twilsim/testscript"
)

func TestReply(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(http.HandlerFunc(ServeHTTP))
	s.Text("+12025550142", s.PhoneNumber, "hi")
	s.Advance(5 * time.Second)
	s.AwaitMessage("direction=outbound-reply", "status=delivered", "body=Hello, +12025550142")
}

func TestScenarios(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(ServeHTTP))
	t.Cleanup(app.Close)
	simscript.Run(t, simscript.Options{AppURL: app.URL}, "testdata/hello.txtar")
}

func TestOwnCommands(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(ServeHTTP))
	t.Cleanup(app.Close)
	p := testscript.Params{
		Dir: "testdata/own",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"shop": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Setenv("SHOP", app.URL)
			},
		},
	}
	if err := simscript.Setup(&p, simscript.Options{}); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, p)
}
`

const otherScenario = `app -url /sms
sms +12025550142 +12025550100 hi
expect message direction=outbound-reply status=delivered within=5s
`
