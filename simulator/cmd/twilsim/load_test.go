package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twilsim/simulator"
)

// loadVar makes TestLoad run, with the time for each number of connections:
// TWILSIM_LOAD=60s go test -run TestLoad -v -timeout 1h ./simulator/cmd/twilsim. The file of
// TWILSIM_LOAD_BINARY takes the place of the test's own binary.
const loadVar = "TWILSIM_LOAD"

const (
	loadedFlat  = 1.10     // how much the memory may grow after loadSettles
	loadedRate  = 0.7      // of the rate with 8 connections, with 256 connections
	quietMemory = 64 << 20 // bytes, after quietTime without requests
	quietTime   = time.Minute
	loadSettles = 20 * time.Second
)

// TestLoad uses a server with 8, 64 and 256 connections at once. There are no errors, the memory
// does not grow, and when all is quiet it is given back.
func TestLoad(t *testing.T) {
	each, err := time.ParseDuration(os.Getenv(loadVar))
	if os.Getenv(loadVar) == "" {
		t.Skip("set " + loadVar + "=60s to run it")
	} else if err != nil {
		t.Fatal(loadVar, err)
	}
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sms" {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<Response><Message action="/status">Hello</Message></Response>`)
		}
	}))
	defer app.Close()
	for _, data := range []bool{false, true} {
		name := map[bool]string{false: "memory", true: "data"}[data]
		t.Run(name, func(t *testing.T) {
			binary := cmp.Or(os.Getenv("TWILSIM_LOAD_BINARY"), "twilsim")
			args := []string{binary, "serve", "--json", "--port", "0", "--keep", "10000",
				"--forward-to", app.URL}
			if data {
				args = append(args, "--data", filepath.Join(t.TempDir(), "data.db"))
			}
			l := startLoaded(t, args)
			rates := map[int]float64{}
			for _, connections := range []int{8, 64, 256} {
				rates[connections] = l.run(app.URL, connections, each)
			}
			if ratio := rates[256] / rates[8]; ratio < loadedRate {
				t.Errorf("256 connections have %.2f of the rate of 8", ratio)
			}
			began := time.Now()
			if !inTime(quietTime, func() bool { return l.memory() <= quietMemory }) {
				t.Error("too much memory is kept")
			}
			t.Logf("%d MiB after %s of quiet", l.memory()>>20, time.Since(began).Round(time.Second))
		})
	}
}

// inTime looks again and again whether something is so, and reports whether it was in time.
func inTime(limit time.Duration, is func() bool) bool {
	tick, end := time.NewTicker(100*time.Millisecond), time.After(limit)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-end:
			return is()
		}
	}
	return true
}

// loaded is a server under load.
type loaded struct {
	t   *testing.T
	cmd *exec.Cmd
	url string
}

func startLoaded(t *testing.T, args []string) *loaded {
	l := &loaded{t: t, cmd: exec.Command(args[0], args[1:]...)}
	l.cmd.Dir = t.TempDir()
	out, err := l.cmd.StdoutPipe()
	if err == nil {
		err = l.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.cmd.Process.Kill(); _ = l.cmd.Wait() })
	reader := bufio.NewReader(out)
	line, err := reader.ReadBytes('\n')
	var first struct{ URL string }
	if err != nil || json.Unmarshal(line, &first) != nil {
		t.Fatalf("it did not start: %v %s", err, line)
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	l.url = first.URL
	return l
}

// metric returns one of the server's measures.
func (l *loaded) metric(name string) (value float64) {
	l.t.Helper()
	resp, err := http.Get(l.url + "/metrics")
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	_, rest, ok := strings.Cut(string(text), "\n"+name+" ")
	if err != nil || !ok {
		l.t.Fatalf("%v: there is no %s in %s", err, name, text)
	}
	if value, err = strconv.ParseFloat(strings.Fields(rest)[0], 64); err != nil {
		l.t.Fatal(err)
	}
	return value
}

// memory returns how many bytes of memory the server has.
func (l *loaded) memory() int {
	l.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	if err != nil {
		l.t.Skip(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		l.t.Fatal(err)
	}
	return kib << 10
}

// run uses the server for a time, and returns the rate of requests per second.
func (l *loaded) run(app string, connections int, during time.Duration) float64 {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), during)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var done atomic.Int64
	var wait sync.WaitGroup
	for i := range connections {
		wait.Go(func() {
			for k := i; ctx.Err() == nil; k++ {
				if err := l.request(client, app, k); err != nil {
					l.t.Errorf("%d connections: %v", connections, err)
					return
				}
				done.Add(1)
			}
		})
	}
	settled, most := 0, 0
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for began := time.Now(); ctx.Err() == nil; {
		select {
		case <-tick.C:
			now := l.memory()
			if time.Since(began) < max(loadSettles, during/2) || settled == 0 {
				settled = max(settled, now)
			}
			most = max(most, now)
		case <-ctx.Done():
		}
	}
	wait.Wait()
	rate := float64(done.Load()) / during.Seconds()
	l.t.Logf("%d connections: %.0f requests/s, %d MiB at first, at most %d MiB", connections, rate,
		settled>>20, most>>20)
	if float64(most) > loadedFlat*float64(settled) {
		l.t.Errorf("%d connections: the memory grew from %d to %d MiB", connections,
			settled>>20, most>>20)
	}
	return rate
}

// request sends a message by Twilio's API, or a text from a handset.
func (l *loaded) request(client *http.Client, app string, k int) error {
	path, kind := "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+"/Messages.json",
		"application/x-www-form-urlencoded"
	body := url.Values{"To": {"+12025550142"},
		"From": {simulator.DefaultPhoneNumber}, "Body": {"hello"},
		"StatusCallback": {app + "/status"}}.Encode()
	if k%2 == 0 {
		path, kind = "/sim/v1/texts", "application/json"
		body = fmt.Sprintf(`{"from":"+1202555%04d","to":%q,"body":"hi"}`, 200+k%9000,
			simulator.DefaultPhoneNumber)
	}
	r, err := http.NewRequest(http.MethodPost, l.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", kind)
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return err
}

// TestManyReaders has 200 subscribers to events that do not read, and 300 that wait for a message
// while there are 2,000 messages: neither may cost much.
func TestManyReaders(t *testing.T) {
	if os.Getenv(loadVar) == "" {
		t.Skip("set " + loadVar + "=60s to run it")
	}
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer app.Close()
	binary := cmp.Or(os.Getenv("TWILSIM_LOAD_BINARY"), "twilsim")
	l := startLoaded(t, []string{binary, "serve", "--json", "--port", "0", "--speed", "fast"})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	create := func(n int) time.Duration {
		began := time.Now()
		for range n {
			if err := l.request(client, app.URL, 1); err != nil {
				t.Fatal(err)
			}
		}
		return time.Since(began)
	}
	create(2000)
	alone := create(50)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var waiting sync.WaitGroup
	for range 300 {
		waiting.Go(func() {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet,
				l.url+"/sim/v1/await?kind=message&q=body%3Dnever&timeout=10m", nil)
			if err == nil {
				if resp, err := (&http.Client{Transport: &http.Transport{}}).Do(r); err == nil {
					resp.Body.Close()
				}
			}
		})
	}
	if !inTime(time.Minute, func() bool { return l.metric("twilsim_waiting") == 300 }) {
		t.Errorf("%v wait", l.metric("twilsim_waiting"))
	}
	t.Logf("50 creates took %s alone, and %s with 300 waiting", alone, create(50))
	cancel()
	waiting.Wait()
	before := l.memory()
	for range 200 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /sim/v1/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	}
	last := 0
	inTime(time.Minute, func() bool { // nothing more is written to them
		now := l.memory()
		same := now == last
		last = now
		return same
	})
	t.Logf("%d MiB before, %d MiB with 200 subscribers that do not read", before>>20, l.memory()>>20)
	if grown := l.memory() - before; grown > 200<<20 {
		t.Errorf("200 subscribers that do not read need %d MiB", grown>>20)
	}
}
