package simulator_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"twilsim/simulator/control"
)

// process is a server in a process of its own.
type process struct {
	cmd *exec.Cmd
	url string
}

// begin starts a server and returns when it has printed its URL.
func begin(b *testing.B, binary string, args ...string) *process {
	cmd := exec.Command(binary, args...)
	cmd.Dir = b.TempDir()
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewReader(out)
	p := &process{cmd: cmd}
	for p.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			b.Fatalf("%s: %v", cmd, err)
		}
		line = strings.Replace(line, "http://localhost:", "http://127.0.0.1:", 1)
		if at := strings.Index(line, "http://127.0.0.1:"); at >= 0 {
			p.url, _, _ = strings.Cut(strings.TrimSpace(line[at:]), " ")
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return p
}

// end stops the server and returns its CPU time.
func (p *process) end() time.Duration {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// residentMiB is the memory of a process, 0 where the system does not tell it in Linux's way.
func (p *process) residentMiB() float64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	var size, resident int
	if _, scan := fmt.Sscan(string(data), &size, &resident); err != nil || scan != nil {
		return 0
	}
	return float64(resident*os.Getpagesize()) / (1 << 20)
}

// serve measures the CPU time that twilsim serve needs for a flow: a text over HTTP, and three
// requests to the app. bare is a server that makes the same three requests and keeps nothing. The
// time that each needs to start and stop is taken off.
func (s *suite) serve(b *testing.B) {
	const flows = 1500
	app := newSuiteApp(b)
	twilsim, bare, file := s.build(b, "twilsim"), s.build(b, "bare"), flowFile(b, app)
	var customer atomic.Int64
	ours := func(n int) time.Duration {
		p := begin(b, twilsim, "serve", "--port", "0", "--speed", "10000x", "--forward-to", app.URL)
		flowsOver(b, app, n, func(client *http.Client) {
			text := strings.Replace(textJSON, suiteCustomer,
				fmt.Sprintf("+1415555%04d", customer.Add(1)%10_000), 1) // one alone could be a loop
			send(b, client, request(b, "POST", p.url+control.Prefix+"/texts", "application/json", text))
		})
		return p.end()
	}
	plain := func(n int) time.Duration {
		p := begin(b, bare, "serve", file)
		flowsOver(b, app, n, func(client *http.Client) {
			send(b, client, request(b, "POST", p.url, "application/json", textJSON))
		})
		return p.end()
	}
	var ratios []float64
	for range 3 {
		ratios = append(ratios, float64(ours(flows)-ours(0))/float64(plain(flows)-plain(0)))
	}
	s.add("serve", "CPU of serve per flow / bare server with the same four exchanges",
		median(ratios), 1.4)
}

// flowFile writes the requests of a flow for program bare.
func flowFile(b *testing.B, app *suiteApp) string {
	text, err := json.Marshal(recordFlow(b, app))
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "flow.json")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		b.Fatal(err)
	}
	return file
}

// flowsOver makes n flows and returns when the app has received all callbacks.
func flowsOver(b *testing.B, app *suiteApp, n int, flow func(*http.Client)) {
	if n == 0 {
		return
	}
	want := app.callbacks.Load() + int64(2*n)
	app.awaited.Store(want)
	busy(n, flow)
	select {
	case <-app.reached:
	case <-time.After(time.Minute):
		b.Fatalf("%d callbacks are missing", want-app.callbacks.Load())
	}
}

// firstTexts returns how long the first text of a process takes, and how long a later one.
func firstTexts(b *testing.B, binary string, args []string) (first, second time.Duration) {
	p := begin(b, binary, args...)
	defer p.end()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	text := func() time.Duration {
		return timed(func() {
			send(b, client, request(b, "POST", p.url+control.Prefix+"/texts", "application/json",
				textJSON))
		})
	}
	// Opens the connection.
	send(b, client, request(b, "GET", p.url+control.Prefix+"/messages", "", ""))
	return text(), median([]time.Duration{text(), text(), text()})
}

// start measures from exec to ready, a command that asks a server, the memory of an idle server and
// the first text of a process.
func (s *suite) start(b *testing.B) {
	app := newSuiteApp(b)
	twilsim, bare, file := s.build(b, "twilsim"), s.build(b, "bare"), flowFile(b, app)
	serve := []string{"serve", "--port", "0", "--forward-to", app.URL}
	started := func(binary string, args ...string) func() {
		return func() {
			p := begin(b, binary, args...)
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	}
	s.add("start", "exec to ready / bare Go server",
		compare(started(twilsim, serve...), started(bare, "serve", file)), 2)

	p := begin(b, twilsim, serve...)
	defer p.end()
	s.amount("start", "idle memory", p.residentMiB(), 16, "MiB")
	var firsts, seconds []time.Duration
	for range rounds {
		first, second := firstTexts(b, twilsim, serve)
		firsts, seconds = append(firsts, first), append(seconds, second)
	}
	s.add("start", "first text / second text", float64(median(firsts))/float64(median(seconds)), 2)

	command := func(binary string, args ...string) func() {
		return func() {
			for range 10 {
				if out, err := exec.Command(binary, args...).CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		}
	}
	s.add("start", "twilsim messages / bare client of one request", compare(
		command(twilsim, "messages", "--url", p.url),
		command(bare, "get", p.url+control.Prefix+"/messages")), 1.6)
	if info, err := os.Stat(twilsim); err == nil {
		s.amount("start", "binary, stripped", float64(info.Size())/1e6, 15, "MB")
	}
}
