package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/app"
	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/signature"
)

var update = flag.Bool("update", false, "rewrite what the scripts and the README compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"twilsim": main, "testapp": testApp})
}

// TestScripts runs testdata/*.txtar. The program testapp is an app that can break, see there; $SOON
// is an hour from now, for SendAt. They have these commands beside testscript's own:
//
//	app                   starts the tutorial's app in this process: $APP is its URL, app.log what
//	                      it printed
//	serve FLAG...         starts twilsim serve on a free port, and goes on when it has said that it
//	                      is ready: $SIM is its URL
//	stopserve             interrupts it, wants exit 0, and writes serve.out and serve.err
//	exits CODE CMD ARG... runs a command and wants this exit code
//	get URL               makes a request and prints the status
//	api METHOD PATH [PARAM=VALUE...]
//	                      calls Twilio's API of $SIM as an app does, and prints the status and the
//	                      body; PATH lies under the account, or begins with /; $API_USER and
//	                      $API_PASSWORD authenticate where they are set
//	sidof MG FILE         puts the first SID that begins so in an answer into $MG
//	credentials FILE      puts the last SID and secret or token that were printed there into
//	                      $API_USER and $API_PASSWORD
//	port [URL]            puts the port of $SIM, or of the URL, into $PORT
//	steady FILE           prints a file with names for what differs from run to run, as tells has
//	                      them, and for SIDs
//	express               a condition: node and the modules of scenarios/apps/express, $EXPRESS, are
//	                      there
//	tells CODE CMD ARG... runs a command, wants this exit code, and puts on stdout what a person saw
//	                      on stdout and then on stderr, with names for what differs from run to run:
//	                      times, ports, temporary files
//	begin CMD ARG...      starts a command that goes on while the script does; what it prints on
//	                      either stream is collected
//	until PATTERN         waits until that matches, behind what until has matched before
//	interrupt CODE        interrupts it, wants this exit code, and puts what it printed on stdout as
//	                      tells does
//	gone FILE             waits until the process has ended whose number is in the file
//	freeport NAME         puts a port on which nothing listens into $NAME
//	screen COLUMNS CODE CMD ARG...
//	                      runs a command on a terminal, wants this exit code and no longer line
//	watch N FLAG...       interrupts twilsim messages watch after N lines, which are its output, and
//	                      wants exit 0
func TestScripts(t *testing.T) {
	first := firstInPath(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			if first != "" {
				env.Setenv("PATH", first+string(os.PathListSeparator)+env.Getenv("PATH"))
			}
			env.Setenv("TZ", "UTC")
			env.Setenv("TWILSIM_REPEAT_SIDS", "true")
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			// Else each command ends a second late under the race detector.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Setenv("SOON", clock.Wall().Add(time.Hour).UTC().Format(time.RFC3339))
			env.Setenv("GOOD", signature.Sign(simulator.DefaultAuthToken, "https://shop.example/sms",
				url.Values{"Body": {"hi"}}))
			env.Setenv("EXPRESS", express(t))
			env.Values[servingKey{}] = &serving{}
			env.Values[begunKey{}] = &begun{}
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition != "express" {
				return false, fmt.Errorf("unknown condition %s", condition)
			}
			_, noNode := exec.LookPath("node")
			_, noModules := os.Stat(filepath.Join(express(t), "node_modules", "express"))
			return noNode == nil && noModules == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"app": startApp, "serve": startServe, "stopserve": stopServe, "exits": exits, "get": get,
			"port": port, "watch": watchMessages,
			"tells": tells, "begin": begin, "until": until, "interrupt": interrupt,
			"gone": gone, "screen": screen,
			"freeport": freePort,
			"api":      callAPI, "sidof": sidOf, "credentials": credentials, "steady": steady,
		},
	})
}

// express is the folder of the tutorial's app with Express.
func express(t *testing.T) string {
	dir, err := filepath.Abs("../../../scenarios/apps/express")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// lockedFile is a file that the app and a script may use at once.
type lockedFile struct {
	mu   sync.Mutex
	name string
}

func (f *lockedFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, err := os.OpenFile(f.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	return file.Write(p)
}

func startApp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: app")
	}
	server := httptest.NewServer(&app.App{AuthToken: simulator.DefaultAuthToken,
		Log: &lockedFile{name: ts.MkAbs("app.log")}})
	ts.Defer(server.Close)
	ts.Setenv("APP", server.URL)
}

type servingKey struct{}

// serving is the serve of a script.
type serving struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	stdout bytes.Buffer
	copied chan struct{}
}

func startServe(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servingKey{}).(*serving)
	if neg || s.cmd != nil {
		ts.Fatalf("usage: serve FLAG... (one at a time, it cannot fail; use exits)")
	}
	s.cmd = command(ts, "twilsim", append([]string{"serve", "--port", "0"}, args...))
	s.cmd.Stderr = &s.stderr
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() {
		if s.cmd != nil {
			_ = s.cmd.Process.Kill()
			<-s.copied
			_ = s.cmd.Wait()
		}
	})
	reader := bufio.NewReader(out)
	first, err := reader.ReadString('\n')
	s.stdout.WriteString(first)
	s.copied = make(chan struct{})
	go func() {
		_, _ = io.Copy(&s.stdout, reader)
		close(s.copied)
	}()
	if err != nil {
		<-s.copied
		ts.Fatalf("serve did not start: %v\n%s", s.cmd.Wait(), s.stderr.String())
	}
	i := strings.Index(first, "http://")
	ts.Setenv("SIM", strings.TrimRight(strings.FieldsFunc(first[i:],
		func(r rune) bool { return r == ' ' || r == '"' })[0], "\n"))
}

func stopServe(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servingKey{}).(*serving)
	if neg || len(args) > 0 || s.cmd == nil {
		ts.Fatalf("usage: stopserve (after serve)")
	}
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	<-s.copied
	err := s.cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("serve.out"), s.stdout.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("serve.err"), s.stderr.Bytes(), 0o600))
	ts.Logf("%s%s", s.stdout.String(), s.stderr.String())
	*s = serving{}
	ts.Check(err)
}

// exits runs a command and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE CMD ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := command(ts, args[1], args[2:])
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: get URL")
	}
	resp, err := http.Get(args[0])
	ts.Check(err)
	ts.Check(resp.Body.Close())
	fmt.Fprintln(ts.Stdout(), resp.StatusCode)
}

func callAPI(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: api METHOD PATH [PARAM=VALUE...] (after serve)")
	}
	form := url.Values{}
	for _, arg := range args[2:] {
		name, value, _ := strings.Cut(arg, "=")
		form.Add(name, value)
	}
	path := args[1]
	if !strings.HasPrefix(path, "/") {
		path = "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/" + path
	}
	req, err := http.NewRequest(args[0], ts.Getenv("SIM")+path, strings.NewReader(form.Encode()))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "twilio-node/6.0.2 (linux x64) node/24.0.0")
	req.SetBasicAuth(cmp.Or(ts.Getenv("API_USER"), simulator.DefaultAccountSID),
		cmp.Or(ts.Getenv("API_PASSWORD"), simulator.DefaultAuthToken))
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s\n", resp.StatusCode, body)
}

// sid is what an answer calls the resource that it made.
var sid = regexp.MustCompile(`"sid": ?"(\w+)"`)

func sidOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sidof NAME FILE")
	}
	for _, match := range sid.FindAllStringSubmatch(ts.ReadFile(args[1]), -1) {
		if strings.HasPrefix(match[1], args[0]) {
			ts.Setenv(args[0], match[1])
			return
		}
	}
	ts.Fatalf("no SID of %s in %s", args[0], args[1])
}

// credential is a SID with what authenticates it, as keys add and serve print them.
var credential = regexp.MustCompile(`((?:SK|AC)[0-9a-f]{32})   (?:secret|token)  (\w+)`)

func credentials(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: credentials FILE")
	}
	matches := credential.FindAllStringSubmatch(ts.ReadFile(args[0]), -1)
	if len(matches) == 0 {
		ts.Fatalf("no credentials in %s", args[0])
	}
	last := matches[len(matches)-1]
	ts.Setenv("API_USER", last[1])
	ts.Setenv("API_PASSWORD", last[2])
}

func port(ts *testscript.TestScript, neg bool, args []string) {
	from := append(args, ts.Getenv("SIM"))[0]
	u, err := url.Parse(from)
	if neg || len(args) > 1 || err != nil || u.Port() == "" {
		ts.Fatalf("usage: port [URL] (after serve)")
	}
	ts.Setenv("PORT", u.Port())
}

func watchMessages(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: watch N FLAG...")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := command(ts, "twilsim", append([]string{"messages", "watch"}, args[1:]...))
	cmd.Stderr = ts.Stderr()
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	reader := bufio.NewReader(out)
	for range n {
		line, err := reader.ReadString('\n')
		if err != nil {
			_ = cmd.Wait()
			ts.Fatalf("watch ended early: %v", err)
		}
		_, _ = io.WriteString(ts.Stdout(), line)
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ts.Check(cmd.Wait())
}

// command prepares a command in the script's directory and environment.
func command(ts *testscript.TestScript, name string, args []string) *exec.Cmd {
	path, err := exec.LookPath(name)
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) { // the script's, not this process's
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			path = found
			break
		}
	}
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GORACE", "TZ", "GOCOVERDIR",
		"TWILSIM_URL", "TWILSIM_PORT", "TWILSIM_SPEED",
		"TWILSIM_ACCESS_TOKEN", "TWILSIM_REPEAT_SIDS", "XDG_STATE_HOME", "TWILIO_AUTH_TOKEN", "CI",
		"GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	return cmd
}
