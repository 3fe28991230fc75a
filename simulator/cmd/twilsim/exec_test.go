package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"twilsim/simulator"
	"twilsim/simulator/failure"
	simscript "twilsim/testscript"
)

// execProgram makes this test's own binary play a command: TestExecProgram.
const execProgram = "TWILSIM_TEST_PROGRAM"

// callbacks is the server to which a program sends its callbacks: it checks the signatures with the
// SDK's own validator.
type callbacks struct {
	*httptest.Server
	t        *testing.T
	received chan string
}

func newCallbacks(t *testing.T) *callbacks {
	c := &callbacks{t: t, received: make(chan string, 16)}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

func (c *callbacks) serve(_ http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		c.t.Error(err)
	}
	params := map[string]string{}
	for name := range r.PostForm {
		params[name] = r.PostForm.Get(name)
	}
	validator := client.NewRequestValidator(simulator.DefaultAuthToken)
	if !validator.Validate(c.URL+r.URL.String(), params, r.Header.Get("X-Twilio-Signature")) {
		c.t.Errorf("the SDK refuses the signature of %v", params)
	}
	c.received <- params["MessageStatus"]
}

// execute runs twilsim exec with a command, real credentials in its environment that must not be
// seen, and a folder of its own for the CA. The command waits for a line, which it gets when its
// first callback has come.
func execute(t *testing.T, hear *callbacks, command ...string) (stdout, stderr string) {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("TWILIO_ACCOUNT_SID", "ACffffffffffffffffffffffffffffffff")
	t.Setenv("TWILIO_AUTH_TOKEN", "real")
	t.Setenv("TWILIO_PHONE_NUMBER", "")
	t.Setenv("CALLBACK", hear.URL+"/status")
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	wait, line, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer wait.Close()
	go func() {
		defer line.Close()
		select {
		case <-hear.received:
			fmt.Fprintln(line)
		case <-t.Context().Done():
		case <-time.After(30 * time.Second):
			t.Error("no callback came")
		}
	}()
	var out, errs bytes.Buffer
	err = run(t.Context(), append([]string{"exec", "--offline", "--"}, command...), wait, &out, &errs)
	if code := failure.Print(&errs, err); code != 0 {
		t.Errorf("exit code %d", code)
	}
	return out.String(), errs.String()
}

// need skips the test for what is missing, or fails it where TWILSIM_REQUIRE asks for the runtime.
func need(t *testing.T, runtime string, probe ...string) {
	t.Helper()
	err := exec.Command(probe[0], probe[1:]...).Run()
	switch {
	case err == nil:
	case simscript.Required(runtime):
		t.Fatalf("%s: %v, and %s asks for %s", strings.Join(probe, " "), err, simscript.RequireVar,
			runtime)
	default:
		t.Skipf("%s: %v", strings.Join(probe, " "), err)
	}
}

// The programs send a message, wait for a line, list the messages and print the status and the
// number of them. Those without an SDK use the HTTP stack that the SDK for their language uses, and
// its variables.
const (
	nodeProgram = `
const twilio = require('twilio');
const c = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
(async () => {
  const m = await c.messages.create({to: '+12025550142', body: 'hi',
    from: process.env.TWILIO_PHONE_NUMBER, statusCallback: process.env.CALLBACK});
  require('fs').readSync(0, Buffer.alloc(1));
  console.log(m.status, (await c.messages.list()).length);
})();
`
	pythonProgram = `
import os, sys, requests
sid, token = os.environ['TWILIO_ACCOUNT_SID'], os.environ['TWILIO_AUTH_TOKEN']
url = 'https://api.twilio.com/2010-04-01/Accounts/' + sid + '/Messages.json'
s = requests.Session()
r = s.post(url, auth=(sid, token), data={'To': '+12025550142', 'Body': 'hi',
    'From': os.environ['TWILIO_PHONE_NUMBER'], 'StatusCallback': os.environ['CALLBACK']})
sys.stdin.readline()
print(r.json()['status'], len(s.get(url, auth=(sid, token)).json()['messages']))
`
	// Debian's python3-twilio is 7.7.1, which reads no CA variable (F-477).
	pythonSDKProgram = `
import os, sys
from twilio.rest import Client
c = Client(os.environ['TWILIO_ACCOUNT_SID'], os.environ['TWILIO_AUTH_TOKEN'])
m = c.messages.create(to='+12025550142', from_=os.environ['TWILIO_PHONE_NUMBER'], body='hi',
    status_callback=os.environ['CALLBACK'])
sys.stdin.readline()
print(m.status, len(c.messages.list()))
`
	rubyProgram = `
require 'net/http'
require 'json'
sid, token = ENV['TWILIO_ACCOUNT_SID'], ENV['TWILIO_AUTH_TOKEN']
url = URI("https://api.twilio.com/2010-04-01/Accounts/#{sid}/Messages.json")
proxy = url.find_proxy
Net::HTTP.start(url.host, url.port, proxy.host, proxy.port, use_ssl: true) do |http|
  post = Net::HTTP::Post.new(url)
  post.basic_auth(sid, token)
  post.set_form_data('To' => '+12025550142', 'From' => ENV['TWILIO_PHONE_NUMBER'], 'Body' => 'hi',
    'StatusCallback' => ENV['CALLBACK'])
  status = JSON.parse(http.request(post).body)['status']
  $stdin.gets
  get = Net::HTTP::Get.new(url)
  get.basic_auth(sid, token)
  puts "#{status} #{JSON.parse(http.request(get).body)['messages'].size}"
end
`
	// As the SDK's CurlClient does it: with the headers in the result, and a CONNECT answer dropped
	// where it is the one it knows (F-483).
	phpProgram = `
$sid = getenv('TWILIO_ACCOUNT_SID'); $token = getenv('TWILIO_AUTH_TOKEN');
function call($form) {
  global $sid, $token;
  $c = curl_init("https://api.twilio.com/2010-04-01/Accounts/$sid/Messages.json");
  curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_HEADER => true,
    CURLOPT_USERPWD => "$sid:$token"]);
  if ($form) curl_setopt_array($c, [CURLOPT_POST => true,
    CURLOPT_POSTFIELDS => http_build_query($form)]);
  $r = curl_exec($c);
  if ($r === false) { fwrite(STDERR, curl_error($c)); exit(1); }
  $parts = explode("\r\n\r\n", $r, 3);
  list($head, $body) = preg_match('/\AHTTP\/1.\d 100 Continue\Z/', $parts[0])
    || preg_match('/\AHTTP\/1.\d 200 Connection established\Z/', $parts[0])
    ? [$parts[1], $parts[2]] : [$parts[0], $parts[1]];
  return json_decode($body, true);
}
$m = call(['To' => '+12025550142', 'From' => getenv('TWILIO_PHONE_NUMBER'), 'Body' => 'hi',
  'StatusCallback' => getenv('CALLBACK')]);
fgets(STDIN);
echo $m['status'], ' ', count(call(null)['messages']), "\n";
`
	javaProgram = `
import java.net.*; import java.net.http.*; import java.util.*;
public class Program {
  public static void main(String[] args) throws Exception {
    String sid = System.getenv("TWILIO_ACCOUNT_SID"), token = System.getenv("TWILIO_AUTH_TOKEN");
    String auth = "Basic " + Base64.getEncoder().encodeToString((sid + ":" + token).getBytes());
    URI url = URI.create("https://api.twilio.com/2010-04-01/Accounts/" + sid + "/Messages.json");
    String form = "To=%2B12025550142&Body=hi&From="
      + URLEncoder.encode(System.getenv("TWILIO_PHONE_NUMBER"), "UTF-8")
      + "&StatusCallback=" + URLEncoder.encode(System.getenv("CALLBACK"), "UTF-8");
    HttpClient c = HttpClient.newHttpClient();
    String sent = c.send(HttpRequest.newBuilder(url).header("Authorization", auth)
      .header("Content-Type", "application/x-www-form-urlencoded")
      .POST(HttpRequest.BodyPublishers.ofString(form)).build(),
      HttpResponse.BodyHandlers.ofString()).body();
    System.in.read();
    String list = c.send(HttpRequest.newBuilder(url).header("Authorization", auth).build(),
      HttpResponse.BodyHandlers.ofString()).body();
    System.out.println((sent.contains("\"status\": \"queued\"")
      || sent.contains("\"status\":\"queued\"") ? "queued " : sent)
      + (list.split("\"sid\"", -1).length - 1));
  }
}
`
)

// TestExecLanguages: each sends a message to https://api.twilio.com, gets a signed callback and
// lists the messages, with no change to its program. --offline shows that nothing else was reached.
func TestExecLanguages(t *testing.T) {
	dir := t.TempDir()
	java := filepath.Join(dir, "Program.java")
	if err := os.WriteFile(java, []byte(javaProgram), 0o600); err != nil {
		t.Fatal(err)
	}
	modules, err := filepath.Abs("../../../scenarios/apps/express/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NODE_PATH", modules)
	python := "python3"
	if exec.Command("/usr/bin/python3", "-c", "import requests").Run() == nil {
		python = "/usr/bin/python3" // where Debian's package is
	}
	// How far the message came depends on how fast the command was: time is real here.
	reported := regexp.MustCompile(
		`twilsim: 2 API requests \(2 api\.twilio\.com\), 1 message \(1 (sent|delivered)\), `)
	for _, tt := range []struct {
		runtime string
		probe   []string
		command []string
	}{
		{"node", []string{"node", "-e", "require('twilio')"}, []string{"node", "-e", nodeProgram}},
		{"go", []string{"true"}, []string{os.Args[0], "-test.run=^TestExecProgram$", "-test.v=false"}},
		{"python", []string{python, "-c", "import requests"}, []string{python, "-c", pythonProgram}},
		{"python-twilio", []string{"/usr/bin/python3", "-c", "import twilio.rest"},
			[]string{"/usr/bin/python3", "-c", pythonSDKProgram}},
		{"ruby", []string{"ruby", "-e", "require 'net/http'"}, []string{"ruby", "-e", rubyProgram}},
		{"php", []string{"php", "-r", "curl_init();"}, []string{"php", "-r", phpProgram}},
		{"java", []string{"javac", "-version"}, []string{"java", java}},
	} {
		t.Run(tt.runtime, func(t *testing.T) {
			if raceDetector && slices.Contains([]string{"java", "php", "ruby"}, tt.runtime) {
				t.Skip("here the other languages do the same; without the race detector it runs")
			}
			need(t, tt.runtime, tt.probe...)
			t.Setenv(execProgram, "send")
			stdout, stderr := execute(t, newCallbacks(t), tt.command...)
			if first, _, _ := strings.Cut(stdout, "\n"); first != "queued 1" {
				t.Errorf("it printed %q\n%s", stdout, stderr)
			}
			if !reported.MatchString(stderr) {
				t.Errorf("it was reported as\n%s", stderr)
			}
			if !strings.Contains(stderr, "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN replaced") ||
				strings.Contains(stderr, "blocked") {
				t.Errorf("it was reported as\n%s", stderr)
			}
		})
	}
}

// TestExecProgram is the command of other tests, in a process of its own.
func TestExecProgram(t *testing.T) {
	switch os.Getenv(execProgram) {
	case "":
		t.Skip("it is a part of the tests of exec")
	case "send":
		sendWithSDK(t)
	case "outside":
		for url := range strings.FieldsSeq(os.Getenv("OUTSIDE")) {
			resp, err := http.Get(url)
			if err == nil {
				resp.Body.Close()
				fmt.Println(resp.StatusCode)
				continue
			}
			fmt.Println(errors.Unwrap(err))
		}
	case "signal":
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		fmt.Println("ready")
		fmt.Println(<-signals)
		os.Exit(9)
	}
	os.Exit(0) // before the testing package prints its verdict
}

// sendWithSDK is the program for Go, with Twilio's own SDK and nothing changed in it.
func sendWithSDK(t *testing.T) {
	user := os.Getenv("TWILIO_ACCOUNT_SID")
	c := &client.Client{Credentials: client.NewCredentials(user, os.Getenv("TWILIO_AUTH_TOKEN"))}
	c.SetAccountSid(user) // as twilio.NewRestClient does, in a package with more dependencies
	service := api.NewApiServiceWithClient(c)
	m, err := service.CreateMessage(
		(&api.CreateMessageParams{}).SetTo("+12025550142").SetFrom(os.Getenv("TWILIO_PHONE_NUMBER")).
			SetBody("hi").SetStatusCallback(os.Getenv("CALLBACK")))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = os.Stdin.Read(make([]byte, 1))
	list, err := service.ListMessage(&api.ListMessageParams{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(*m.Status, len(list))
}

// TestExecOffline: what a command asks of another host, or of another product of Twilio's, reaches
// nobody, and the report names it. The witness is a listener that every way out would lead to, and
// that must stay silent.
func TestExecOffline(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := make(chan struct{})
	go func() {
		defer close(silent)
		if conn, err := ln.Accept(); err == nil {
			t.Errorf("a connection left from %s", conn.RemoteAddr())
			conn.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	// Leads there, and is no name of this machine's that goes past a proxy.
	outside := "0.0.0.0:" + port
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	t.Setenv(execProgram, "outside")
	t.Setenv("OUTSIDE",
		fmt.Sprintf("http://%s/x?secret=1 https://%[1]s/ https://video.twilio.com:%s/v1/Rooms", outside,
			port))
	var out, errs bytes.Buffer
	err = run(t.Context(), []string{"exec", "--offline", "--", os.Args[0],
		"-test.run=^TestExecProgram$"}, strings.NewReader(""), &out, &errs)
	if code := failure.Print(&errs, err); code != 0 {
		t.Errorf("exit code %d", code)
	}
	ln.Close()
	<-silent
	if want := "403\nForbidden\n501\n"; out.String() != want {
		t.Errorf("the command got %q, want %q", out.String(), want)
	}
	for _, want := range []string{
		"GET http://" + outside + "/x   offline (--allow-host 0.0.0.0 allows it)\n",
		"CONNECT https://" + outside + "   offline (--allow-host 0.0.0.0 allows it)\n",
		"GET https://video.twilio.com/v1/Rooms   not simulated (--allow-host video.twilio.com " +
			"allows it)\n",
	} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("no line %q in\n%s", want, errs.String())
		}
	}
}

// TestExecSignal: a signal is the command's, and so is the exit code that it leads to.
func TestExecSignal(t *testing.T) {
	cmd := exec.Command("twilsim", "exec", "--quiet", "--", os.Args[0], "-test.run=^TestExecProgram$")
	cmd.Env = append(os.Environ(), execProgram+"=signal", "XDG_DATA_HOME="+t.TempDir(),
		"XDG_STATE_HOME="+t.TempDir(), "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(out)
	if line, err := reader.ReadString('\n'); err != nil || line != "ready\n" {
		t.Errorf("the command printed %q: %v", line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(reader)
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 9 {
		t.Errorf("%v, want exit code 9", err)
	}
	if string(rest) != "terminated\n" {
		t.Errorf("the command printed %q", rest)
	}
}

// TestExecUnresolved: the programs do not use the proxy, and no resolver has the name: one of its
// labels is too long. So no name server is asked.
func TestExecUnresolved(t *testing.T) {
	host := strings.Repeat("x", 64) + ".twilio.com"
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for _, tt := range []struct {
		runtime string
		command []string
		times   int
	}{
		{"python", []string{"python3", "-c", `
import asyncio, os, socket
for host in b"HOST", b"x" * 64 + b".example":
    try:
        socket.create_connection((host, 443))
    except socket.gaierror:
        pass
async def ask():
    await asyncio.get_running_loop().getaddrinfo(b"HOST", 443)
try:
    asyncio.run(ask())
except socket.gaierror:
    os._exit(0)`}, 2},
		{"node", []string{"node", "-e", `
const dns = require('dns'), util = require('util')
require('https').get('https://HOST/').on('error', () =>
  util.promisify(dns.lookup)('127.0.0.1').then(found => console.log(found.address))
    .then(() => dns.promises.lookup('HOST')).catch(() => process.exit(0)))`}, 2},
	} {
		t.Run(tt.runtime, func(t *testing.T) {
			need(t, tt.runtime, tt.command[0], "--version")
			tt.command[2] = strings.ReplaceAll(tt.command[2], "HOST", host)
			var stdout, stderr bytes.Buffer
			err := run(t.Context(), append([]string{"exec", "--fail-on", "blocked", "--"}, tt.command...),
				strings.NewReader(""), &stdout, &stderr)
			code := failure.Print(&stderr, err)
			want := fmt.Sprintf("blocked %d requests: lookup %s   the proxy was bypassed", tt.times, host)
			if code != failure.No || !strings.Contains(stderr.String(), want) {
				t.Errorf("exit code %d, and no %q in\n%s\n%s", code, want, &stderr, &stdout)
			}
			if tt.runtime == "node" && stdout.String() != "127.0.0.1\n" {
				t.Errorf("promisify(dns.lookup) gives %q", &stdout)
			}
		})
	}
}
